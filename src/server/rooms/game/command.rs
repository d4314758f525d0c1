//! Parses the lines of a client.

use super::board::Square;

/// The commands and their descriptions, as `/help` lists them.
pub(super) const HELP: [(&str, &str); 11] = [
    ("1 to 9", "marks the field with this number, on your turn."),
    ("a1 to c3", "the same by column and row: b2 is 5."),
    ("/board", "shows the board and whose turn it is."),
    ("/say TEXT", "sends a message to your opponent and to spectators."),
    ("/resign", "gives up the game."),
    ("/again", "offers your opponent another game with sides changed."),
    ("/new", "finds another opponent after your game."),
    ("/games", "lists the games."),
    ("/watch N", "shows game N live while you are not playing."),
    ("/help", "lists the commands."),
    ("/quit", "disconnects."),
];

/// A parsed line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GameCommand<'a> {
    /// An empty line, which is ignored.
    Empty,
    Move(Square),
    /// Probably a move, but not to a square of the board.
    NoSquare,
    Board,
    Say(&'a [u8]),
    Resign,
    Again,
    New,
    Games,
    /// The number of a game; `None` if it is missing or invalid.
    Watch(Option<u32>),
    Help,
    Quit,
    Unknown,
}

impl<'a> GameCommand<'a> {
    pub(super) fn parse(text: &'a [u8]) -> Self {
        match text.trim_ascii() {
            [] => Self::Empty,
            [b'/', command @ ..] => Self::parse_word(command),
            word => Square::parse(word).map_or_else(|| Self::not_a_square(word), Self::Move),
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
            b"watch" => Self::Watch(parse_number(rest.trim_ascii())),
            b"help" => Self::Help,
            b"quit" => Self::Quit,
            _ => Self::Unknown,
        }
    }

    /// Distinguishes a mistyped move from other text, for a better error message.
    const fn not_a_square(word: &[u8]) -> Self {
        match word {
            [b'0'..=b'9', ..] | [_, b'0'..=b'9'] => Self::NoSquare,
            _ => Self::Unknown,
        }
    }
}

/// Parses a number of any length. Numbers above `u32` become `u32::MAX`, which is no game.
fn parse_number(word: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(word).ok().filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()))?;
    if digits.is_empty() { None } else { Some(digits.parse().unwrap_or(u32::MAX)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrounding_spaces_and_case_are_ignored() {
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
    fn an_empty_line_is_empty() {
        for line in ["", " ", "\r", "\t \r"] {
            assert_eq!(GameCommand::parse(line.as_bytes()), GameCommand::Empty, "{line:?}");
        }
    }

    #[test]
    fn a_mistyped_move_is_distinguished_from_text() {
        for line in ["0", "10", "d4", "b0", "2b", "5.", "1 2"] {
            assert_eq!(GameCommand::parse(line.as_bytes()), GameCommand::NoSquare, "{line:?}");
        }
        for line in ["hello", "b", "/", "/5", "/boards", "b 2", "\u{662}", "//say x"] {
            assert_eq!(GameCommand::parse(line.as_bytes()), GameCommand::Unknown, "{line:?}");
        }
    }

    #[test]
    fn an_invalid_game_number_is_none() {
        for line in ["/watch", "/watch x", "/watch -1", "/watch 1 2", "/watch \u{ff11}"] {
            assert_eq!(GameCommand::parse(line.as_bytes()), GameCommand::Watch(None), "{line:?}");
        }
    }

    #[test]
    fn each_listed_command_is_parsed() {
        for (syntax, _) in HELP {
            let example = syntax.split(" to ").next().unwrap().replace('N', "1");
            let command = GameCommand::parse(example.as_bytes());
            assert!(
                !matches!(command, GameCommand::Unknown | GameCommand::NoSquare | GameCommand::Watch(None)),
                "{syntax}"
            );
        }
    }
}
