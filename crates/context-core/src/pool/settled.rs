//! A program that has found its size makes no more calls about memory in the end.

use std::sync::Arc;

use super::nowhere::Nowhere;
use crate::{DeviceState, MemoryKind, MemoryOptions, clock::Clock, moments::Home};

const PAGE: usize = 2 << 20;

/// The most that is live at once.
const MOST_LIVE: usize = 96 * PAGE;

/// A program of blocks of one, two and four pages, freed in no order.
struct Program {
    state: Arc<DeviceState<Nowhere>>,
    home: Arc<Home<Nowhere>>,
    live: Vec<(super::Owned<Nowhere>, usize)>,
    bytes: usize,
    number: u64,
}

impl Program {
    fn new() -> Program {
        let state = DeviceState::new(Nowhere::paged(), MemoryOptions::default());
        state.backend().watch(Arc::downgrade(&state));
        let home = Arc::new(Home { clock: Clock::new(&state, ()).unwrap(), state: state.clone() });
        Program { state, home, live: Vec::new(), bytes: 0, number: 1 }
    }

    fn draw(&mut self, below: usize) -> usize {
        // Congruential, from Knuth.
        self.number =
            self.number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.number >> 33) as usize % below
    }

    fn step(&mut self) {
        let bytes = PAGE << self.draw(3);
        while self.bytes + bytes > MOST_LIVE {
            let place = self.draw(self.live.len());
            self.bytes -= self.live.swap_remove(place).1;
        }
        let pool = self.state.pool(MemoryKind::Device);
        self.live.push((pool.allocate(&self.home, bytes).unwrap(), bytes));
        self.bytes += bytes;
    }

    /// Takes so many steps, and returns how many calls they made.
    fn run(&mut self, steps: usize) -> u64 {
        let before = self.state.backend().looks();
        (0..steps).for_each(|_| self.step());
        self.state.backend().looks() - before
    }
}

#[test]
#[cfg_attr(miri, ignore = "a hundred thousand steps take Miri a day")]
fn a_program_whose_peak_rises_no_more_makes_no_calls_in_the_end() {
    let mut program = Program::new();
    program.run(20_000);
    assert!(program.run(20_000) > 100, "pages are not moved: this tests nothing");
    let tight = program.state.pool(MemoryKind::Device).statistics();

    program.run(40_000);
    let quiet = (0..20).any(|_| program.run(5_000) == 0);

    let settled = program.state.pool(MemoryKind::Device).statistics();
    assert!(quiet, "calls are made again and again: {settled:?}");
    assert!(
        tight.reserved < settled.reserved && settled.reserved <= settled.peak + settled.peak / 2,
        "{settled:?}"
    );
}
