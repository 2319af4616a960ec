//! What a pool tells of itself: labels, recordings, and snapshots in the forms that others read.

mod recorder;
#[path = "../../cuda-sim/tests/toolkits/mod.rs"]
mod toolkits;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use context_core::{
    Buffer, Context, MemoryAction, MemoryKind, MemoryPiece, MemorySnapshot, PieceState, memory_label,
    memory_trace,
};
use recorder::{
    Machine, TestContext,
    program::{Shape, paged, shape},
};

fn bytes(ctx: &TestContext, len: usize) -> Buffer<u8, TestContext> {
    ctx.alloc(len).unwrap()
}

/// Runs Python on a file of bytes, and returns what it prints; nothing if there is no Python.
fn python(arguments: &[&str], input: &[u8]) -> Option<String> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("context-core-snapshot-{}-{}", std::process::id(), NEXT.fetch_add(1, Relaxed));
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, input).unwrap();
    let output = std::process::Command::new("python3").args(arguments).arg(&path).output().ok();
    std::fs::remove_file(&path).unwrap();
    let output = output?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

/// A pool with something of everything: labels, streams, events, free memory.
fn eventful() -> TestContext {
    let ctx = TestContext::new(&Machine::new(0));
    ctx.record_memory(MemoryKind::Device, 1000);
    let weights = memory_label("weights \"\u{1}");
    let kept = bytes(&ctx, 3000);
    drop(weights);
    let _ = bytes(&ctx.fork().unwrap(), 5000);
    std::mem::forget(kept);
    ctx
}

#[test]
fn labels_and_streams_know_what_they_hold() {
    let ctx = eventful();
    let labels = ctx.memory_by_label(MemoryKind::Device);

    assert_eq!((labels[0].label, labels[0].live, labels[0].allocations), ("weights \"\u{1}", 3072, 1));
    assert_eq!((labels[1].label, labels[1].live, labels[1].peak), ("(no label)", 0, 5120));
    let streams = ctx.memory_by_stream(MemoryKind::Device);
    assert!(streams.iter().any(|usage| usage.stream == ctx.stream_id() && usage.live == 3072), "{streams:?}");
}

#[test]
fn a_recording_becomes_a_trace() {
    let ctx = eventful();
    let trace = memory_trace(&ctx.end_memory_recording(MemoryKind::Device));

    let lines: Vec<&str> = trace.lines().skip(1).collect();
    assert_eq!(lines, ["A,1,3072,0", "A,3,5120,1", "F,3"]);
    assert_eq!(ctx.end_memory_recording(MemoryKind::Device), []);
}

#[test]
fn python_reads_a_snapshot_in_both_forms() {
    let snapshot = eventful().memory_snapshot(MemoryKind::Device);
    let json = "import json,sys; s=json.load(open(sys.argv[1])); print(s['live'], s['labels'][0]['live'], len(s['events']))";
    let pickled = "import pickle,sys; s=pickle.load(open(sys.argv[1],'rb')); \
                   t=s['segments']; b=[b for g in t for b in g['blocks']]; \
                   print(sum(g['total_size'] for g in t), sum(g['allocated_size'] for g in t), \
                   sum(b['size'] for b in b if b['state']=='active_allocated'), \
                   [e['action'] for e in s['device_traces'][0]], \
                   all(g['address']==g['blocks'][0]['address'] for g in t))";

    let Some(text) = python(&["-c", json], snapshot.to_json().as_bytes()) else {
        println!("not run: there is no python3");
        return;
    };
    assert_eq!(text.trim(), "3072 3072 5");
    let text = python(&["-c", pickled], &snapshot.to_pytorch()).unwrap();
    let reserved = snapshot.statistics.reserved;
    assert_eq!(
        text.trim(),
        format!(
            "{reserved} 3072 3072 ['segment_map', 'alloc', 'segment_map', 'alloc', 'free_requested', 'free_completed'] True"
        )
    );
}

#[test]
fn the_picture_shows_every_label_and_every_segment() {
    let snapshot = eventful().memory_snapshot(MemoryKind::Device);
    let (svg, html) = (snapshot.to_svg(), snapshot.to_html());

    assert!(html.contains(&svg) && html.starts_with("<!DOCTYPE html>"));
    assert_eq!(svg.matches("<polygon").count(), 2, "{svg}");
    let pieces: usize = snapshot.segments.iter().map(Vec::len).sum();
    assert_eq!(svg.matches("<title>").count(), pieces);
}

