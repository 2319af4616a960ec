//! Every conflict is ordered: random programs on a device that runs nothing, and a checker that knows nothing of clocks.

mod recorder;

use std::sync::Arc;

use context_core::Context;
use recorder::{
    Entry, Machine, TestContext,
    order::{broken_promises, races, repeated_waits},
    program::{Program, Shape, r, rw, shape},
};

#[derive(Default)]
struct Totals {
    operations: usize,
    waits: usize,
    records: usize,
    races: usize,
}

impl Totals {
    fn add(&mut self, log: &[Entry]) {
        let count = |matches: fn(&Entry) -> bool| log.iter().filter(|entry| matches(entry)).count();
        self.operations += count(|entry| matches!(entry, Entry::Operation { .. }));
        self.waits += count(|entry| matches!(entry, Entry::Wait { .. }));
        self.records += count(|entry| matches!(entry, Entry::Record { .. }));
        self.races += races(log).len();
    }

    fn print(&self, what: &str) {
        let per = |count: usize| count as f64 / self.operations as f64;
        println!(
            "{what}: {} operations, {:.3} waits and {:.3} records an operation, {} races",
            self.operations,
            per(self.waits),
            per(self.records),
            self.races
        );
    }
}

#[test]
fn no_conflict_is_left_unordered() {
    let families = [
        ("2 streams, mostly on one", shape(2, 90)),
        ("4 streams, half at random", shape(4, 50)),
        ("8 streams at random", shape(8, 0)),
        ("queued and in place", Shape { in_place: true, ..shape(4, 30) }),
        ("contexts come and go", Shape { forks: true, ..shape(3, 30) }),
        ("everything", Shape { forks: true, in_place: true, steps: 400, ..shape(8, 20) }),
    ];
    for (name, shape) in families {
        let mut totals = Totals::default();
        for seed in 0..250 {
            let program = Program::new(seed, shape).run();

            let log = program.machine.log();
            let found = races(&log);
            if let Some(race) = found.first() {
                let [first, second] = race.entries.map(|index| &log[index]);
                panic!("{name}, seed {seed}: {race:?}\n{first:?}\n{second:?}");
            }
            let broken = broken_promises(&log).first().map(|&index| &log[index]);
            assert_eq!(
                broken, None,
                "{name}, seed {seed}: work behind a wait for an event does not follow it"
            );
            program.end().assert_closed_clean();
            totals.add(&log);
        }
        totals.print(name);
        assert!(totals.operations > 10_000 && totals.waits > 0);
    }
}

#[test]
fn a_device_that_forgets_waits_is_caught() {
    for (percent, at_least) in [(100, 190), (5, 60)] {
        let caught = (0..200).filter(|&seed| {
            let program = Program::new(seed, shape(4, 30));
            program.machine.drop_waits(percent);
            !races(&program.run().machine.log()).is_empty()
        });

        let caught = caught.count();
        println!("{percent} % of the waits dropped: races in {caught} of 200 programs");
        assert!(caught >= at_least, "{percent} %: only {caught}");
    }
}

#[test]
fn one_stream_alone_makes_no_event_and_no_wait() {
    for seed in 0..50 {
        let mut program = Program::new(seed, shape(1, 100));
        program.run_buffers_only(200);

        let extra = program.machine.log().into_iter().find(|entry| {
            matches!(
                entry,
                Entry::CreateEvent { .. } | Entry::Record { .. } | Entry::Wait { .. } | Entry::Query { .. }
            )
        });
        assert_eq!(extra, None, "seed {seed}");
        assert_eq!(program.contexts[0].inserted_waits(), 0);
    }
}

#[test]
fn no_wait_is_inserted_twice_for_the_same_dependency() {
    for seed in 0..300 {
        let program = Program::new(seed, shape(6, 20)).run();

        let place = |point: usize| {
            let point = program.machine.point(point);
            (point.stream, point.place)
        };
        assert_eq!(repeated_waits(&program.machine.log(), place), 0, "seed {seed}");
    }
}

#[test]
fn reading_again_on_the_other_stream_costs_one_wait_for_both() {
    let machine = Machine::new(0);
    let (a, b) = two_contexts(&machine);
    let x = a.filled(64, 1_u32).unwrap();
    machine.take_log();

    b.run(r(&x)).unwrap();
    b.run(r(&x)).unwrap();

    let log = machine.take_log();
    assert!(
        matches!(
            log[..],
            [
                Entry::CreateEvent { .. },
                Entry::Record { stream: 0, .. },
                Entry::Wait { stream: 1, .. },
                Entry::Operation { .. },
                Entry::Operation { .. }
            ]
        ),
        "{log:?}"
    );
    assert_eq!(b.inserted_waits(), 1);
}

#[test]
fn a_writer_follows_every_reader_and_not_only_the_last() {
    // A slice with room for one read event forgets the reader before: cudarc 0.19 does.
    let machine = Machine::new(0);
    let (a, b) = two_contexts(&machine);
    let c = a.fork().unwrap();
    let mut x = a.filled(64, 1_u32).unwrap();
    a.run(r(&x)).unwrap();
    b.run(r(&x)).unwrap();

    c.fill(&mut x, 2).unwrap();

    assert_eq!(races(&machine.log()), []);
    machine.advance(usize::MAX);
    machine.assert_no_faults();
}

