//! Which names a shell may get to see.

/// Whether a name is a word without any meaning in bash, zsh, fish and PowerShell, and no option.
pub(super) fn is_for_a_shell(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(char::is_alphanumeric)
        && characters.all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}
