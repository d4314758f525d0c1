//! The rules of the source tree, read off the source: who imports whom, how large things are, and how they are named.
//!
//! Numbers named `MAX_*` are ratchets. Each is the count of today; a change may lower it and never raises it.

mod imports;
mod names;
mod sizes;
mod source;
mod words;
