//! Skeletons, by which names are compared (UTS #39, section 4).

use std::sync::LazyLock;
use unicode_normalization::char::canonical_combining_class;
use unicode_security::skeleton;

/// The distinct skeletons of the forms of a name.
///
/// Two names clash if they share one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Skeletons(Box<[Box<str>]>);

impl Skeletons {
    /// The skeletons of any text; it need not be a valid name.
    pub(super) fn of(text: &str) -> Self {
        // As written: `ALICE` and `ALlCE`, Latin `ace` and Cyrillic `асе`.
        let mut skeletons = vec![name_skeleton(text)];
        let mut add = |skeleton| {
            if !skeletons.contains(&skeleton) {
                skeletons.push(skeleton);
            }
        };
        // In lower case: `Max` and `rnax`.
        add(lowercase_skeleton(text));
        // In upper case: `Alice` and `ALlCE`, `straße` and `STRASSE`.
        add(name_skeleton(&text.to_uppercase()));
        // The skeleton in lower case: `bill` and `BiIl`. Not for names in capitals, whose `I` is no `l`: `ALI` would clash
        // with `all`, and `NEIL` with `Nell`.
        if text.chars().any(char::is_lowercase) {
            add(lowercase_skeleton(&name_skeleton(text)));
        }
        Self(skeletons.iter().map(|skeleton| fold_lookalikes(skeleton)).collect())
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

/// The skeletons of ASCII characters, which do not depend on their neighbours. Makes the check of ASCII names four times
/// as fast.
static ASCII_SKELETONS: LazyLock<[String; 128]> = LazyLock::new(|| {
    std::array::from_fn(|code| {
        let c = u8::try_from(code).map_or('\0', char::from);
        skeleton(c.encode_utf8(&mut [0; 4])).collect()
    })
});

/// The combining class of marks above their letter (UAX #44).
const ABOVE_CLASS: u8 = 230;

/// The skeleton without invisible dots: an `i` or `j` does not show a second dot above (UTS #39, 5.4). The dot of
/// Turkish `İ` is removed, too, because `İ` is the capital of `i`; in skeletons `I` is `l`.
fn name_skeleton(text: &str) -> Box<str> {
    let mut output = String::with_capacity(text.len());
    if text.is_ascii() {
        output.extend(text.bytes().filter_map(|byte| ASCII_SKELETONS.get(usize::from(byte))).map(String::as_str));
        return output.into_boxed_str();
    }
    let mut has_dot = false;
    for c in skeleton(text) {
        match canonical_combining_class(c) {
            ABOVE_CLASS if has_dot && c == '\u{307}' => continue,
            // The first mark above replaces the dot, so marks after it are visible.
            0 | ABOVE_CLASS => has_dot = matches!(c, 'i' | 'j' | 'l'),
            _ => {}
        }
        output.push(c);
    }
    output.into_boxed_str()
}

/// Unifies lookalikes that UTS #39 distinguishes: `vv` and `w`, `_` and `-`.
fn fold_lookalikes(skeleton: &str) -> Box<str> {
    skeleton.replace("vv", "w").replace('_', "-").into_boxed_str()
}

/// The skeleton of the lower-case form, in lower case again, because the skeleton of `0` is a capital `O`.
fn lowercase_skeleton(text: &str) -> Box<str> {
    name_skeleton(&text.to_lowercase()).to_lowercase().into_boxed_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ascii_table_agrees_with_the_skeleton(text in "[ -~]{0,20}") {
            prop_assert_eq!(name_skeleton(&text).into_string(), skeleton(&text).collect::<String>());
        }
    }
}
