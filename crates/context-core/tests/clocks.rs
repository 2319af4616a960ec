//! Every conflict is ordered: random programs on a device that runs nothing, and a checker that knows nothing of clocks.

mod recorder;

use std::sync::Arc;

use context_core::{Buffer, Context, Event, kernel};
use recorder::{
    Entry, Machine, Random, Recorder, TestContext,
    order::{broken_promises, races, repeated_waits},
};

// The letters are the accesses, in order: the recorder has nothing else to know them by.
kernel! {
    fn rw(x: &[u32], y: &mut [u32]);
    threads: y.len();
}
kernel! {
    fn ww(x: &mut [u32], y: &mut [u32]);
    threads: y.len();
}
kernel! {
    fn rrw(x: &[u32], y: &[u32], z: &mut [u32]);
    threads: z.len();
}
kernel! {
    fn r(x: &[u32]);
    threads: x.len();
}

/// What a family of programs is like.
#[derive(Clone, Copy)]
struct Shape {
    contexts: usize,
    /// Contexts come and go.
    forks: bool,
    /// Some contexts run their work in place.
    in_place: bool,
    /// How likely an operation is on the context of the one before, in a hundred.
    locality: usize,
    steps: usize,
}

/// A random program, as far as it got.
struct Program {
    random: Random,
    shape: Shape,
    machine: Arc<Machine>,
    contexts: Vec<TestContext>,
    current: usize,
    buffers: Vec<Buffer<u32, TestContext>>,
    /// Each with its point in the log.
    events: Vec<(Event<Recorder>, usize)>,
}

const LENGTHS: [usize; 5] = [0, 64, 64, 100, 3000];

impl Program {
    fn new(seed: u64, shape: Shape) -> Program {
        let machine = Machine::new(seed);
        let mut contexts = vec![TestContext::new(&machine)];
        while contexts.len() < shape.contexts {
            let first = &contexts[0];
            let next = match shape.in_place && contexts.len() % 2 == 1 {
                true => first.fork_in_place(),
                false => first.fork(),
            };
            contexts.push(next.unwrap());
        }
        let random = Random::new(seed ^ 0xC10C);
        Program { random, shape, machine, contexts, current: 0, buffers: Vec::new(), events: Vec::new() }
    }

    fn run(mut self) -> Program {
        for _ in 0..self.shape.steps {
            if self.random.chance(100 - self.shape.locality) {
                self.current = self.random.below(self.contexts.len());
            }
            self.step();
            if self.random.chance(30) {
                self.machine.advance(self.random.below(6));
            }
        }
        self
    }

    fn step(&mut self) {
        match self.random.below(100) {
            _ if self.buffers.len() < 4 => self.allocate(),
            0..8 if self.buffers.len() < 12 => self.allocate(),
            0..16 => drop(self.take_buffer()),
            16..80 => self.operate(),
            80..86 => {
                let event = self.contexts[self.current].record().unwrap();
                self.events.push((event, self.machine.latest_point()));
            }
            86..92 => self.use_event(),
            92..94 => self.contexts[self.current].synchronize().unwrap(),
            94..96 => drop(self.contexts[self.current].trim().unwrap()),
            _ if self.shape.forks => self.change_contexts(),
            _ => {}
        }
    }

    fn allocate(&mut self) {
        let length = LENGTHS[self.random.below(LENGTHS.len())];
        self.buffers.push(self.contexts[self.current].alloc(length).unwrap());
    }

    fn take_buffer(&mut self) -> Buffer<u32, TestContext> {
        self.buffers.swap_remove(self.random.below(self.buffers.len()))
    }

