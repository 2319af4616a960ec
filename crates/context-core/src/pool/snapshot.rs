//! A pool at one moment: what lies where, who has it, and what happened before.

use std::fmt::Write;

use super::{
    history::{MemoryAction, MemoryEvent},
    options::MemoryKind,
    pickle::Pickle,
    statistics::{LabelUsage, MemoryStatistics, StreamUsage},
};
use crate::{Bytes, Device, backend::Address};

/// What a piece of a pool's memory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PieceState {
    /// In a live buffer.
    Used,
    /// Free for its stream at once, and for others after a wait.
    Free,
    /// Freed, and still in use by several streams, or kept by the debug mode.
    Pending,
}

/// A piece of a pool's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryPiece {
    /// Its first address.
    pub address: Address,
    /// Its size in bytes.
    pub bytes: usize,
    /// What it is.
    pub state: PieceState,
    /// The number, within the pool, of the stream that it belongs to.
    pub stream: usize,
}

/// A pool at one moment.
#[derive(Clone, Debug)]
pub struct MemorySnapshot {
    /// The device.
    pub device: Device,
    /// The kind of memory.
    pub kind: MemoryKind,
    /// The sums.
    pub statistics: MemoryStatistics,
    /// By label, the largest first.
    pub labels: Vec<LabelUsage>,
    /// By stream.
    pub streams: Vec<StreamUsage>,
    /// Runs of memory without a gap, each as its pieces in the order of their addresses.
    pub segments: Vec<Vec<MemoryPiece>>,
    /// What was recorded before, oldest first.
    pub events: Vec<MemoryEvent>,
}

/// Writes a text as a JSON string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            control if (control as u32) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", control as u32);
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(","))
}

impl MemorySnapshot {
    /// Returns the snapshot as JSON.
    pub fn to_json(&self) -> String {
        let MemoryStatistics { live, peak, reserved, peak_reserved, allocations, .. } = self.statistics;
        let MemoryStatistics { backend_allocations, pool_waits, moved_pages, rungs, .. } = self.statistics;
        let labels = list(self.labels.iter().map(|usage| {
            let LabelUsage { label, live, peak, allocations } = usage;
            format!(
                "{{\"label\":{},\"live\":{live},\"peak\":{peak},\"allocations\":{allocations}}}",
                quoted(label)
            )
        }));
        let streams = list(self.streams.iter().map(|usage| {
            let StreamUsage { stream, live, peak, front, allocations } = usage;
            format!(
                "{{\"stream\":{},\"live\":{live},\"peak\":{peak},\"front\":{front},\"allocations\":{allocations}}}",
                quoted(&stream.to_string())
            )
        }));
        let segments = list(self.segments.iter().map(|pieces| {
            list(pieces.iter().map(|piece| {
                let MemoryPiece { address, bytes, state, stream } = piece;
                let state = match state {
                    PieceState::Used => "used",
                    PieceState::Free => "free",
                    PieceState::Pending => "pending",
                };
                format!(
                    "{{\"address\":{address},\"bytes\":{bytes},\"state\":\"{state}\",\"stream\":{stream}}}"
                )
            }))
        }));
        let events = list(self.events.iter().map(|event| {
            let MemoryEvent { action, micros, address, bytes, stream, label } = event;
            let stream = stream.map_or_else(|| "null".to_owned(), |stream| quoted(&stream.to_string()));
            format!(
                "{{\"action\":\"{action:?}\",\"micros\":{micros},\"address\":{address},\"bytes\":{bytes},\"stream\":{stream},\"label\":{}}}",
                quoted(label)
            )
        }));
        format!(
            "{{\"device\":{},\"kind\":\"{}\",\"live\":{live},\"peak\":{peak},\"reserved\":{reserved},\
             \"peak_reserved\":{peak_reserved},\"allocations\":{allocations},\
             \"backend_allocations\":{backend_allocations},\"pool_waits\":{pool_waits},\
             \"moved_pages\":{moved_pages},\"rungs\":{},\"labels\":{labels},\"streams\":{streams},\
             \"segments\":{segments},\"events\":{events}}}",
            quoted(&self.device.to_string()),
            self.kind,
            list(rungs.iter().map(u64::to_string)),
        )
    }

