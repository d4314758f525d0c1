//! The board: nine squares, whose turn it is, and the result.
//!
//! ```text
//!       a   b   c
//!     +---+---+---+
//!   1 | 1 | 2 | 3 |        a free square shows its number; its other name is
//!   2 | 4 | X | 6 |        column and row: X is at 5, or b2
//!   3 | 7 | 8 | 9 |
//!     +---+---+---+
//! ```

use std::fmt::{self, Display};

/// A player's mark. X moves first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    X,
    O,
}

impl Mark {
    pub(super) const fn other(self) -> Self {
        match self {
            Self::X => Self::O,
            Self::O => Self::X,
        }
    }

    const fn letter(self) -> char {
        match self {
            Self::X => 'X',
            Self::O => 'O',
        }
    }
}

impl Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.letter())
    }
}

/// A square of the board, 1 to 9 in reading order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Square(u8);

impl Square {
    /// Parses `5` or `b2`, in either case.
    pub(super) const fn parse(word: &[u8]) -> Option<Self> {
        match word {
            [number @ b'1'..=b'9'] => Some(Self(*number - b'0')),
            [column, row @ b'1'..=b'3'] => match column.to_ascii_lowercase() {
                column @ b'a'..=b'c' => Some(Self((*row - b'1') * 3 + (column - b'a') + 1)),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) const fn number(self) -> u8 {
        self.0
    }

    fn all() -> impl Iterator<Item = Self> {
        (1..=9).map(Self)
    }

    const fn bit(self) -> u16 {
        1 << self.0
    }
}

/// Formats both names: `5 (b2)`.
impl Display for Square {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = char::from(b'a' + (self.0 - 1) % 3);
        write!(f, "{} ({column}{})", self.0, (self.0 - 1) / 3 + 1)
    }
}

/// Three squares in a row, in ascending order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WinLine([Square; 3]);

impl WinLine {
    const ALL: [Self; 8] = [
        Self::of(1, 2, 3),
        Self::of(4, 5, 6),
        Self::of(7, 8, 9),
        Self::of(1, 4, 7),
        Self::of(2, 5, 8),
        Self::of(3, 6, 9),
        Self::of(1, 5, 9),
        Self::of(3, 5, 7),
    ];

    const fn of(first: u8, second: u8, third: u8) -> Self {
        Self([Square(first), Square(second), Square(third)])
    }

    /// Formats the squares for people: `1, 5 and 9`.
    pub(super) fn to_sentence_list(self) -> String {
        let Self([first, second, third]) = self;
        format!("{}, {} and {}", first.number(), second.number(), third.number())
    }

    fn bits(self) -> u16 {
        self.0.iter().fold(0, |bits, square| bits | square.bit())
    }
}

/// Formats the squares for programs: `159`.
impl Display for WinLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([first, second, third]) = self;
        write!(f, "{}{}{}", first.number(), second.number(), third.number())
    }
}

/// Whose turn it is, or the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BoardState {
    /// This player is to move.
    Turn(Mark),
    /// This player has three in a row. If the last move completed two rows, this is one of them.
    Won(Mark, WinLine),
    /// No square is free and nobody has three in a row.
    Drawn,
}

/// Nine squares and the marks on them.
#[derive(Debug)]
pub(super) struct Board {
    /// Squares with an X, as bits.
    x: u16,
    /// Squares with an O, as bits.
    o: u16,
    last: Option<Square>,
}

impl Board {
    /// Creates an empty board.
    pub(super) const fn new() -> Self {
        Self { x: 0, o: 0, last: None }
    }

    /// The mark on a square.
    pub(super) const fn at(&self, square: Square) -> Option<Mark> {
        if self.x & square.bit() != 0 {
            Some(Mark::X)
        } else if self.o & square.bit() != 0 {
            Some(Mark::O)
        } else {
            None
        }
    }

    /// The last move.
    pub(super) fn last(&self) -> Option<(Square, Mark)> {
        self.last.and_then(|square| Some((square, self.at(square)?)))
    }

    /// Determines whose turn it is, or the result.
    pub(super) fn state(&self) -> BoardState {
        let won = |bits: u16| WinLine::ALL.into_iter().find(|line| bits & line.bits() == line.bits());
        let taken = (self.x | self.o).count_ones();
        match (won(self.x), won(self.o)) {
            (Some(line), _) => BoardState::Won(Mark::X, line),
            (_, Some(line)) => BoardState::Won(Mark::O, line),
            _ if taken == 9 => BoardState::Drawn,
            _ if taken.is_multiple_of(2) => BoardState::Turn(Mark::X),
            _ => BoardState::Turn(Mark::O),
        }
    }

    /// Places a mark. Does not check whose turn it is.
    ///
    /// # Errors
    /// The mark on the square, if it is not free. The board is unchanged then.
    pub(super) const fn place(&mut self, square: Square, mark: Mark) -> Result<(), Mark> {
        if let Some(owner) = self.at(square) {
            return Err(owner);
        }
        match mark {
            Mark::X => self.x |= square.bit(),
            Mark::O => self.o |= square.bit(),
        }
        self.last = Some(square);
        Ok(())
    }

