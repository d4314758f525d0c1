//! Bytes in JSON: a string if they are UTF-8, otherwise an object with base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes that were sent or received.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Data(pub Bytes);

/// The JSON form: `"text"` or `{"base64": "..."}`.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum JsonBytes<'a> {
    Text(#[serde(borrow)] std::borrow::Cow<'a, str>),
    Base64 { base64: std::borrow::Cow<'a, str> },
}

impl Serialize for Data {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(&self.0) {
            Ok(text) => JsonBytes::Text(text.into()),
            Err(_not_utf8) => JsonBytes::Base64 { base64: STANDARD.encode(&self.0).into() },
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Data {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = match JsonBytes::deserialize(deserializer)? {
            JsonBytes::Text(text) => text.into_owned().into_bytes(),
            JsonBytes::Base64 { base64 } => STANDARD.decode(base64.as_bytes()).map_err(D::Error::custom)?,
        };
        Ok(Self(bytes.into()))
    }
}

impl From<&[u8]> for Data {
    fn from(bytes: &[u8]) -> Self {
        Self(Bytes::copy_from_slice(bytes))
    }
}