    /// Returns the snapshot as PyTorch's memory viewer reads it: the pickle of what `torch.cuda.memory._snapshot()` returns.
    ///
    /// Save it to a file and open that at <https://docs.pytorch.org/memory_viz>. Labels stand where PyTorch has frames.
    pub fn to_pytorch(&self) -> Vec<u8> {
        let mut pickle = Pickle::new();
        pickle.dictionary(|pickle| {
            pickle.text("segments");
            pickle.list(|pickle| self.segments.iter().for_each(|pieces| self.torch_segment(pickle, pieces)));
            pickle.text("device_traces");
            pickle.list(|pickle| {
                pickle.list(|pickle| self.events.iter().for_each(|event| torch_event(pickle, event)));
            });
            pickle.text("allocator_settings");
            pickle.dictionary(|_| {});
            pickle.text("external_annotations");
            pickle.list(|_| {});
        });
        pickle.finish()
    }

    fn torch_segment(&self, pickle: &mut Pickle, pieces: &[MemoryPiece]) {
        let Some(first) = pieces.first() else { return };
        let total: usize = pieces.iter().map(|piece| piece.bytes).sum();
        let bytes_in =
            |state| pieces.iter().filter(move |piece| piece.state == state).map(|piece| piece.bytes);
        let used: usize = bytes_in(PieceState::Used).sum();
        let active = used + bytes_in(PieceState::Pending).sum::<usize>();
        pickle.dictionary(|pickle| {
            pickle.entry("device", 0);
            pickle.entry("address", first.address);
            pickle.entry("total_size", total as u64);
            pickle.entry("allocated_size", used as u64);
            pickle.entry("active_size", active as u64);
            pickle.entry("requested_size", used as u64);
            // Memory belongs to no stream, only its pieces do. The viewer joins what lies side by side, if it is of one stream.
            pickle.entry("stream", 0);
            pickle.text("segment_type");
            pickle.text("large");
            pickle.text("segment_pool_id");
            pickle.pair(0, 0);
            pickle.text("is_expandable");
            pickle.boolean(true);
            pickle.text("frames");
            pickle.list(|_| {});
            pickle.text("blocks");
            pickle.list(|pickle| {
                for piece in pieces {
                    pickle.dictionary(|pickle| {
                        pickle.entry("address", piece.address);
                        pickle.entry("size", piece.bytes as u64);
                        pickle.entry("requested_size", piece.bytes as u64);
                        pickle.text("state");
                        pickle.text(match piece.state {
                            PieceState::Used => "active_allocated",
                            PieceState::Free => "inactive",
                            PieceState::Pending => "active_pending_free",
                        });
                        pickle.text("frames");
                        pickle.list(|_| {});
                    });
                }
            });
        });
    }

    /// Returns a picture of the memory over time as an HTML page that needs nothing else: what was live by label, what was reserved,
    /// and what lies where now.
    pub fn to_html(&self) -> String {
        let title = format!("{} memory of {}", self.kind, self.device);
        let statistics = format!(
            "{} live, {} peak, {} reserved, {} peak reserved",
            Bytes(self.statistics.live),
            Bytes(self.statistics.peak),
            Bytes(self.statistics.reserved),
            Bytes(self.statistics.peak_reserved)
        );
        format!(
            "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{title}</title></head>\
             <body style=\"font-family:sans-serif\"><h1>{title}</h1><p>{statistics}</p>{}</body></html>\n",
            self.to_svg()
        )
    }

    /// Returns the picture of [`to_html`](MemorySnapshot::to_html) alone.
    pub fn to_svg(&self) -> String {
        super::picture::draw(self)
    }
}

fn torch_event(pickle: &mut Pickle, event: &MemoryEvent) {
    // To the viewer, memory that was only asked to be freed waits for other streams: the two together are a free.
    let actions: &[&str] = match event.action {
        MemoryAction::Allocate => &["alloc"],
        MemoryAction::Free => &["free_requested", "free_completed"],
        MemoryAction::Reserve => &["segment_map"],
        MemoryAction::Release => &["segment_unmap"],
        MemoryAction::OutOfMemory => &["oom"],
    };
    for action in actions {
        pickle.dictionary(|pickle| {
            pickle.text("action");
            pickle.text(action);
            pickle.entry("addr", event.address);
            pickle.entry("size", event.bytes as u64);
            let is_segment = matches!(event.action, MemoryAction::Reserve | MemoryAction::Release);
            let stream = event.stream.filter(|_| !is_segment).map_or(0, crate::StreamId::number);
            pickle.entry("stream", stream);
            pickle.entry("time_us", event.micros);
            if event.action == MemoryAction::OutOfMemory {
                pickle.entry("device_free", 0);
            }
            pickle.text("frames");
            pickle.list(|pickle| {
                pickle.dictionary(|pickle| {
                    pickle.text("filename");
                    pickle.text("");
                    pickle.entry("line", 0);
                    pickle.text("name");
                    pickle.text(event.label);
                });
            });
        });
    }
}
