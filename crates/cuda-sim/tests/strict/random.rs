//! Random programs, compared with another way to find the same: all paths in the graph of what comes before what.

use crate::support::*;

/// A small generator, the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as usize) % bound
    }
}

/// What the oracle remembers of an operation.
#[derive(Clone, Debug)]
struct Done {
    stream: usize,
    number: u64,
    /// Touched bytes of a buffer, and whether they are written.
    touches: Vec<(usize, usize, usize, bool)>,
    /// Operations that come right before it.
    after: Vec<usize>,
}

/// The oracle: operations with their direct predecessors.
#[derive(Default)]
struct Oracle {
    done: Vec<Done>,
    last: Vec<Option<usize>>,
    counts: Vec<u64>,
    /// What the host has waited for.
    host: Vec<usize>,
}

impl Oracle {
    fn add(
        &mut self,
        stream: usize,
        touches: Vec<(usize, usize, usize, bool)>,
        extra: Option<usize>,
    ) -> usize {
        self.counts[stream] += 1;
        let after = self.last[stream].into_iter().chain(extra).chain(self.host.iter().copied()).collect();
        self.done.push(Done { stream, number: self.counts[stream], touches, after });
        self.last[stream] = Some(self.done.len() - 1);
        self.done.len() - 1
    }

    /// All pairs that race, with the buffer.
    fn races(&self) -> Vec<(usize, usize, usize)> {
        let mut before: Vec<Vec<bool>> = Vec::new();
        for done in &self.done {
            let mut known = vec![false; self.done.len()];
            for &direct in &done.after {
                known[direct] = true;
                known.iter_mut().zip(&before[direct]).for_each(|(mine, &theirs)| *mine |= theirs);
            }
            before.push(known);
        }
        let mut races = Vec::new();
        for (late, known) in before.iter().enumerate() {
            for early in (0..late).filter(|&early| !known[early]) {
                for a in &self.done[early].touches {
                    let conflict = |b: &&(usize, usize, usize, bool)| {
                        a.0 == b.0 && a.1 < b.2 && b.1 < a.2 && (a.3 || b.3)
                    };
                    if self.done[late].touches.iter().any(|b| conflict(&b)) {
                        races.push((early, late, a.0));
                    }
                }
            }
        }
        races
    }
}

/// Runs a random program, and compares.
fn compare(machine: &Machine, seed: u64) -> usize {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let streams: Vec<CUstream> = (0..2 + random.below(3)).map(|_| machine.stream()).collect();
    let buffers: Vec<CUdeviceptr> = (0..1 + random.below(3)).map(|_| machine.buffer()).collect();
    let events: Vec<CUevent> = (0..3).map(|_| machine.event()).collect();
    let mut recorded: Vec<Option<usize>> = vec![None; events.len()];
    let mut oracle =
        Oracle { last: vec![None; streams.len()], counts: vec![0; streams.len()], ..Oracle::default() };
    for _ in 0..6 + random.below(20) {
        let (stream, event, buffer) =
            (random.below(streams.len()), random.below(events.len()), random.below(buffers.len()));
        let (from, len) = (random.below(WORDS - 1), 1 + random.below(8));
        let to = (from + len).min(WORDS);
        let (address, words) = (buffers[buffer] + 4 * from as u64, to - from);
        match random.below(10) {
            0 | 1 => {
                ok!(cuMemsetD32Async(address, 1, words, streams[stream]));
                oracle.add(stream, vec![(buffer, 4 * from, 4 * to, true)], None);
            }
            2 | 3 => {
                machine.launch(0, "read", address, words as u32, streams[stream]);
                oracle.add(stream, vec![(buffer, 4 * from, 4 * to, false)], None);
            }
            4 => {
                let (source, start) = (random.below(buffers.len()), random.below(WORDS - words));
                let place = buffers[source] + 4 * start as u64;
                ok!(cuMemcpyDtoDAsync_v2(address, place, 4 * words, streams[stream]));
                let read = (source, 4 * start, 4 * (start + words), false);
                oracle.add(stream, vec![(buffer, 4 * from, 4 * to, true), read], None);
            }
            5 | 6 => {
                ok!(cuEventRecord(events[event], streams[stream]));
                recorded[event] = Some(oracle.add(stream, Vec::new(), None));
            }
            7 | 8 => {
                ok!(cuStreamWaitEvent(streams[stream], events[event], 0));
                if let Some(mark) = recorded[event] {
                    oracle.add(stream, Vec::new(), Some(mark));
                }
            }
            _ if random.below(3) == 0 => {
                ok!(cuStreamSynchronize(streams[stream]));
                oracle.host.extend(oracle.last[stream]);
            }
            _ if random.below(2) == 0 => {
                ok!(cuEventSynchronize(events[event]));
                oracle.host.extend(recorded[event]);
            }
            _ => {}
        }
    }
    let reports = machine.reports();
    let races = oracle.races();
    let find = |operation: &cuda_sim::Operation| {
        let stream = streams.iter().position(|&stream| stream as u64 == operation.stream).unwrap();
        oracle.done.iter().position(|done| (done.stream, done.number) == (stream, operation.number)).unwrap()
    };
    for report in &reports {
        let (a, b) = (find(report.first.as_ref().unwrap()), find(report.second.as_ref().unwrap()));
        let pair = |&(early, late, _): &(usize, usize, usize)| (early, late) == (a.min(b), a.max(b));
        assert!(races.iter().any(pair), "seed {seed}: no race by the oracle: {report}");
    }
    // A pair may hide behind another on the same bytes, but no buffer that has one is without a report.
    for &(early, late, buffer) in &races {
        let told = |report: &&Report| {
            let (a, b) = (find(report.first.as_ref().unwrap()), find(report.second.as_ref().unwrap()));
            (a.min(b), a.max(b)) == (early, late)
                || report.allocation.as_ref().is_some_and(|it| it.base == buffers[buffer])
        };
        let missed = format!("seed {seed}: {early} and {late} race on buffer {buffer}");
        assert!(reports.iter().any(|it| told(&it)), "{missed}: {reports:?}");
    }
    for stream in streams {
        ok!(cuStreamDestroy_v2(stream));
    }
    races.len()
}

#[test]
fn random_programs_are_judged_as_an_independent_oracle_judges_them() {
    let machine = Machine::new();
    let count = std::env::var("CUDA_SIM_TEST_PROGRAMS").map_or(400, |it| it.parse().unwrap());
    let (mut racy, mut clean) = (0, 0);
    for seed in 0..count {
        match compare(&machine, seed) {
            0 => clean += 1,
            _ => racy += 1,
        }
    }
    assert!(
        racy * 10 > count && clean * 20 > count,
        "{racy} racy and {clean} clean programs tell too little"
    );
}
