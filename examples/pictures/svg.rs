//! A screen as a picture.
//!
//! Every run of cells that look the same is one `<text>` at its column, stretched to its columns (`textLength`), so that
//! columns align whatever font there is. What an unknown font might give another width, or a viewer another order, is
//! alone in its run: Hebrew, emoji, arrows. Lines and blocks are rectangles, so that they join.

use crate::colour::{Rgb, Window};
use std::fmt::{self, Write as _};

/// Tenths of a pixel: all lengths here are sums of these, and no float rounds them.
#[derive(Debug, Clone, Copy)]
struct Tenths(u32);

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 10, self.0 % 10) {
            (whole, 0) => write!(f, "{whole}"),
            (whole, tenth) => write!(f, "{whole}.{tenth}"),
        }
    }
}

const CELL: (u32, u32) = (84, 180);
const FONT: Tenths = Tenths(140);
/// From the top of a cell to where letters stand, and to the line under them.
const BASELINE: u32 = 132;
const UNDERLINE: u32 = 150;
const THIN: u32 = 10;
const PADDING: u32 = 140;
const STRIP: u32 = 280;
const FAMILY: &str = "DejaVu Sans Mono, Menlo, Consolas, monospace";

/// Style of a run of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    text: Rgb,
    ground: Rgb,
    is_bold: bool,
    is_italic: bool,
    is_underlined: bool,
}

/// Cells of one line that are drawn at once.
#[derive(Debug)]
struct Run {
    column: u32,
    columns: u32,
    text: String,
    look: Look,
    /// Whether the next cell may join it.
    is_open: bool,
}