/// Goes back through a recording from what lies where at its end, as PyTorch's memory viewer does, and sees that everything that was
/// live at a time lay in memory that there was at that time. Returns how many times pages were moved or given back.
fn trace_back(snapshot: &MemorySnapshot) -> usize {
    let mut released = 0;
    let ranges = |pieces: &[MemoryPiece]| {
        (pieces[0].address, pieces.iter().map(|piece| piece.bytes as u64).sum::<u64>())
    };
    let mut memory: BTreeMap<u64, u64> = snapshot.segments.iter().map(|pieces| ranges(pieces)).collect();
    let used = snapshot.segments.iter().flatten().filter(|piece| piece.state == PieceState::Used);
    let mut live: BTreeMap<u64, u64> = used.map(|piece| (piece.address, piece.bytes as u64)).collect();
    for event in snapshot.events.iter().rev() {
        for (&start, &bytes) in &live {
            let inside =
                memory.range(..=start).next_back().is_some_and(|(at, len)| start + bytes <= at + len);
            assert!(inside, "{bytes} bytes at {start:#x} were live in no memory, before {event:?}");
        }
        let (start, end) = (event.address, event.address + event.bytes as u64);
        match event.action {
            MemoryAction::Allocate => assert_eq!(live.remove(&start), Some(end - start), "{event:?}"),
            MemoryAction::Free => assert_eq!(live.insert(start, end - start), None, "{event:?}"),
            MemoryAction::Reserve => {
                let (&at, &len) =
                    memory.range(..=start).next_back().expect("memory that was reserved is there");
                assert!(end <= at + len, "{event:?} is not in {len} bytes at {at:#x}");
                memory.remove(&at);
                memory
                    .extend([(at, start - at), (end, at + len - end)].into_iter().filter(|part| part.1 > 0));
            }
            MemoryAction::Release => {
                released += 1;
                let (mut start, mut end) = (start, end);
                if let Some((&at, &len)) =
                    memory.range(..start).next_back().filter(|(at, len)| *at + *len == start)
                {
                    memory.remove(&at);
                    start -= len;
                }
                if let Some(len) = memory.remove(&end) {
                    end += len;
                }
                memory.insert(start, end - start);
            }
            _ => {}
        }
    }
    released
}

#[test]
fn a_recording_says_where_memory_was_at_any_time() {
    let mut released = 0;
    for seed in 0..100 {
        let program = paged(seed, Shape { forks: true, steps: 120, ..shape(4, 30) });
        let context = program.contexts[0].fork().unwrap();
        context.record_memory(MemoryKind::Device, 100_000);
        let program = program.run();
        released += trace_back(&context.memory_snapshot(MemoryKind::Device));
        drop(context);
        program.end();
    }
    assert!(
        released > 50,
        "pages were moved {released} times: these programs do not test what they are to test"
    );
}

/// Returns PyTorch's own reader of snapshots, out of the cache that `cargo xtask toolkits viewer` fills.
fn viewer() -> Option<PathBuf> {
    let wheels = toolkits::wheels("torch-").into_iter();
    let mut readers = wheels.map(|(_, wheel)| wheel.join("torch/cuda/_memory_viz.py"));
    readers.rfind(|path| path.is_file())
}

#[test]
fn pytorch_reads_snapshots_of_memory_that_moved() {
    let Some(viewer) = viewer() else {
        toolkits::say(
            "not run: PyTorch's reader of snapshots is not in the cache: cargo xtask toolkits viewer",
        );
        return;
    };
    let program = paged(7, Shape { forks: true, steps: 120, ..shape(4, 30) });
    let context = program.contexts[0].fork().unwrap();
    context.record_memory(MemoryKind::Device, 100_000);
    let program = program.run();
    let snapshot = context.memory_snapshot(MemoryKind::Device);
    drop(context);
    program.end();
    let read = |what| python(&[viewer.to_str().unwrap(), what], &snapshot.to_pytorch()).unwrap();

    // Its sums are those of the pool; it checks by itself that blocks fill their segments.
    let sums = read("stats");
    assert!(sums.contains(&format!("segments: {}\n", snapshot.segments.len())), "{sums}");
    let size = |bytes: usize| format!("{:.1}KiB", bytes as f64 / 1024.0);
    let reserved = size(snapshot.statistics.reserved);
    assert!(sums.contains(&format!("total_reserved: {reserved}\n")), "{reserved} are not in {sums}");
    let used = |piece: &&MemoryPiece| piece.state == PieceState::Used;
    let used = size(snapshot.segments.iter().flatten().filter(used).map(|piece| piece.bytes).sum());
    assert!(sums.contains(&format!("total_allocated: {used}\n")), "{used} are not in {sums}");
    let trace = read("trace");
    let freed = snapshot.events.iter().filter(|event| event.action == MemoryAction::Free).count();
    assert_eq!(trace.matches("# free completed for").count(), freed, "{trace}");
}
