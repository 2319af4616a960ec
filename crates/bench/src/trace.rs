//! Allocation traces: what is in them, reading them, and replaying them through a pool.

use std::{collections::HashMap, fs::File, io::Read, path::Path};

use anyhow::{Context as _, Result, bail};
use context_core::{Buffer, Context};

use crate::device::CountingContext;

/// One line of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A block of this number and size is allocated for a stream.
    Allocate { id: u32, bytes: usize, stream: u32 },
    /// From here on the block is also used on another stream.
    Use { id: u32, stream: u32 },
    /// The block is freed, in the order of the stream that it was allocated for: this one.
    Free { id: u32, stream: u32 },
    /// An iteration or batch has ended.
    Mark,
}

/// A trace, with blocks numbered so that the numbers of those alive are small.
#[derive(Debug)]
pub(crate) struct Trace {
    pub(crate) name: String,
    pub(crate) events: Vec<Event>,
    pub(crate) streams: u32,
    pub(crate) allocations: u64,
    /// In bytes as they were asked for.
    pub(crate) peak_live: usize,
    /// How many blocks are alive at most.
    pub(crate) places: usize,
}

impl Trace {
    /// Reads a trace, compressed by gzip if its name ends so.
    pub(crate) fn read(path: &Path) -> Result<Trace> {
        let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
        let mut text = String::new();
        let packed = path.extension().is_some_and(|ending| ending == "gz");
        let read = match packed {
            true => flate2::read::GzDecoder::new(file).read_to_string(&mut text),
            false => { file }.read_to_string(&mut text),
        };
        read.with_context(|| format!("reading {}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.trim_end_matches(".gz").trim_end_matches(".csv");
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        let events = lines.map(parse).collect::<Result<Vec<_>>>();
        Trace::new(name, events.with_context(|| path.display().to_string())?)
    }

    /// Makes a trace of events, whose blocks may have any numbers. Those of a `Free` need not know the stream.
    pub(crate) fn new(name: &str, mut events: Vec<Event>) -> Result<Trace> {
        let mut place_of = HashMap::new();
        let mut vacant = Vec::new();
        let (mut streams, mut allocations, mut live, mut peak_live, mut places) = (1, 0, 0, 0, 0);
        for event in &mut events {
            match event {
                Event::Allocate { id, bytes, stream } => {
                    let place = vacant.pop().unwrap_or_else(|| {
                        places += 1;
                        places as u32 - 1
                    });
                    if place_of.insert(*id, (place, *bytes, *stream)).is_some() {
                        bail!("block {id} is allocated twice");
                    }
                    *id = place;
                    streams = streams.max(*stream + 1);
                    allocations += 1;
                    live += *bytes;
                    peak_live = peak_live.max(live);
                }
                Event::Use { id, stream } => {
                    *id = place_of.get(id).with_context(|| format!("block {id} is used and not alive"))?.0;
                    streams = streams.max(*stream + 1);
                }
                Event::Free { id, stream } => {
                    let (place, bytes, owner) =
                        place_of.remove(id).with_context(|| format!("block {id} is freed and not alive"))?;
                    vacant.push(place);
                    live -= bytes;
                    (*id, *stream) = (place, owner);
                }
                Event::Mark => {}
            }
        }
        Ok(Trace { name: name.to_owned(), events, streams, allocations, peak_live, places })
    }
}

fn parse(line: &str) -> Result<Event> {
    let mut fields = line.split(',');
    let kind = fields.next().unwrap_or_default();
    let mut number = || -> Result<u64> {
        let field = fields.next().with_context(|| format!("`{line}` is too short"))?;
        field.trim().parse().with_context(|| format!("`{field}` in `{line}` is not a number"))
    };
    Ok(match kind {
        "A" => Event::Allocate { id: number()? as u32, bytes: number()? as usize, stream: number()? as u32 },
        "U" => Event::Use { id: number()? as u32, stream: number()? as u32 },
        "F" => Event::Free { id: number()? as u32, stream: 0 },
        "M" => Event::Mark,
        _ => bail!("`{line}` begins with none of A, U, F, M"),
    })
}

/// How the use of a block on another stream counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Uses {
    /// As in the recorded results of others: the device is idle, and a freed block waits for its own stream only.
    Idle,
    /// As in a program: the other stream waits for the block's data, and a freed block for the other stream.
    Ordered,
}

/// What a trace is replayed through: a stream of something that has memory.
pub(crate) trait Target {
    type Block;

    fn allocate(&self, bytes: usize) -> Result<Self::Block>;

    /// Gives the stream work that uses a block.
    fn use_block(&self, block: &mut Self::Block) -> Result<()>;
}

impl Target for CountingContext {
    type Block = Buffer<u8, CountingContext>;

    #[inline]
    fn allocate(&self, bytes: usize) -> Result<Self::Block> {
        Ok(self.alloc(bytes)?)
    }

    #[inline]
    fn use_block(&self, block: &mut Self::Block) -> Result<()> {
        Ok(self.note_use(block)?)
    }
}

/// Has no memory: what is left of a replay is its own loop.
#[derive(Debug)]
pub(crate) struct Nothing;

impl Target for Nothing {
    type Block = Box<()>;

    #[inline]
    fn allocate(&self, bytes: usize) -> Result<Box<()>> {
        std::hint::black_box(bytes);
        Ok(Box::new(()))
    }

    #[inline]
    fn use_block(&self, block: &mut Box<()>) -> Result<()> {
        std::hint::black_box(block);
        Ok(())
    }
}

/// What a replay needs: streams, and places for blocks.
pub(crate) struct Replay<C: Target> {
    pub(crate) contexts: Vec<C>,
    live: Vec<Option<C::Block>>,
}

impl Replay<CountingContext> {
    pub(crate) fn new(trace: &Trace, first: CountingContext) -> Result<Replay<CountingContext>> {
        let mut contexts = vec![first];
        while contexts.len() < trace.streams as usize {
            contexts.push(contexts[0].fork()?);
        }
        Ok(Replay::through(trace, contexts))
    }
}

impl<C: Target> Replay<C> {
    /// A replay through so many streams as the trace has.
    pub(crate) fn through(trace: &Trace, contexts: Vec<C>) -> Replay<C> {
        Replay { contexts, live: (0..trace.places).map(|_| None).collect() }
    }

    /// Runs the whole trace. What it leaves alive is freed.
    pub(crate) fn run(&mut self, trace: &Trace, uses: Uses) -> Result<()> {
        let Replay { contexts, live } = self;
        for event in &trace.events {
            match *event {
                Event::Allocate { id, bytes, stream } => {
                    live[id as usize] = Some(contexts[stream as usize].allocate(bytes)?);
                }
                Event::Free { id, stream } => {
                    if let Some(mut block) = live[id as usize].take() {
                        // The last use of a block is work of its stream.
                        contexts[stream as usize].use_block(&mut block)?;
                    }
                }
                Event::Use { id, stream } => {
                    if let (Uses::Ordered, Some(block)) = (uses, &mut live[id as usize]) {
                        contexts[stream as usize].use_block(block)?;
                    }
                }
                Event::Mark => {}
            }
        }
        self.live.iter_mut().for_each(|place| *place = None);
        Ok(())
    }
}
