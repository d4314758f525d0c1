//! The board: nine fields, whose turn it is, and how it ended.
//!
//! ```text
//!       a   b   c
//!     +---+---+---+
//!   1 | 1 | 2 | 3 |        a free field shows the number that takes it,
//!   2 | 4 | X | 6 |        and column and row make its other name: X is at 5, or b2
//!   3 | 7 | 8 | 9 |
//!     +---+---+---+
//! ```

use std::fmt::{self, Display};

/// One of the two sides. X begins.
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

/// A field of the board, 1 to 9 in reading order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Square(u8);

impl Square {
    /// Reads `5` or `b2`, in either case.
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

/// Both names: `5 (b2)`.
impl Display for Square {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = char::from(b'a' + (self.0 - 1) % 3);
        write!(f, "{} ({column}{})", self.0, (self.0 - 1) / 3 + 1)
    }
}

/// Three fields in a row, in ascending order.
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

    /// For people: `1, 5 and 9`.
    pub(super) fn listed(self) -> String {
        let Self([first, second, third]) = self;
        format!("{}, {} and {}", first.number(), second.number(), third.number())
    }

    fn bits(self) -> u16 {
        self.0.iter().fold(0, |bits, field| bits | field.bit())
    }
}

/// For programs: `159`.
impl Display for WinLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([first, second, third]) = self;
        write!(f, "{}{}{}", first.number(), second.number(), third.number())
    }
}

/// How a board stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BoardState {
    /// This side is to move.
    Turn(Mark),
    /// This side has three in a row. The last move can make two rows at once; then this is one of them.
    Won(Mark, WinLine),
    /// No field is free and nobody has three in a row.
    Drawn,
}

/// Nine fields and what was put there.
#[derive(Debug)]
pub(super) struct Board {
    /// The fields with an X, a bit for each.
    x: u16,
    /// The fields with an O.
    o: u16,
    last: Option<Square>,
}

impl Board {
    /// An empty one.
    pub(super) const fn new() -> Self {
        Self { x: 0, o: 0, last: None }
    }

    /// What stands on a field.
    pub(super) const fn at(&self, field: Square) -> Option<Mark> {
        if self.x & field.bit() != 0 {
            Some(Mark::X)
        } else if self.o & field.bit() != 0 {
            Some(Mark::O)
        } else {
            None
        }
    }

    /// The field taken last, and by whom.
    pub(super) fn last(&self) -> Option<(Square, Mark)> {
        self.last.and_then(|field| Some((field, self.at(field)?)))
    }

    /// Whose turn it is, or how it ended.
    pub(super) fn standing(&self) -> BoardState {
        let won = |bits: u16| WinLine::ALL.into_iter().find(|three| bits & three.bits() == three.bits());
        let taken = (self.x | self.o).count_ones();
        match (won(self.x), won(self.o)) {
            (Some(three), _) => BoardState::Won(Mark::X, three),
            (_, Some(three)) => BoardState::Won(Mark::O, three),
            _ if taken == 9 => BoardState::Drawn,
            _ if taken.is_multiple_of(2) => BoardState::Turn(Mark::X),
            _ => BoardState::Turn(Mark::O),
        }
    }

    /// Puts a mark on a field. Whose turn it is, is for the caller to see to.
    ///
    /// # Errors
    /// Who has it already, if it is not free. Nothing has changed then.
    pub(super) const fn place(&mut self, field: Square, mark: Mark) -> Result<(), Mark> {
        if let Some(owner) = self.at(field) {
            return Err(owner);
        }
        match mark {
            Mark::X => self.x |= field.bit(),
            Mark::O => self.o |= field.bit(),
        }
        self.last = Some(field);
        Ok(())
    }

    /// For programs: a character for each field, `.` if it is free.
    pub(super) fn position(&self) -> String {
        Square::all().map(|field| self.at(field).map_or('.', Mark::letter)).collect()
    }
}

