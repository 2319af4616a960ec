//! Programs that are made of bytes: any bytes are one, so that a fuzzer finds those that go new ways.

use context_core::{Error, MemoryOptions};

use super::{
    Machine, Random, TestContext,
    order::races,
    program::{Program, Shape},
};

/// Runs the program that these bytes are, on a device and with a pool that the first of them choose. Sees that nothing is used by two or
/// too early, that errors are those that were asked for, and that nothing is left.
pub fn run(bytes: &[u8]) {
    let mut random = Random::of_bytes(bytes);
    let machine = Machine::new(random.next());
    if random.chance(70) {
        machine.set_pages(256 << random.below(4));
    }
    let mut options =
        MemoryOptions { waits_in_a_thousand: random.below(1001) as u32, ..MemoryOptions::default() };
    if random.chance(30) {
        options.limit = Some(1024 * (1 + random.below(200)));
    }
    if random.chance(20) {
        options.soft_limit = Some(1024 * (1 + random.below(100)));
    }
    let small = random.chance(20);
    if small {
        machine.set_capacity(1024 * (8 + random.below(200)));
    }
    let bounded = options.limit.is_some() || options.soft_limit.is_some();
    let shape = Shape {
        contexts: 1 + random.below(4),
        forks: random.chance(70),
        in_place: random.chance(20),
        locality: random.below(100),
        steps: 1000,
        any_length: true,
    };
    let failing = random.chance(20).then(|| random.below(300));
    let first = TestContext::with_options(&machine, options);
    let program = Program::choosing(machine, first, random, shape);
    if let Some(call) = failing {
        program.machine.fail_call(call as u64);
    }
    let program = program.run_with(|program, outcome| match outcome {
        Ok(()) => {}
        Err(Error::OutOfMemory(numbers)) => {
            assert!(bounded || small || program.machine.failures() > 0, "{}", Error::OutOfMemory(numbers));
        }
        Err(Error::Unsupported { reason, .. }) => {
            assert!(program.machine.failures() > 0 && reason.starts_with("the test made"), "{reason}");
        }
        Err(other) => panic!("{other}"),
    });
    assert_eq!(races(&program.machine.log()), []);
    let machine = program.end();
    if machine.failures() == 0 {
        return machine.assert_closed_clean();
    }
    machine.assert_no_faults();
    assert!(machine.is_closed());
    // What a device refuses to take back, which is one thing here, is told and left to it.
    assert!(machine.blocks() <= 1, "{} blocks are leaked", machine.blocks());
}
