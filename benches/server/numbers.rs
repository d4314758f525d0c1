//! Medians, and the table that is printed.

use std::fmt::Write as _;

/// Results of one round, in the order of the case's columns; `None` where this system has no figure.
pub(crate) type Figures = Vec<Option<f64>>;

#[derive(Debug)]
pub(crate) enum Kind {
    /// Stands with its ratio to the first server's.
    Compared,
    /// Stands alone: a count that ought to be zero.
    Count,
}

#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) head: &'static str,
    pub(crate) kind: Kind,
}

pub(crate) const fn compared(head: &'static str) -> Column {
    Column { head, kind: Kind::Compared }
}

pub(crate) const fn counted(head: &'static str) -> Column {
    Column { head, kind: Kind::Count }
}

/// One server in one case.
#[derive(Debug)]
pub(crate) struct Row {
    name: String,
    medians: Figures,
}

impl Row {
    /// The medians over the rounds that the server went through.
    pub(crate) fn new(name: &str, results: &[Figures], rounds: usize) -> Self {
        let name = match results.len() {
            0 => format!("{name} (failed)"),
            through if through < rounds => format!("{name} ({through} of {rounds} rounds, then failed)"),
            _ => name.to_owned(),
        };
        let columns = results.first().map_or(0, Vec::len);
        let column = |at| results.iter().map(|figures| figures.get(at).copied().flatten()).collect::<Option<Vec<_>>>();
        Self { name, medians: (0..columns).map(|at| column(at).as_deref().and_then(median)).collect() }
    }

    fn median(&self, column: usize) -> Option<f64> {
        self.medians.get(column).copied().flatten()
    }
}

/// The middle one, or the mean of the two in the middle; nothing of nothing.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let sorted = sorted(values);
    let high = *sorted.get(sorted.len() / 2)?;
    let low = *sorted.get((sorted.len() - 1) / 2)?;
    Some(f64::midpoint(low, high))
}

/// Returns the 99th percentile.
pub(crate) fn percentile_99(values: &[f64]) -> Option<f64> {
    sorted(values).get((values.len() * 99 / 100).saturating_sub(1)).copied()
}

pub(crate) fn largest(values: &[f64]) -> Option<f64> {
    sorted(values).last().copied()
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

#[expect(clippy::cast_precision_loss, reason = "counts here stay far below 2^53")]
pub(crate) fn float(count: usize) -> f64 {
    count as f64
}

/// Markdown that also reads well in a terminal; behind each figure its ratio to the first row's.
pub(crate) fn table(columns: &[Column], rows: &[Row]) -> String {
    let heads = std::iter::once("server").chain(columns.iter().map(|column| column.head)).map(str::to_owned).collect();
    let mut lines: Vec<Vec<String>> = vec![heads];
    for (at, row) in rows.iter().enumerate() {
        let base = rows.first().filter(|_| at > 0);
        let cells = columns.iter().enumerate().map(|(at, column)| cell(column, at, row, base));
        lines.push(std::iter::once(row.name.clone()).chain(cells).collect());
    }
    let width = |at: usize| {
        lines.iter().filter_map(|line| line.get(at)).map(|cell: &String| cell.chars().count()).max().unwrap_or(0)
    };
    let widths = (0..=columns.len()).map(width).collect::<Vec<_>>();
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        write_line(&mut text, line, &widths);
        if at == 0 {
            let rules = widths.iter().enumerate().map(|(at, width)| rule(at, *width)).collect::<Vec<_>>();
            write_line(&mut text, &rules, &widths);
        }
    }
    text
}

fn rule(column: usize, width: usize) -> String {
    if column == 0 { "-".repeat(width) } else { "-".repeat(width - 1) + ":" }
}

fn write_line(text: &mut String, cells: &[String], widths: &[usize]) {
    for (at, (cell, width)) in cells.iter().zip(widths).enumerate() {
        // Writing to a string cannot fail.
        let _ = if at == 0 { write!(text, "| {cell:width$} |") } else { write!(text, " {cell:>width$} |") };
    }
    text.push('\n');
}

fn cell(column: &Column, at: usize, row: &Row, base: Option<&Row>) -> String {
    let Some(value) = row.median(at) else { return if row.medians.is_empty() { "-" } else { "n/a" }.to_owned() };
    match (&column.kind, base.and_then(|base| base.median(at))) {
        (Kind::Count, _) => format!("{value:.0}"),
        (Kind::Compared, Some(base)) if base > 0.0 => format!("{} ({}x)", figure(value), figure(value / base)),
        (Kind::Compared, _) => figure(value),
    }
}

/// Three digits or more: what is behind them is noise.
fn figure(value: f64) -> String {
    match value {
        100.0.. => format!("{value:.0}"),
        10.0.. => format!("{value:.1}"),
        1.0.. => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}
