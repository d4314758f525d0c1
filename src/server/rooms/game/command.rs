//! What a client's line asks for.

use super::board::Square;

/// The commands as `/help` lists them.
pub(super) const HELP: [(&str, &str); 11] = [
    ("1 to 9", "takes the field that shows this number, when it is your turn."),
    ("a1 to c3", "the same by column and row: b2 is 5."),
    ("/board", "shows the board and whose turn it is."),
    ("/say TEXT", "tells your opponent, and who watches, something."),
    ("/resign", "gives the game up."),
    ("/again", "plays again with the same opponent, if both ask for it; sides change."),
    ("/new", "waits for another opponent, once your game is over."),
    ("/games", "lists the games."),
    ("/watch N", "shows game N as it is played, while you do not play."),
    ("/help", "shows this list."),
    ("/quit", "says goodbye and closes the connection."),
];

/// One line of a client, understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GameCommand<'a> {
    /// An empty line: nothing is asked for, nothing is answered.
    Nothing,
    Move(Square),
    /// Meant as a move, but no field is called so.
    NoField,
    Board,
    Say(&'a [u8]),
    Resign,
    Again,
    New,
    Games,
    /// A game's number, if it is one.
    Watch(Option<u32>),
    Help,
    Quit,
    Unknown,
}

impl<'a> GameCommand<'a> {
    pub(super) fn parse(text: &'a [u8]) -> Self {
        match text.trim_ascii() {
            [] => Self::Nothing,
            [b'/', command @ ..] => Self::parse_word(command),
            word => Square::parse(word).map_or_else(|| Self::not_a_field(word), Self::Move),
        }
    }

    fn parse_word(command: &'a [u8]) -> Self {
        let end = command.iter().position(u8::is_ascii_whitespace).unwrap_or(command.len());
        let (word, rest) = command.split_at_checked(end).unwrap_or((command, &[]));
        match word.to_ascii_lowercase().as_slice() {
            b"board" => Self::Board,
            b"say" => Self::Say(rest.trim_ascii()),
            b"resign" => Self::Resign,
            b"again" => Self::Again,
            b"new" => Self::New,
            b"games" => Self::Games,
            b"watch" => Self::Watch(number(rest.trim_ascii())),
            b"help" => Self::Help,
            b"quit" => Self::Quit,
            _ => Self::Unknown,
        }
    }

    /// A slip of the finger is told from talk, so that the answer fits.
    const fn not_a_field(word: &[u8]) -> Self {
        match word {
            [b'0'..=b'9', ..] | [_, b'0'..=b'9'] => Self::NoField,
            _ => Self::Unknown,
        }
    }
}

/// A number of any length; there is no game of one that is too large, whatever it is.
fn number(word: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(word).ok().filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()))?;
    if digits.is_empty() { None } else { Some(digits.parse().unwrap_or(u32::MAX)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_around_and_upper_case_do_not_matter() {
        let middle = GameCommand::Move(Square::parse(b"5").unwrap());
        for line in ["5", " 5\t", "b2", "B2\r", "  B2 "] {
            assert_eq!(GameCommand::parse(line.as_bytes()), middle, "{line:?}");
        }
        assert_eq!(GameCommand::parse(b" /AGAIN \r"), GameCommand::Again);
        assert_eq!(GameCommand::parse(b"/say  well  played \r"), GameCommand::Say(b"well  played"));
        assert_eq!(GameCommand::parse(b"/Watch\t12"), GameCommand::Watch(Some(12)));
        assert_eq!(GameCommand::parse(b"/watch 99999999999999999999"), GameCommand::Watch(Some(u32::MAX)));
        assert_eq!(GameCommand::parse(b"/watch x"), GameCommand::Watch(None));
    }

    #[test]
    fn an_empty_line_is_nothing() {
        for line in ["", " ", "\r", "\t \r"] {
            assert_eq!(GameCommand::parse(line.as_bytes()), GameCommand::Nothing, "{line:?}");
        }
    }

    #[test]
    fn a_slip_is_told_from_talk() {
        for line in ["0", "10", "d4", "b0", "2b", "5.", "1 2"] {
            assert_eq!(GameCommand::parse(line.as_bytes()), GameCommand::NoField, "{line:?}");
        }
        for line in ["hello", "b", "/", "/5", "/boards", "b 2", "\u{662}", "//say x"] {
            assert_eq!(GameCommand::parse(line.as_bytes()), GameCommand::Unknown, "{line:?}");
        }
    }

    #[test]
    fn a_game_has_a_number_that_is_one() {
        for line in ["/watch", "/watch x", "/watch -1", "/watch 1 2", "/watch \u{ff11}"] {
            assert_eq!(GameCommand::parse(line.as_bytes()), GameCommand::Watch(None), "{line:?}");
        }
    }

    #[test]
    fn each_command_that_help_lists_is_one() {
        for (words, _) in HELP {
            let example = words.split(" to ").next().unwrap().replace('N', "1");
            let command = GameCommand::parse(example.as_bytes());
            assert!(
                !matches!(command, GameCommand::Unknown | GameCommand::NoField | GameCommand::Watch(None)),
                "{words}"
            );
        }
    }
}
