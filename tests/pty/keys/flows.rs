//! What takes more than one key.
