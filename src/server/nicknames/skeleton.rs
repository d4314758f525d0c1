//! What names are compared by.

use std::sync::LazyLock;
use unicode_normalization::char::canonical_combining_class;
use unicode_security::skeleton;

/// The ways to read a name, as skeletons (UTS #39, 4); each once.
///
/// Two names are too alike if they have one in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Skeletons(Box<[Box<str>]>);

impl Skeletons {
    /// The keys of any text, also one that cannot be a name.
    pub(super) fn of(text: &str) -> Self {
        // As it is written: `ALICE` and `ALlCE`, Latin `ace` and Cyrillic `асе`.
        let mut keys = vec![name_skeleton(text)];
        let mut add = |key| {
            if !keys.contains(&key) {
                keys.push(key);
            }
        };
        // In small letters: `Max` and `rnax`.
        add(lowercase_skeleton(text));
        // In capitals: `Alice` and `ALlCE`, `straße` and `STRASSE`.
        add(name_skeleton(&text.to_uppercase()));
        // As it is written, and then in small letters: `bill` and `BiIl`. Among capitals alone an `I` is an `I`, and not
        // an `l`, or else `ALI` would be `all` and `NEIL` would be `Nell`.
        if text.chars().any(char::is_lowercase) {
            add(lowercase_skeleton(&name_skeleton(text)));
        }
        Self(keys.iter().map(|key| fold_lookalikes(key)).collect())
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, Box<str>> {
        self.0.iter()
    }
}

impl IntoIterator for Skeletons {
    type Item = Box<str>;
    type IntoIter = std::vec::IntoIter<Box<str>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_vec().into_iter()
    }
}

/// The skeletons of the ASCII characters, which do not depend on their neighbours. Most names are made of these alone, and
/// are checked four times as fast for it.
static ASCII_LOOKS: LazyLock<[String; 128]> = LazyLock::new(|| {
    std::array::from_fn(|code| {
        let c = u8::try_from(code).map_or('\0', char::from);
        skeleton(c.encode_utf8(&mut [0; 4])).collect()
    })
});

/// The combining class of marks that stand above their letter (UAX #44).
const ABOVE_CLASS: u8 = 230;

/// The skeleton, without the dots above that cannot be seen: an `i` or `j` has one already and does not show another
/// (UTS #39, 5.4), while Turkish `İ`, to others an `I` with a dot, is the capital of `i`. In skeletons `I` is `l`.
fn name_skeleton(text: &str) -> Box<str> {
    let mut seen = String::with_capacity(text.len());
    if text.is_ascii() {
        seen.extend(text.bytes().filter_map(|byte| ASCII_LOOKS.get(usize::from(byte))).map(String::as_str));
        return seen.into_boxed_str();
    }
    let mut has_dot = false;
    for c in skeleton(text) {
        match canonical_combining_class(c) {
            ABOVE_CLASS if has_dot && c == '\u{307}' => continue,
            // The first mark above takes the place of the dot; what is above that can be seen.
            0 | ABOVE_CLASS => has_dot = matches!(c, 'i' | 'j' | 'l'),
            _ => {}
        }
        seen.push(c);
    }
    seen.into_boxed_str()
}

/// What UTS #39 keeps apart and people do not: `vv` and `w`, `_` and `-`.
fn fold_lookalikes(key: &str) -> Box<str> {
    key.replace("vv", "w").replace('_', "-").into_boxed_str()
}

/// The look in small letters, and in those only: the skeleton of `0` is a capital `O`.
fn lowercase_skeleton(text: &str) -> Box<str> {
    name_skeleton(&text.to_lowercase()).to_lowercase().into_boxed_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ascii_looks_like_its_skeleton(text in "[ -~]{0,20}") {
            prop_assert_eq!(name_skeleton(&text).into_string(), skeleton(&text).collect::<String>());
        }
    }
}