/// The picture of a screen in a window with this title.
pub(crate) fn picture(screen: &vt100::Screen, window: &Window, title: &str) -> String {
    let (lines, columns) = screen.size();
    let width = u32::from(columns.get()) * CELL.0 + 2 * PADDING;
    let height = STRIP + u32::from(lines.get()) * CELL.1 + 2 * PADDING;
    let mut svg = String::new();
    // A string takes everything.
    let _ = frame(&mut svg, (width, height), window, title);
    for line in 0..lines.get() {
        let top = STRIP + PADDING + u32::from(line) * CELL.1;
        let runs = runs(screen, line, columns.get(), window);
        let _ = grounds(&mut svg, &runs, top, window);
        for run in &runs {
            let _ = draw(&mut svg, run, top, window);
        }
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

fn frame(svg: &mut String, (width, height): (u32, u32), window: &Window, title: &str) -> fmt::Result {
    let (w, h) = (Tenths(width), Tenths(height));
    let Window { ground, text, strip, title: faint, edge } = window;
    writeln!(svg, r#"<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}">"#)?;
    let (inner_w, inner_h) = (Tenths(width - 10), Tenths(height - 10));
    writeln!(
        svg,
        r#"<rect x="0.5" y="0.5" width="{inner_w}" height="{inner_h}" rx="8" fill="{ground}" stroke="{edge}"/>"#
    )?;
    let (right, bottom) = (Tenths(width - 10), Tenths(STRIP));
    writeln!(svg, r#"<path d="M1 {bottom}V9a8 8 0 0 1 8-8H{}a8 8 0 0 1 8 8V{bottom}z" fill="{strip}"/>"#, {
        Tenths(width - 90)
    })?;
    writeln!(svg, r#"<path d="M1 {bottom}.5H{right}" stroke="{edge}"/>"#)?;
    for x in [16, 34, 52] {
        writeln!(svg, r#"<circle cx="{x}" cy="14.5" r="5" fill="{edge}"/>"#)?;
    }
    let middle = Tenths(width / 2);
    writeln!(svg, r#"<g font-family="{FAMILY}" font-size="{FONT}" fill="{text}" xml:space="preserve">"#)?;
    write!(svg, r#"<text x="{middle}" y="18.5" font-size="12" text-anchor="middle" fill="{faint}">"#)?;
    escape(svg, title);
    writeln!(svg, "</text>")
}

/// The cells of a line, joined where they look the same.
fn runs(screen: &vt100::Screen, line: u16, columns: u16, window: &Window) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let cursor = Some(screen.cursor_position()).filter(|_| !screen.hide_cursor());
    for column in 0..columns {
        let Some(cell) = screen.cell(line, column).filter(|cell| !cell.is_wide_continuation()) else { continue };
        let look = look(cell, cursor == Some((line, column)), window);
        let text = if cell.has_contents() { cell.contents() } else { " " };
        let width = if cell.is_wide() { 2 } else { 1 };
        let is_open = text.chars().all(|c| c < '\u{250}');
        let is_shape = shape(text).is_some();
        match runs.last_mut() {
            Some(run) if run.look == look && ((run.is_open && is_open) || (is_shape && run.text == text)) => {
                // Of a shape one is enough: it is drawn over all the columns.
                if !is_shape {
                    run.text.push_str(text);
                }
                run.columns += width;
            }
            _ => {
                runs.push(Run { column: u32::from(column), columns: width, text: text.to_owned(), look, is_open });
            }
        }
    }
    runs
}

fn look(cell: &vt100::Cell, is_cursor: bool, window: &Window) -> Look {
    let mut text = Window::shown(cell.fgcolor(), window.text);
    let mut ground = Window::shown(cell.bgcolor(), window.ground);
    if cell.dim() {
        text = text.faint_on(ground);
    }
    if cell.inverse() != is_cursor {
        (text, ground) = (ground, text);
    }
    Look { text, ground, is_bold: cell.bold(), is_italic: cell.italic(), is_underlined: cell.underline() }
}

/// Writes the background rectangles, merged across runs.
fn grounds(svg: &mut String, runs: &[Run], top: u32, window: &Window) -> fmt::Result {
    for same in runs.chunk_by(|one, next| one.look.ground == next.look.ground) {
        let Some(first) = same.first().filter(|run| run.look.ground != window.ground) else { continue };
        let columns: u32 = same.iter().map(|run| run.columns).sum();
        let place = [PADDING + first.column * CELL.0, top, columns * CELL.0, CELL.1];
        rectangle(svg, place, first.look.ground)?;
    }
    Ok(())
}

fn draw(svg: &mut String, run: &Run, top: u32, window: &Window) -> fmt::Result {
    let Run { column, columns, text, look, .. } = run;
    let left = PADDING + column * CELL.0;
    if let Some([x, y, width, height]) = shape(text) {
        // A shape that does not fill its cell across is one cell.
        let width = if width == CELL.0 { columns * width } else { width };
        return rectangle(svg, [left + x, top + y, width, height], look.text);
    }
    if look.is_underlined {
        rectangle(svg, [left, top + UNDERLINE, columns * CELL.0, THIN], look.text)?;
    }
    // Blanks at either end are where the text begins, and nothing.
    let blanks = u32::try_from(text.len() - text.trim_start_matches(' ').len()).unwrap_or(0);
    let words = text.trim_matches(' ');
    if words.is_empty() {
        return Ok(());
    }
    let y = Tenths(top + BASELINE);
    if run.is_open {
        let x = Tenths(left + blanks * CELL.0);
        let length = Tenths(u32::try_from(words.chars().count()).unwrap_or(0) * CELL.0);
        write!(svg, r#"<text x="{x}" y="{y}" textLength="{length}""#)?;
    } else {
        let x = Tenths(left + columns * CELL.0 / 2);
        write!(svg, r#"<text x="{x}" y="{y}" text-anchor="middle""#)?;
    }
    if look.text != window.text {
        write!(svg, r#" fill="{}""#, look.text)?;
    }
    if look.is_bold {
        svg.push_str(r#" font-weight="bold""#);
    }
    if look.is_italic {
        svg.push_str(r#" font-style="italic""#);
    }
    svg.push('>');
    escape(svg, words);
    writeln!(svg, "</text>")
}

/// Left, top, width and height within a cell of what is drawn as a rectangle.
fn shape(text: &str) -> Option<[u32; 4]> {
    let (width, height) = CELL;
    Some(match text {
        "─" => [0, height / 2 - THIN, width, THIN],
        "│" => [width / 2 - THIN / 2, 0, THIN, height],
        "█" => [0, 0, width, height],
        "▌" => [0, 0, width / 2, height],
        "▐" => [width / 2, 0, width / 2, height],
        "▀" => [0, 0, width, height / 2],
        "▄" => [0, height / 2, width, height / 2],
        _ => return None,
    })
}

fn rectangle(svg: &mut String, place: [u32; 4], fill: Rgb) -> fmt::Result {
    let [x, y, width, height] = place.map(Tenths);
    write!(svg, r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}""#)?;
    if height.0 > THIN {
        // No seams between neighbours. A line across would be thinner or thicker, by where it is, in a picture that is
        // not shown in its own size.
        svg.push_str(r#" shape-rendering="crispEdges""#);
    }
    svg.push_str("/>\n");
    Ok(())
}

fn escape(svg: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => svg.push_str("&amp;"),
            '<' => svg.push_str("&lt;"),
            '>' => svg.push_str("&gt;"),
            c => svg.push(c),
        }
    }
}