#[test]
fn readers_do_not_wait_for_readers() {
    let machine = Machine::new(0);
    let (a, b) = two_contexts(&machine);
    let x = a.filled(64, 1_u32).unwrap();
    a.synchronize().unwrap();
    a.run(r(&x)).unwrap();
    machine.take_log();

    b.run(r(&x)).unwrap();

    assert!(matches!(machine.take_log()[..], [Entry::Operation { .. }]));
}

#[test]
fn what_the_other_stream_had_seen_is_seen_too() {
    let machine = Machine::new(0);
    let (a, b) = two_contexts(&machine);
    let c = a.fork().unwrap();
    let x = a.filled(64, 1_u32).unwrap();
    let mut y = b.alloc(64).unwrap();
    b.run(rw(&x, &mut y)).unwrap();
    c.run(r(&y)).unwrap();
    machine.take_log();

    c.run(r(&x)).unwrap();

    let log = machine.take_log();
    assert!(matches!(log[..], [Entry::Operation { .. }]), "{log:?}");
}

#[test]
fn work_that_the_host_saw_complete_is_not_waited_for() {
    let machine = Machine::new(0);
    let (a, b) = two_contexts(&machine);
    let x = a.filled(64, 1_u32).unwrap();
    let y = a.filled(64, 1_u32).unwrap();
    let event = a.record().unwrap();
    machine.advance(usize::MAX);
    assert!(event.query().unwrap());
    machine.take_log();

    b.run(r(&x)).unwrap();
    b.run(r(&y)).unwrap();

    assert!(matches!(machine.take_log()[..], [Entry::Operation { .. }, Entry::Operation { .. }]));
}

#[test]
fn work_behind_an_event_follows_what_its_stream_waited_for() {
    // A wait was not counted as an operation: the second event had the tick of the first, and was taken for seen.
    let machine = Machine::new(0);
    let (a, b) = two_contexts(&machine);
    let c = a.fork().unwrap();
    let _x = b.filled(64, 1_u32).unwrap();
    c.wait(&b.record().unwrap()).unwrap();
    let _y = a.filled(64, 1_u32).unwrap();
    b.wait(&a.record().unwrap()).unwrap();
    let behind_both = b.record().unwrap();

    machine.take_log();
    c.wait(&behind_both).unwrap();

    assert!(matches!(machine.take_log()[..], [Entry::Wait { stream: 2, .. }]));
}

#[test]
fn an_event_is_not_complete_before_what_its_stream_waits_for() {
    let machine = Machine::new(0);
    let (a, b) = two_contexts(&machine);
    let _x = b.filled(64, 1_u32).unwrap();
    b.synchronize().unwrap();
    let _y = a.filled(64, 1_u32).unwrap();
    b.wait(&a.record().unwrap()).unwrap();

    let event = b.record().unwrap();

    assert!(!event.query().unwrap());
    machine.advance(usize::MAX);
    assert!(event.query().unwrap());
}

#[test]
fn a_stream_follows_many_more_streams_than_it_remembers() {
    let machine = Machine::new(0);
    let first = TestContext::new(&machine);
    let mut contexts: Vec<_> = (0..150).map(|_| first.fork().unwrap()).collect();
    let mut buffers: Vec<_> = contexts.iter().map(|context| context.filled(64, 1_u32).unwrap()).collect();
    for _ in 0..2 {
        buffers.iter().for_each(|buffer| first.run(r(buffer)).unwrap());
        for (context, buffer) in contexts.iter_mut().zip(&mut buffers) {
            context.fill(buffer, 2).unwrap();
        }
    }
    let third = first.fork().unwrap();
    buffers.iter_mut().for_each(|buffer| third.fill(buffer, 3).unwrap());

    assert_eq!(races(&machine.log()), []);
}

#[test]
fn a_stream_leased_again_is_a_new_timeline_behind_the_old_one() {
    let machine = Machine::new(0);
    let (a, b) = two_contexts(&machine);
    let old = b.stream_id();
    let x = b.filled(64, 1_u32).unwrap();
    drop(b);
    drop(x);
    a.trim().unwrap();
    let c = a.fork().unwrap();
    assert_ne!(c.stream_id(), old);
    let mut y = c.alloc(64).unwrap();
    c.fill(&mut y, 2_u32).unwrap();
    a.run(r(&y)).unwrap();

    assert_eq!(races(&machine.log()), []);
    drop((a, c, y));
    machine.assert_closed_clean();
}

#[test]
fn views_of_one_buffer_on_two_threads_are_ordered_with_what_follows() {
    for seed in 0..20 {
        let machine = Machine::new(seed);
        let first = TestContext::new(&machine);
        let mut x = first.filled(3000, 1_u32).unwrap();
        let contexts = [first.fork().unwrap(), first.fork().unwrap()];
        for _ in 0..5 {
            let (left, right) = x.view_mut().split_at(1000).unwrap();
            std::thread::scope(|scope| {
                for (context, mut half) in
                    contexts.iter().zip([left, right]).map(|(c, half)| (c.fork().unwrap(), half))
                {
                    let machine = &machine;
                    scope.spawn(move || {
                        for value in 0..10 {
                            context.fill(&mut half, value).unwrap();
                            context.run(r(&half)).unwrap();
                            machine.advance(2);
                        }
                    });
                }
            });
            first.fill(&mut x, 3).unwrap();
        }

        assert_eq!(races(&machine.log()), [], "seed {seed}");
        drop((first, contexts, x));
        machine.assert_closed_clean();
    }
}

fn two_contexts(machine: &Arc<Machine>) -> (TestContext, TestContext) {
    let first = TestContext::new(machine);
    let second = first.fork().unwrap();
    (first, second)
}
