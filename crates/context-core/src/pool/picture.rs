//! The picture of a pool: memory over time by label, and what lies where now.

use std::{collections::BTreeMap, fmt::Write};

use super::{
    history::MemoryAction,
    snapshot::{MemorySnapshot, PieceState},
};
use crate::Bytes;

const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 300.0;
const ROW: f64 = 18.0;

/// How many moments are drawn.
const MOST_MOMENTS: usize = 500;

const COLOURS: [&str; 8] =
    ["#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#76b7b2", "#edc948", "#b07aa1", "#9c755f"];

/// What was live at one moment, by label, and reserved.
struct Moment {
    live: BTreeMap<&'static str, usize>,
}

fn moments(snapshot: &MemorySnapshot) -> Vec<Moment> {
    let mut live: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut labels = BTreeMap::new();
    let mut moments = Vec::new();
    let every = snapshot.events.len().div_ceil(MOST_MOMENTS).max(1);
    for (place, event) in snapshot.events.iter().enumerate() {
        match event.action {
            MemoryAction::Allocate => {
                labels.insert(event.address, event.label);
                *live.entry(event.label).or_default() += event.bytes;
            }
            MemoryAction::Free => {
                if let Some(label) = labels.remove(&event.address)
                    && let Some(sum) = live.get_mut(label)
                {
                    *sum -= event.bytes.min(*sum);
                }
            }
            MemoryAction::Reserve | MemoryAction::Release | MemoryAction::OutOfMemory => {}
        }
        if place % every == 0 || place + 1 == snapshot.events.len() {
            moments.push(Moment { live: live.clone() });
        }
    }
    moments
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Draws a snapshot as SVG.
pub(super) fn draw(snapshot: &MemorySnapshot) -> String {
    let moments = moments(snapshot);
    let most = moments.iter().map(|moment| moment.live.values().sum::<usize>()).max().unwrap_or(0).max(1);
    let labels: std::collections::BTreeSet<_> =
        moments.iter().flat_map(|moment| moment.live.keys().copied()).collect();
    let rows = snapshot.segments.len() as f64;
    let height = HEIGHT + 40.0 + ROW * (labels.len() as f64 + rows);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"100%\" font-size=\"12\" \
         font-family=\"sans-serif\">"
    );
    let step = WIDTH / moments.len().saturating_sub(1).max(1) as f64;
    let mut below = vec![0_usize; moments.len()];
    for (place, label) in labels.iter().enumerate() {
        let colour = COLOURS[place % COLOURS.len()];
        let y = |bytes: usize| HEIGHT - HEIGHT * bytes as f64 / most as f64;
        let lower: Vec<String> = below
            .iter()
            .enumerate()
            .map(|(x, &bytes)| format!("{:.1},{:.1}", x as f64 * step, y(bytes)))
            .collect();
        for (sum, moment) in below.iter_mut().zip(&moments) {
            *sum += moment.live.get(label).copied().unwrap_or(0);
        }
        let upper = below.iter().enumerate().rev();
        let upper: Vec<String> =
            upper.map(|(x, &bytes)| format!("{:.1},{:.1}", x as f64 * step, y(bytes))).collect();
        let row = HEIGHT + 20.0 + ROW * place as f64;
        // Writing to a string does not fail.
        let _ = write!(
            svg,
            "<polygon fill=\"{colour}\" points=\"{} {}\"/><rect x=\"0\" y=\"{row}\" width=\"12\" height=\"12\" \
             fill=\"{colour}\"/><text x=\"18\" y=\"{}\">{}</text>",
            lower.join(" "),
            upper.join(" "),
            row + 11.0,
            escaped(label)
        );
    }
    let _ = write!(svg, "<text x=\"0\" y=\"12\">{}</text>", Bytes(most));
    draw_segments(snapshot, HEIGHT + 30.0 + ROW * labels.len() as f64, &mut svg);
    svg.push_str("</svg>");
    svg
}

/// Draws what lies where, a row for each segment.
fn draw_segments(snapshot: &MemorySnapshot, top: f64, svg: &mut String) {
    let bytes =
        |pieces: &Vec<super::snapshot::MemoryPiece>| pieces.iter().map(|piece| piece.bytes).sum::<usize>();
    let longest = snapshot.segments.iter().map(bytes).max().unwrap_or(1).max(1);
    for (row, pieces) in snapshot.segments.iter().enumerate() {
        let mut x = 0.0;
        for piece in pieces {
            let width = WIDTH * piece.bytes as f64 / longest as f64;
            let colour = match piece.state {
                PieceState::Used => COLOURS[piece.stream % COLOURS.len()],
                PieceState::Free => "#dddddd",
                PieceState::Pending => "#aaaaaa",
            };
            let _ = write!(
                svg,
                "<rect x=\"{x:.2}\" y=\"{:.1}\" width=\"{width:.2}\" height=\"{}\" fill=\"{colour}\"><title>{:#x}: \
                 {}</title></rect>",
                top + ROW * row as f64,
                ROW - 4.0,
                piece.address,
                Bytes(piece.bytes)
            );
            x += width;
        }
    }
}
