//! Random programs: what a user could write, in any order.

use std::{any::Any, sync::Arc};

use context_core::{Buffer, Context, Event, MemoryOptions, Result, kernel};

use super::{Machine, Random, Recorder, TestContext};

// The letters are the accesses, in order: the recorder has nothing else to know them by.
kernel! {
    pub fn rw(x: &[u32], y: &mut [u32]);
    threads: y.len();
}
kernel! {
    pub fn ww(x: &mut [u32], y: &mut [u32]);
    threads: y.len();
}
kernel! {
    pub fn rrw(x: &[u32], y: &[u32], z: &mut [u32]);
    threads: z.len();
}
kernel! {
    pub fn r(x: &[u32]);
    threads: x.len();
}

/// What a family of programs is like.
#[derive(Clone, Copy)]
pub struct Shape {
    pub contexts: usize,
    /// Contexts come and go.
    pub forks: bool,
    /// Some contexts run their work in place.
    pub in_place: bool,
    /// How likely an operation is on the context of the one before, in a hundred.
    pub locality: usize,
    pub steps: usize,
    /// Buffers have lengths of any size, and not one of a few.
    pub any_length: bool,
}

/// A family with this many contexts that stay.
pub const fn shape(contexts: usize, locality: usize) -> Shape {
    Shape { contexts, forks: false, in_place: false, locality, steps: 150, any_length: false }
}

/// A random program, as far as it got. What fails is put back as it was, so that it can go on.
pub struct Program {
    pub machine: Arc<Machine>,
    pub contexts: Vec<TestContext>,
    pub buffers: Vec<Buffer<u32, TestContext>>,
    random: Random,
    shape: Shape,
    current: usize,
    /// Each with its point in the log.
    events: Vec<(Event<Recorder>, usize)>,
}

const LENGTHS: [usize; 5] = [0, 64, 64, 100, 3000];

impl Program {
    pub fn new(seed: u64, shape: Shape) -> Program {
        let machine = Machine::new(seed);
        let first = TestContext::new(&machine);
        Program::with(machine, first, seed, shape)
    }

    /// Starts with one context, and makes the others.
    pub fn with(machine: Arc<Machine>, first: TestContext, seed: u64, shape: Shape) -> Program {
        Program::choosing(machine, first, Random::new(seed ^ 0xC10C), shape)
    }

    /// As [`with`](Program::with), with somebody's choices.
    pub fn choosing(machine: Arc<Machine>, first: TestContext, random: Random, shape: Shape) -> Program {
        let mut contexts = vec![first];
        for index in 1..shape.contexts {
            let next = match shape.in_place && index % 2 == 1 {
                true => contexts[0].fork_in_place(),
                false => contexts[0].fork(),
            };
            contexts.push(next.expect("no failure is scripted yet"));
        }
        Program { machine, contexts, buffers: Vec::new(), random, shape, current: 0, events: Vec::new() }
    }

    /// Runs to the end; nothing fails.
    pub fn run(self) -> Program {
        self.run_with(|_, outcome| outcome.expect("no failure is scripted"))
    }

    /// Runs to the end, and shows the outcome of each step.
    pub fn run_with(mut self, mut see: impl FnMut(&Program, Result<()>)) -> Program {
        for _ in 0..self.shape.steps {
            if self.random.is_spent() {
                break;
            }
            if self.random.chance(100 - self.shape.locality) {
                self.current = self.random.below(self.contexts.len());
            }
            let outcome = self.step();
            see(&self, outcome);
            if self.random.chance(30) {
                self.machine.advance(self.random.below(6));
            }
        }
        self
    }

    /// Runs only what needs no event: allocating, dropping and using buffers.
    pub fn run_buffers_only(&mut self, steps: usize) {
        for _ in 0..steps {
            let outcome = match self.random.below(10) {
                _ if self.buffers.len() < 4 => self.allocate(),
                0 if self.buffers.len() < 12 => self.allocate(),
                0..3 => self.drop_buffer(),
                _ => self.operate(),
            };
            outcome.expect("no failure is scripted");
            self.machine.advance(self.random.below(3));
        }
    }

    fn step(&mut self) -> Result<()> {
        match self.random.below(100) {
            _ if self.buffers.len() < 4 => self.allocate(),
            0..8 if self.buffers.len() < 12 => self.allocate(),
            0..16 => self.drop_buffer(),
            16..80 => self.operate(),
            80..86 => {
                let event = self.contexts[self.current].record()?;
                self.events.push((event, self.machine.latest_point()));
                Ok(())
            }
            86..92 => self.use_event(),
            92..94 => self.contexts[self.current].synchronize(),
            94..96 => self.contexts[self.current].trim().map(drop),
            _ if self.shape.forks => self.change_contexts(),
            _ => Ok(()),
        }
    }

