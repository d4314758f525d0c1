//! The table that is printed: a line for each figure, beside what is to be reached.

/// A figure of a case.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub(crate) what: &'static str,
    pub(crate) goal: Goal,
}

/// Limit that the figure must keep.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Goal {
    None,
    AtMost(f64),
    /// At most this multiple of nc's figure in the same run.
    TimesNc(f64),
}

/// The medians of a client in the order of the lines; `None` if it failed.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) medians: Option<Vec<f64>>,
}

impl Goal {
    fn text(self) -> String {
        match self {
            Self::None => String::new(),
            Self::AtMost(most) => format!("<= {most}"),
            Self::TimesNc(times) => format!("<= {times} x nc"),
        }
    }

    /// Whether it is reached; `None` where there is nothing to reach, or no nc to compare with.
    fn is_reached(self, value: f64, nc: Option<f64>) -> Option<bool> {
        match self {
            Self::None => None,
            Self::AtMost(most) => Some(value <= most),
            Self::TimesNc(times) => nc.map(|nc| value <= nc * times),
        }
    }
}

/// Markdown that also reads well in a terminal. A goal that ours reaches is bold, and one that it misses says so.
pub(crate) fn table(lines: &[Line], columns: &[Column], ours: &str, nc: &str) -> String {
    let heads = ["what", "to reach"].map(str::to_owned).into_iter();
    let mut rows = vec![heads.chain(columns.iter().map(|column| column.name.clone())).collect::<Vec<_>>()];
    for (at, line) in lines.iter().enumerate() {
        let value = |column: &Column| column.medians.as_ref()?.get(at).copied();
        let of_nc = columns.iter().find(|column| column.name == nc).and_then(value);
        let cell = |column: &Column| {
            let Some(value) = value(column) else { return "failed".to_owned() };
            let nc = of_nc.filter(|_| column.name != nc);
            let reached = line.goal.is_reached(value, nc).filter(|_| column.name == ours);
            cell(value, nc.filter(|_| matches!(line.goal, Goal::TimesNc(_))), reached)
        };
        rows.push([line.what.to_owned(), line.goal.text()].into_iter().chain(columns.iter().map(cell)).collect());
    }
    aligned(&rows)
}

fn cell(value: f64, nc: Option<f64>, reached: Option<bool>) -> String {
    let ratio = nc.filter(|nc| *nc > 0.0).map(|nc| format!(" ({} x)", figure(value / nc))).unwrap_or_default();
    match reached {
        None => figure(value) + &ratio,
        Some(true) => format!("**{}**{ratio}", figure(value)),
        Some(false) => format!("{}{ratio} MISSED", figure(value)),
    }
}

fn aligned(rows: &[Vec<String>]) -> String {
    let width = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..).map_while(width).collect();
    let mut lines: Vec<String> = rows.iter().map(|row| written(row, &widths)).collect();
    let rules = widths.iter().enumerate().map(|(at, width)| match at {
        0 | 1 => "-".repeat(*width),
        _ => "-".repeat(width - 1) + ":",
    });
    lines.insert(1, written(&rules.collect::<Vec<_>>(), &widths));
    lines.join("\n") + "\n"
}

fn written(cells: &[String], widths: &[usize]) -> String {
    let cell = |(at, (cell, width)): (usize, (&String, &usize))| match at {
        0 | 1 => format!(" {cell:<width$} |"),
        _ => format!(" {cell:>width$} |"),
    };
    "|".to_owned() + &cells.iter().zip(widths).enumerate().map(cell).collect::<String>()
}

/// Three digits: what is behind them is noise.
fn figure(value: f64) -> String {
    match value {
        0.0 => "0".to_owned(),
        100.0.. => format!("{value:.0}"),
        10.0.. => format!("{value:.1}"),
        1.0.. => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}
