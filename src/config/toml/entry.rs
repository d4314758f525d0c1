//! A key and its value, both with their place.

use super::SpannedTable;
use super::diagnostic::{Diagnostic, quoted};
use super::position::{LineIndex, SourcePosition};
use crate::text::suggest::suggest;
use std::borrow::Cow;
use toml::Spanned;
use toml::de::DeValue;

/// A key and its value. One of a list is an entry, too, and its name is `[2]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TomlEntry {
    name: String,
    path: String,
    place: SourcePosition,
    value: TomlValue,
    value_place: SourcePosition,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TomlValue {
    /// `"..."`.
    Text(String),
    /// `true` or `false`.
    Boolean(bool),
    /// A number without a fraction that an `i64` holds.
    Integer(i64),
    /// Any other number, as it is written.
    Number(String),
    /// A date or a time. We have no use for one.
    Date,
    /// `[...]`.
    List(Vec<TomlEntry>),
    /// A section, or `{...}`.
    Table(SpannedTable),
}

impl TomlValue {
    /// What it is, in words that fit behind "not".
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
        let place = lines.place(key.span().start);
        // What could not be read has a value in its stead that stands nowhere.
        let value_place = if value.span().is_empty() { place } else { lines.place(value.span().start) };
        Self { value: read(value, &path, lines), value_place, name, path, place }
    }

    fn of_list((index, value): (usize, &Spanned<DeValue<'_>>), path: &str, lines: &LineIndex<'_>) -> Self {
        let name = format!("[{}]", index + 1);
        let path = format!("{path}{name}");
        let place = lines.place(value.span().start);
        Self { value: read(value, &path, lines), value_place: place, name, path, place }
    }

    /// The key, without the tables it is in.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key with the tables it is in: `servers.pi.nick`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Where the key stands.
    pub const fn place(&self) -> SourcePosition {
        self.place
    }

    /// What it is set to.
    pub const fn value(&self) -> &TomlValue {
        &self.value
    }

    /// The value, which is to be text.
    ///
    /// # Errors
    /// If it is not.
    pub fn text(&self) -> Result<&str, Diagnostic> {
        match &self.value {
            TomlValue::Text(text) => Ok(text),
            _ => Err(self.type_error("text in quotes")),
        }
    }

    /// The value, which is to be `true` or `false`.
    ///
    /// # Errors
    /// If it is not.
    pub fn boolean(&self) -> Result<bool, Diagnostic> {
        match self.value {
            TomlValue::Boolean(boolean) => Ok(boolean),
            _ => Err(self.type_error("true or false, without quotes")),
        }
    }

    /// The value, which is to be a whole number.
    ///
    /// # Errors
    /// If it is not.
    pub fn integer(&self) -> Result<i64, Diagnostic> {
        match self.value {
            TomlValue::Integer(integer) => Ok(integer),
            _ => Err(self.type_error("a whole number")),
        }
    }

    /// The values of a list.
    ///
    /// # Errors
    /// If it is none.
    pub fn list(&self) -> Result<&[Self], Diagnostic> {
        match &self.value {
            TomlValue::List(list) => Ok(list),
            _ => Err(self.type_error("a list: [\"one\", \"two\"]")),
        }
    }

    /// The text of each in a list of text, or of one that stands there without a list.
    ///
    /// # Errors
    /// If it is neither.
    pub fn texts(&self) -> Result<Vec<&str>, Diagnostic> {
        match &self.value {
            TomlValue::Text(text) => Ok(vec![text]),
            _ => self.list()?.iter().map(Self::text).collect(),
        }
    }

    /// The section.
    ///
    /// # Errors
    /// If it is none.
    pub fn table(&self) -> Result<&SpannedTable, Diagnostic> {
        match &self.value {
            TomlValue::Table(table) => Ok(table),
            _ => Err(self
                .type_error("a section")
                .with_message(format!("{} is a section: write [{0}].", quoted(&self.path)))),
        }
    }

    /// The value is not `wanted`.
    pub fn type_error(&self, wanted: &str) -> Diagnostic {
        self.value_error(format!("{} is {wanted}, not {}.", quoted(&self.path), self.value.kind()))
    }

    /// Something is wrong with the value.
    pub fn value_error(&self, says: impl Into<String>) -> Diagnostic {
        Diagnostic { place: self.value_place, key: self.path.clone(), message: says.into() }
    }

    /// Something is wrong with the key, or with what is not in the section.
    pub fn key_error(&self, says: impl Into<String>) -> Diagnostic {
        Diagnostic { place: self.place, key: self.path.clone(), message: says.into() }
    }

    /// Nothing is called that. `candidates` are what there is.
    pub fn unknown<'a>(&self, candidates: impl IntoIterator<Item = &'a str>) -> Diagnostic {
        let next = suggest(&self.name, candidates).map(|near| format!(" Did you mean {near}?"));
        self.key_error(format!("There is no {}.{}", quoted(&self.path), next.unwrap_or_default()))
    }
}

impl Diagnostic {
    fn with_message(self, says: String) -> Self {
        Self { message: says, ..self }
    }
}

fn read(value: &Spanned<DeValue<'_>>, path: &str, lines: &LineIndex<'_>) -> TomlValue {
    match value.get_ref() {
        DeValue::String(text) => TomlValue::Text(text.clone().into_owned()),
        DeValue::Boolean(boolean) => TomlValue::Boolean(*boolean),
        DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix())
            .map_or_else(|_too_large| TomlValue::Number(integer.to_string()), TomlValue::Integer),
        DeValue::Float(float) => TomlValue::Number(float.as_str().to_owned()),
        DeValue::Datetime(_) => TomlValue::Date,
        DeValue::Array(list) => {
            TomlValue::List(list.iter().enumerate().map(|one| TomlEntry::of_list(one, path, lines)).collect())
        }
        DeValue::Table(table) => TomlValue::Table(SpannedTable::of(table, path, lines)),
    }
}