    /// Formats the board for programs: one character per square, `.` if it is free.
    pub(super) fn position(&self) -> String {
        Square::all().map(|square| self.at(square).map_or('.', Mark::letter)).collect()
    }
}

/// Formats the picture: six lines, each with LF, always of the same shape.
impl Display for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const RULE: &str = "    +---+---+---+";
        writeln!(f, "      a   b   c\n{RULE}")?;
        for row in 0..3 {
            write!(f, "  {} |", row + 1)?;
            for square in (1..=3).map(|column| Square(row * 3 + column)) {
                let symbol = self.at(square).map_or_else(|| char::from(b'0' + square.number()), Mark::letter);
                write!(f, " {symbol} |")?;
            }
            writeln!(f)?;
        }
        writeln!(f, "{RULE}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(name: &str) -> Square {
        Square::parse(name.as_bytes()).unwrap()
    }

    /// A board after moves on these squares in turn.
    fn after_moves(moves: &str) -> Board {
        let mut board = Board::new();
        for name in moves.chars() {
            let BoardState::Turn(mark) = board.state() else { panic!("{moves}: over before {name}") };
            board.place(parse(&name.to_string()), mark).unwrap();
        }
        board
    }

    #[test]
    fn every_square_has_two_names() {
        let names = ["a1", "b1", "c1", "a2", "b2", "c2", "a3", "b3", "c3"];
        for (n, name) in (1..=9).zip(names) {
            let by_number = parse(&n.to_string());
            assert_eq!(by_number, parse(name));
            assert_eq!(by_number, parse(&name.to_uppercase()));
            assert_eq!(by_number.to_string(), format!("{n} ({name})"));
        }
    }

    #[test]
    fn other_words_are_not_squares() {
        for word in ["", "0", "10", "a", "d1", "a0", "a4", "2b", "b2 ", "b22", "\u{b2}", "b\u{662}"] {
            assert_eq!(Square::parse(word.as_bytes()), None, "{word:?}");
        }
    }

    #[test]
    fn each_row_column_and_diagonal_wins_for_each_player() {
        for line in WinLine::ALL {
            let others: Vec<Square> = Square::all().filter(|square| line.bits() & square.bit() == 0).collect();
            for mark in [Mark::X, Mark::O] {
                let mut board = Board::new();
                for square in line.0 {
                    assert_eq!(board.place(square, mark), Ok(()));
                }
                assert_eq!(board.state(), BoardState::Won(mark, line));
                // Two marks of the other player change nothing.
                assert_eq!(board.place(others[0], mark.other()), Ok(()));
                assert_eq!(board.place(others[1], mark.other()), Ok(()));
                assert_eq!(board.state(), BoardState::Won(mark, line));
            }
        }
    }

    #[test]
    fn a_full_board_without_three_is_a_draw_and_with_three_is_not() {
        assert_eq!(after_moves("152379648").state(), BoardState::Drawn);
        assert_eq!(after_moves("135427689").state(), BoardState::Won(Mark::X, WinLine::of(1, 5, 9)));
        assert_eq!(
            after_moves("253648791").state(),
            BoardState::Won(Mark::X, WinLine::of(1, 2, 3)),
            "the first of two rows"
        );
    }

    #[test]
    fn a_taken_square_is_unchanged() {
        let mut board = after_moves("5");
        assert_eq!(board.place(parse("b2"), Mark::O), Err(Mark::X));
        assert_eq!(board.position(), "....X....");
        assert_eq!(board.state(), BoardState::Turn(Mark::O));
        assert_eq!(board.last(), Some((parse("5"), Mark::X)));
    }

    #[test]
    fn the_picture_shows_marks_and_numbers_of_free_squares() {
        let expected = "      a   b   c
    +---+---+---+
  1 | O | 2 | 3 |
  2 | 4 | X | 6 |
  3 | 7 | 8 | X |
    +---+---+---+
";
        assert_eq!(after_moves("519").to_string(), expected);
    }

    proptest! {
        #[test]
        fn a_game_alternates_and_ends_within_nine_moves(order in Just((1..=9).collect::<Vec<u8>>()).prop_shuffle()) {
            let mut board = Board::new();
            for (moves, number) in order.into_iter().enumerate() {
                let BoardState::Turn(mark) = board.state() else { break };
                prop_assert_eq!(mark, if moves % 2 == 0 { Mark::X } else { Mark::O });
                prop_assert_eq!(board.place(Square(number), mark), Ok(()));
                prop_assert_eq!(board.position().matches('.').count(), 8 - moves);
                let width: Vec<usize> = board.to_string().lines().map(str::len).collect();
                prop_assert_eq!(width, [15, 17, 17, 17, 17, 17]);
            }
            prop_assert!(!matches!(board.state(), BoardState::Turn(_)));
        }
    }
}