    fn allocate(&mut self) -> Result<()> {
        let length = match self.shape.any_length {
            true => {
                let bits = self.random.below(11);
                self.random.below(16 << bits)
            }
            false => LENGTHS[self.random.below(LENGTHS.len())],
        };
        self.buffers.push(self.contexts[self.current].alloc(length)?);
        Ok(())
    }

    fn take_buffer(&mut self) -> Buffer<u32, TestContext> {
        self.buffers.swap_remove(self.random.below(self.buffers.len()))
    }

    fn drop_buffer(&mut self) -> Result<()> {
        drop(self.take_buffer());
        Ok(())
    }

    /// Runs one operation on up to three buffers, or on parts of one.
    fn operate(&mut self) -> Result<()> {
        let (mut x, mut y, z) = (self.take_buffer(), self.take_buffer(), self.take_buffer());
        let ctx = &self.contexts[self.current];
        let middle = self.random.below(x.len() + 1);
        let outcome = match self.random.below(10) {
            0 => ctx.run(rw(&x, &mut y)),
            1 => ctx.run(ww(&mut x, &mut y)),
            2 => ctx.run(rrw(&x, &z, &mut y)),
            3 => ctx.run(r(&x)),
            4 => x.slice_mut(middle..).and_then(|part| ctx.fill(part, 7)),
            5 => x.slice_mut(..middle).and_then(|part| ctx.write(part, &vec![1; middle])),
            6 => x.slice(middle..).and_then(|part| ctx.read(part)).map(drop),
            7 => copy_common(ctx, &mut x, &y),
            8 => self.operate_on_halves(&mut x, middle),
            _ => x.view_mut().split_at(middle).and_then(|(left, right)| ctx.run(rw(&left, right))),
        };
        self.buffers.extend([x, y, z]);
        outcome
    }

    /// Two contexts write, read and write the two halves of one buffer, unordered with each other.
    fn operate_on_halves(&mut self, x: &mut Buffer<u32, TestContext>, middle: usize) -> Result<()> {
        let other = self.random.below(self.contexts.len());
        let (ctx, other) = (&self.contexts[self.current], &self.contexts[other]);
        let (mut left, mut right) = x.view_mut().split_at(middle)?;
        ctx.fill(&mut left, 1)?;
        other.fill(&mut right, 2)?;
        other.run(r(&right))?;
        ctx.run(r(&left))?;
        ctx.fill(&mut left, 3)
    }

    fn use_event(&mut self) -> Result<()> {
        let Some(count) = self.events.len().checked_sub(1) else { return Ok(()) };
        let (event, point) = self.events.swap_remove(self.random.below(count + 1));
        let ctx = &self.contexts[self.current];
        match self.random.below(4) {
            0 => {
                let complete = event.query()?;
                assert!(!complete || self.machine.is_reached(point), "{event:?} is said to be complete");
            }
            1 => {
                event.synchronize()?;
                assert!(self.machine.is_reached(point), "{event:?} was waited for");
            }
            _ => {
                ctx.wait(&event)?;
                self.machine.promise(ctx.core().stream().id(), point);
            }
        }
        Ok(())
    }

    fn change_contexts(&mut self) -> Result<()> {
        if self.contexts.len() > 1 && self.random.chance(50) {
            drop(self.contexts.swap_remove(self.random.below(self.contexts.len())));
            self.current = 0;
        } else if self.contexts.len() < 8 {
            self.contexts.push(self.contexts[self.current].fork()?);
        }
        Ok(())
    }

    /// Drops everything in an order of its own, and returns the machine.
    pub fn end(self) -> Arc<Machine> {
        let Program { mut random, machine, contexts, buffers, events, .. } = self;
        let mut rest: Vec<Box<dyn Any>> = Vec::new();
        rest.extend(contexts.into_iter().map(|context| Box::new(context) as Box<dyn Any>));
        rest.extend(buffers.into_iter().map(|buffer| Box::new(buffer) as _));
        rest.extend(events.into_iter().map(|event| Box::new(event) as _));
        while !rest.is_empty() {
            drop(rest.swap_remove(random.below(rest.len())));
        }
        machine
    }
}

fn copy_common(
    ctx: &TestContext,
    target: &mut Buffer<u32, TestContext>,
    source: &Buffer<u32, TestContext>,
) -> Result<()> {
    let length = target.len().min(source.len());
    ctx.copy(target.slice_mut(..length)?, source.slice(..length)?)
}

/// A program on a device whose memory is pages of a few hundred bytes, which are moved all the time.
pub fn paged(seed: u64, shape: Shape) -> Program {
    let machine = Machine::new(seed);
    machine.set_pages(1024);
    let options = MemoryOptions { waits_in_a_thousand: 300, ..MemoryOptions::default() };
    let context = TestContext::with_options(&machine, options);
    Program::with(machine, context, seed, shape)
}
