//! What is pasted.