/// The picture. Six lines, each with its LF, of the same shape whatever stands where.
impl Display for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const RULE: &str = "    +---+---+---+";
        writeln!(f, "      a   b   c\n{RULE}")?;
        for row in 0..3 {
            write!(f, "  {} |", row + 1)?;
            for field in (1..=3).map(|column| Square(row * 3 + column)) {
                let shown = self.at(field).map_or_else(|| char::from(b'0' + field.number()), Mark::letter);
                write!(f, " {shown} |")?;
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

    fn field(name: &str) -> Square {
        Square::parse(name.as_bytes()).unwrap()
    }

    /// A board on which these fields were taken in turn.
    fn played(fields: &str) -> Board {
        let mut board = Board::new();
        for name in fields.chars() {
            let BoardState::Turn(mark) = board.standing() else { panic!("{fields}: over before {name}") };
            board.place(field(&name.to_string()), mark).unwrap();
        }
        board
    }

    #[test]
    fn every_field_has_two_names() {
        let names = ["a1", "b1", "c1", "a2", "b2", "c2", "a3", "b3", "c3"];
        for (n, name) in (1..=9).zip(names) {
            let by_number = field(&n.to_string());
            assert_eq!(by_number, field(name));
            assert_eq!(by_number, field(&name.to_uppercase()));
            assert_eq!(by_number.to_string(), format!("{n} ({name})"));
        }
    }

    #[test]
    fn nothing_else_is_a_field() {
        for word in ["", "0", "10", "a", "d1", "a0", "a4", "2b", "b2 ", "b22", "\u{b2}", "b\u{662}"] {
            assert_eq!(Square::parse(word.as_bytes()), None, "{word:?}");
        }
    }

    #[test]
    fn each_row_column_and_diagonal_wins_for_each_side() {
        for three in WinLine::ALL {
            let others: Vec<Square> = Square::all().filter(|field| three.bits() & field.bit() == 0).collect();
            for mark in [Mark::X, Mark::O] {
                let mut board = Board::new();
                for field in three.0 {
                    assert_eq!(board.place(field, mark), Ok(()));
                }
                assert_eq!(board.standing(), BoardState::Won(mark, three));
                // Two of the other side change nothing.
                assert_eq!(board.place(others[0], mark.other()), Ok(()));
                assert_eq!(board.place(others[1], mark.other()), Ok(()));
                assert_eq!(board.standing(), BoardState::Won(mark, three));
            }
        }
    }

    #[test]
    fn a_full_board_without_three_is_a_draw_and_with_three_is_not() {
        assert_eq!(played("152379648").standing(), BoardState::Drawn);
        assert_eq!(played("135427689").standing(), BoardState::Won(Mark::X, WinLine::of(1, 5, 9)));
        let both = "two at once are reported as the first";
        assert_eq!(played("253648791").standing(), BoardState::Won(Mark::X, WinLine::of(1, 2, 3)), "{both}");
    }

    #[test]
    fn a_taken_field_stays_as_it_is() {
        let mut board = played("5");
        assert_eq!(board.place(field("b2"), Mark::O), Err(Mark::X));
        assert_eq!(board.position(), "....X....");
        assert_eq!(board.standing(), BoardState::Turn(Mark::O));
        assert_eq!(board.last(), Some((field("5"), Mark::X)));
    }

    #[test]
    fn the_picture_shows_marks_and_the_numbers_of_what_is_free() {
        let expected = "      a   b   c
    +---+---+---+
  1 | O | 2 | 3 |
  2 | 4 | X | 6 |
  3 | 7 | 8 | X |
    +---+---+---+
";
        assert_eq!(played("519").to_string(), expected);
    }

    proptest! {
        #[test]
        fn a_game_alternates_and_ends_within_nine_moves(order in Just((1..=9).collect::<Vec<u8>>()).prop_shuffle()) {
            let mut board = Board::new();
            for (moves, number) in order.into_iter().enumerate() {
                let BoardState::Turn(mark) = board.standing() else { break };
                prop_assert_eq!(mark, if moves % 2 == 0 { Mark::X } else { Mark::O });
                prop_assert_eq!(board.place(Square(number), mark), Ok(()));
                prop_assert_eq!(board.position().matches('.').count(), 8 - moves);
                let width: Vec<usize> = board.to_string().lines().map(str::len).collect();
                prop_assert_eq!(width, [15, 17, 17, 17, 17, 17]);
            }
            prop_assert!(!matches!(board.standing(), BoardState::Turn(_)));
        }
    }
}
