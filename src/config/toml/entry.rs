//! A key and its value with their positions.

use super::SpannedTable;
use super::diagnostic::{Diagnostic, quoted};
use super::position::{LineIndex, SourcePosition};
use crate::text::suggest::suggest;
use std::borrow::Cow;
use toml::Spanned;
use toml::de::DeValue;

/// A key and its value with their positions. Elements of a list are entries, too, with names such as `[2]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TomlEntry {
    name: String,
    path: String,
    position: SourcePosition,
    value: TomlValue,
    value_position: SourcePosition,
}

/// A TOML value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TomlValue {
    /// Text in quotes.
    Text(String),
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number in the range of `i64`.
    Integer(i64),
    /// Any other number, as written.
    Number(String),
    /// A date or a time, which no setting accepts.
    Date,
    /// A list, `[...]`.
    List(Vec<TomlEntry>),
    /// A section, or `{...}`.
    Table(SpannedTable),
}

impl TomlValue {
    /// Names the kind of value, for "..., not a number".
    const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Boolean(_) => "true or false",
            Self::Integer(_) | Self::Number(_) => "a number",
            Self::Date => "a date",
            Self::List(_) => "a list",
            Self::Table(_) => "a section",
        }
    }
}

impl TomlEntry {
    pub(super) fn of(
        key: &Spanned<Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
        path: &str,
        lines: &LineIndex<'_>,
    ) -> Self {
        let name = key.get_ref().clone().into_owned();
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let position = lines.position(key.span().start);
        // After a syntax error the parser inserts a value with an empty span.
        let value_position = if value.span().is_empty() { position } else { lines.position(value.span().start) };
        Self { value: convert(value, &path, lines), value_position, name, path, position }
    }

    fn of_element((index, value): (usize, &Spanned<DeValue<'_>>), path: &str, lines: &LineIndex<'_>) -> Self {
        let name = format!("[{}]", index + 1);
        let path = format!("{path}{name}");
        let position = lines.position(value.span().start);
        Self { value: convert(value, &path, lines), value_position: position, name, path, position }
    }

    /// Returns the key without the tables it is in.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the key with the tables it is in, such as `servers.pi.nick`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the position of the key.
    pub const fn position(&self) -> SourcePosition {
        self.position
    }

    /// Returns the value.
    pub const fn value(&self) -> &TomlValue {
        &self.value
    }

    /// Returns the value as text.
    ///
    /// # Errors
    /// Returns an error if the value is not text.
    pub fn text(&self) -> Result<&str, Diagnostic> {
        match &self.value {
            TomlValue::Text(text) => Ok(text),
            _ => Err(self.type_error("text in quotes")),
        }
    }

    /// Returns the value as a Boolean.
    ///
    /// # Errors
    /// Returns an error if the value is not `true` or `false`.
    pub fn boolean(&self) -> Result<bool, Diagnostic> {
        match self.value {
            TomlValue::Boolean(boolean) => Ok(boolean),
            _ => Err(self.type_error("true or false, without quotes")),
        }
    }

    /// Returns the value as a whole number.
    ///
    /// # Errors
    /// Returns an error if the value is not a whole number in the range of `i64`.
    pub fn integer(&self) -> Result<i64, Diagnostic> {
        match self.value {
            TomlValue::Integer(integer) => Ok(integer),
            _ => Err(self.type_error("a whole number")),
        }
    }

    /// Returns the elements of a list.
    ///
    /// # Errors
    /// Returns an error if the value is not a list.
    pub fn list(&self) -> Result<&[Self], Diagnostic> {
        match &self.value {
            TomlValue::List(list) => Ok(list),
            _ => Err(self.type_error("a list: [\"one\", \"two\"]")),
        }
    }

    /// Returns the elements of a list of text. A single text counts as a list of one.
    ///
    /// # Errors
    /// Returns an error if the value or an element is not text.
    pub fn texts(&self) -> Result<Vec<&str>, Diagnostic> {
        match &self.value {
            TomlValue::Text(text) => Ok(vec![text]),
            _ => self.list()?.iter().map(Self::text).collect(),
        }
    }

    /// Returns the value as a table.
    ///
    /// # Errors
    /// Returns an error if the value is not a table.
    pub fn table(&self) -> Result<&SpannedTable, Diagnostic> {
        match &self.value {
            TomlValue::Table(table) => Ok(table),
            _ => Err(self
                .type_error("a section")
                .with_message(format!("{} must be a section: write [{0}].", quoted(&self.path)))),
        }
    }

    /// Returns the error for a value that is not `expected`.
    pub fn type_error(&self, expected: &str) -> Diagnostic {
        self.value_error(format!("{} must be {expected}, not {}.", quoted(&self.path), self.value.kind()))
    }

    /// Returns an error at the position of the value.
    pub fn value_error(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic { position: self.value_position, key: self.path.clone(), message: message.into() }
    }

    /// Returns an error at the position of the key.
    pub fn key_error(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic { position: self.position, key: self.path.clone(), message: message.into() }
    }

    /// Returns the error for an unknown key, with the most similar candidate.
    pub fn unknown<'a>(&self, candidates: impl IntoIterator<Item = &'a str>) -> Diagnostic {
        let hint = suggest(&self.name, candidates).map(|name| format!(" Did you mean {name}?"));
        self.key_error(format!("Unknown name {}.{}", quoted(&self.path), hint.unwrap_or_default()))
    }
}

impl Diagnostic {
    fn with_message(self, message: String) -> Self {
        Self { message, ..self }
    }
}

fn convert(value: &Spanned<DeValue<'_>>, path: &str, lines: &LineIndex<'_>) -> TomlValue {
    match value.get_ref() {
        DeValue::String(text) => TomlValue::Text(text.clone().into_owned()),
        DeValue::Boolean(boolean) => TomlValue::Boolean(*boolean),
        DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix())
            .map_or_else(|_too_large| TomlValue::Number(integer.to_string()), TomlValue::Integer),
        DeValue::Float(float) => TomlValue::Number(float.as_str().to_owned()),
        DeValue::Datetime(_) => TomlValue::Date,
        DeValue::Array(list) => TomlValue::List(
            list.iter().enumerate().map(|element| TomlEntry::of_element(element, path, lines)).collect(),
        ),
        DeValue::Table(table) => TomlValue::Table(SpannedTable::of(table, path, lines)),
    }
}