    /// Runs one operation on up to three buffers, or on parts of one.
    fn operate(&mut self) {
        let (mut x, mut y, z) = (self.take_buffer(), self.take_buffer(), self.take_buffer());
        let ctx = &self.contexts[self.current];
        let middle = self.random.below(x.len() + 1);
        match self.random.below(10) {
            0 => ctx.run(rw(&x, &mut y)).unwrap(),
            1 => ctx.run(ww(&mut x, &mut y)).unwrap(),
            2 => ctx.run(rrw(&x, &z, &mut y)).unwrap(),
            3 => ctx.run(r(&x)).unwrap(),
            4 => ctx.fill(x.slice_mut(middle..).unwrap(), 7).unwrap(),
            5 => ctx.write(x.slice_mut(..middle).unwrap(), &vec![1; middle]).unwrap(),
            6 => drop(ctx.read(x.slice(middle..).unwrap()).unwrap()),
            7 => {
                let length = x.len().min(y.len());
                ctx.copy(x.slice_mut(..length).unwrap(), y.slice(..length).unwrap()).unwrap();
            }
            8 => self.operate_on_halves(&mut x, middle),
            _ => {
                let (left, right) = x.view_mut().split_at(middle).unwrap();
                ctx.run(rw(&left, right)).unwrap();
            }
        }
        self.buffers.extend([x, y, z]);
    }

    /// Two contexts write, read and write the two halves of one buffer, unordered with each other.
    fn operate_on_halves(&mut self, x: &mut Buffer<u32, TestContext>, middle: usize) {
        let other = self.random.below(self.contexts.len());
        let (ctx, other) = (&self.contexts[self.current], &self.contexts[other]);
        let (mut left, mut right) = x.view_mut().split_at(middle).unwrap();
        ctx.fill(&mut left, 1).unwrap();
        other.fill(&mut right, 2).unwrap();
        other.run(r(&right)).unwrap();
        ctx.run(r(&left)).unwrap();
        ctx.fill(&mut left, 3).unwrap();
    }

    fn use_event(&mut self) {
        let Some(count) = self.events.len().checked_sub(1) else { return };
        let (event, point) = self.events.swap_remove(self.random.below(count + 1));
        let ctx = &self.contexts[self.current];
        let complete = |complete: bool| !complete || self.machine.is_reached(point);
        match self.random.below(4) {
            0 => assert!(complete(event.query().unwrap()), "{event:?} is said to be complete"),
            1 => {
                event.synchronize().unwrap();
                assert!(complete(true), "{event:?} was waited for");
            }
            _ => {
                ctx.wait(&event).unwrap();
                self.machine.promise(ctx.core().stream().id(), point);
            }
        }
    }

    fn change_contexts(&mut self) {
        if self.contexts.len() > 1 && self.random.chance(50) {
            drop(self.contexts.swap_remove(self.random.below(self.contexts.len())));
            self.current = 0;
        } else if self.contexts.len() < 8 {
            self.contexts.push(self.contexts[self.current].fork().unwrap());
        }
    }

    /// Drops everything in an order of its own, and returns the machine.
    fn end(self) -> Arc<Machine> {
        let Program { mut random, machine, contexts, buffers, events, .. } = self;
        let mut rest: Vec<Box<dyn std::any::Any>> = Vec::new();
        rest.extend(contexts.into_iter().map(|context| Box::new(context) as Box<dyn std::any::Any>));
        rest.extend(buffers.into_iter().map(|buffer| Box::new(buffer) as _));
        rest.extend(events.into_iter().map(|event| Box::new(event) as _));
        while !rest.is_empty() {
            drop(rest.swap_remove(random.below(rest.len())));
        }
        machine
    }
}

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

const fn shape(contexts: usize, locality: usize) -> Shape {
    Shape { contexts, forks: false, in_place: false, locality, steps: 150 }
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
        for _ in 0..200 {
            match program.random.below(10) {
                _ if program.buffers.len() < 4 => program.allocate(),
                0 if program.buffers.len() < 12 => program.allocate(),
                0..3 => drop(program.take_buffer()),
                _ => program.operate(),
            }
            program.machine.advance(program.random.below(3));
        }

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
