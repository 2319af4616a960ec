//! Traces made up: the kinds of the recorded ones, with sizes, shapes and interleavings drawn from a seed.
//!
//! The pool's policy is checked on these as well, so that it is not one that happens to suit five files.

use std::collections::{HashMap, VecDeque};

use anyhow::Result;

use crate::trace::{Event, Trace};

/// A small generator of random numbers; the same on every machine.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        (self.next() >> 11) % end.max(1)
    }

    fn pick(&mut self, from: &[u64]) -> u64 {
        from[self.below(from.len() as u64) as usize]
    }
}

/// The kinds of traces.
pub(crate) const KINDS: [&str; 5] =
    ["mlp_train", "cnn_train", "transformer_train", "encoder_server", "decode_server"];

/// A trace in the making.
#[derive(Default)]
struct Tape {
    events: Vec<Event>,
    next: u32,
}

impl Tape {
    fn take(&mut self, bytes: u64, stream: u32) -> u32 {
        let id = self.next;
        self.next += 1;
        self.events.push(Event::Allocate { id, bytes: bytes.max(1) as usize, stream });
        id
    }

    fn free(&mut self, id: u32) {
        self.events.push(Event::Free { id, stream: 0 });
    }

    /// A block that lives for a moment.
    fn brief(&mut self, bytes: u64, stream: u32) {
        let id = self.take(bytes, stream);
        self.free(id);
    }

    /// An input that the copy stream brings and another one reads.
    fn input(&mut self, bytes: u64, copies: u32, reader: u32) -> u32 {
        let id = self.take(bytes, copies);
        self.events.push(Event::Use { id, stream: reader });
        id
    }

    fn mark(&mut self) {
        self.events.push(Event::Mark);
    }
}

/// Makes a trace of a kind.
pub(crate) fn generate(kind: &str, seed: u64) -> Result<Trace> {
    let mut random = Random::new(seed + 77);
    let mut tape = Tape::default();
    match kind {
        "mlp_train" => mlp(&mut tape, &mut random),
        "cnn_train" => cnn(&mut tape, &mut random),
        "transformer_train" => transformer(&mut tape, &mut random),
        "encoder_server" => encoder(&mut tape, &mut random),
        _ => decoder(&mut tape, &mut random),
    }
    Trace::new(&format!("{kind} #{seed}"), tape.events)
}

/// One training step over layers that were given by the sizes of their weights, outputs and scratch memory.
struct Layer {
    weight: u64,
    bias: u64,
    output: u64,
    scratch: u64,
}

fn weights(tape: &mut Tape, layers: &[Layer], copies: u64) {
    for layer in layers {
        for _ in 0..copies {
            tape.take(layer.weight, 0);
            tape.take(layer.bias, 0);
        }
    }
}

fn step(tape: &mut Tape, layers: &[Layer], input: u64, train: bool) {
    let batch = tape.input(input, 1, 0);
    let target = tape.input(4096, 1, 0);
    let mut outputs = Vec::new();
    for layer in layers {
        if layer.scratch > 0 {
            tape.brief(layer.scratch, 0);
        }
        let raw = tape.take(layer.output, 0);
        let mask = train.then(|| tape.take(layer.output / 4, 0));
        let activated = tape.take(layer.output, 0);
        match mask {
            Some(mask) => outputs.push((raw, mask, activated)),
            None => {
                tape.free(raw);
                if let Some((_, _, previous)) = outputs.pop() {
                    tape.free(previous);
                }
                outputs.push((raw, raw, activated));
            }
        }
    }
    tape.brief(4, 0);
    if !train {
        outputs.into_iter().for_each(|(_, _, activated)| tape.free(activated));
    } else {
        let mut gradient = None;
        let mut gradients = Vec::new();
        for (layer, (raw, mask, activated)) in layers.iter().zip(outputs).rev() {
            let of_output = gradient.unwrap_or_else(|| tape.take(layer.output, 0));
            tape.free(activated);
            tape.free(mask);
            gradients.push(tape.take(layer.weight, 0));
            gradients.push(tape.take(layer.bias, 0));
            if layer.scratch > 0 {
                tape.brief(layer.scratch, 0);
            }
            gradient = Some(tape.take(layer.output * 3 / 4 + 4, 0));
            tape.free(of_output);
            tape.free(raw);
        }
        if let Some(last) = gradient {
            tape.free(last);
        }
        for gradient in gradients {
            tape.brief(16, 0);
            tape.free(gradient);
        }
    }
    tape.free(batch);
    tape.free(target);
    tape.mark();
}

fn mlp(tape: &mut Tape, random: &mut Random) {
    let batch = random.pick(&[192, 384, 512, 768]);
    let depth = 4 + random.below(3);
    let mut width = random.pick(&[784, 1024, 1536]);
    let input = width;
    let mut layers = Vec::new();
    for _ in 0..depth {
        let next = random.pick(&[512, 1000, 1024, 1536, 2048]);
        layers.push((width, next));
        width = next;
    }
    let sized = |batch: u64| -> Vec<Layer> {
        let layer = |&(from, to): &(u64, u64)| {
            let (weight, bias) = (from * to * 4, to * 4);
            Layer { weight, bias, output: batch * to * 4, scratch: 0 }
        };
        layers.iter().map(layer).collect()
    };
    weights(tape, &sized(batch), 3);
    for iteration in 0..600 {
        let batch = if iteration % 20 == 19 { batch / 5 } else { batch };
        step(tape, &sized(batch), batch * input * 4, true);
        if iteration % 50 == 49 {
            (0..10).for_each(|_| step(tape, &sized(1000), 1000 * input * 4, false));
        }
    }
}

fn cnn(tape: &mut Tape, random: &mut Random) {
    let batch = random.pick(&[16, 24, 32, 48]);
    let base = random.pick(&[48, 64, 80]);
    let image = random.pick(&[192, 224]);
    let mut shapes = vec![(3, base, image / 2)];
    let (mut channels, mut side) = (base, image / 4);
    for stage in 0..4 {
        for block in 0..3 + random.below(4) {
            let wide = (base * 4) << stage;
            let narrow = base << stage;
            shapes.push((if block == 0 { channels } else { wide }, narrow, side));
            shapes.push((narrow * 9, narrow, side));
            shapes.push((narrow, wide, side));
            channels = wide;
        }
        side /= 2;
    }
    let scratch: Vec<u64> =
        shapes.iter().map(|_| random.below(2) * (random.below(24 << 20) + (1 << 20))).collect();
    let sized = |batch: u64| -> Vec<Layer> {
        let layer = |(&(from, to, side), &scratch): (&(u64, u64, u64), &u64)| {
            let output = batch * to * side * side * 4;
            Layer { weight: from * to * 4, bias: to * 8, output, scratch }
        };
        shapes.iter().zip(&scratch).map(layer).collect()
    };
    weights(tape, &sized(batch), 2);
    for iteration in 0..50 {
        let batch = if iteration % 12 == 11 { batch * 5 / 8 } else { batch };
        step(tape, &sized(batch), batch * 3 * image * image * 4, true);
        if iteration % 20 == 19 {
            (0..4).for_each(|_| step(tape, &sized(50), 50 * 3 * image * image * 4, false));
        }
    }
}

fn transformer(tape: &mut Tape, random: &mut Random) {
    let width = random.pick(&[512, 768, 1024]);
    let depth = 8 + random.below(6);
    let words = random.pick(&[32_000, 50_304]);
    let rows = random.pick(&[4, 8]);
    let mut shapes = Vec::new();
    for _ in 0..depth {
        shapes.extend([(width, 3 * width), (width, width), (width, 4 * width), (4 * width, width)]);
    }
    tape.take(words * width * 4, 0);
    let sized = |tokens: u64| -> Vec<Layer> {
        let layer = |&(from, to): &(u64, u64)| {
            let weight = from * to * 4;
            Layer { weight, bias: to * 4, output: tokens * to * 2, scratch: tokens * 12 * 64 }
        };
        shapes.iter().map(layer).collect()
    };
    weights(tape, &sized(1), 3);
    for _ in 0..48 {
        let tokens = rows * (128 + 8 * random.below(113));
        let mut layers = sized(tokens);
        layers.push(Layer { weight: 1 << 20, bias: 512, output: tokens * words * 2, scratch: 0 });
        step(tape, &layers, tokens * 8, true);
    }
}

fn encoder(tape: &mut Tape, random: &mut Random) {
    let width = random.pick(&[768, 1024, 1280]);
    let depth = 20 + random.below(8);
    tape.take(width * random.pick(&[50_000, 170_000]) * 2, 0);
    for _ in 0..depth {
        for bytes in [6, 2, 8, 8] {
            tape.take(bytes * width * width, 0);
            tape.take(bytes * width, 0);
        }
    }
    // Each of four streams serves one batch after another; whose turn it is, is drawn, a few events at a time, so that what one
    // stream holds for a moment is alive together with what the others hold.
    let mut work: [VecDeque<Step>; 4] = Default::default();
    let mut held: [HashMap<u64, u32>; 4] = Default::default();
    let mut results = VecDeque::new();
    for _ in 0..40_000 {
        let stream = random.below(4) as usize;
        if work[stream].is_empty() {
            batch(&mut work[stream], random, width, depth);
        }
        for _ in 0..1 + random.below(6) {
            match work[stream].pop_front() {
                Some(Step::Take(key, bytes)) => {
                    held[stream].insert(key, tape.take(bytes, stream as u32));
                }
                Some(Step::Input(key, bytes)) => {
                    held[stream].insert(key, tape.input(bytes, 4, stream as u32));
                }
                Some(Step::Free(key)) => {
                    if let Some(id) = held[stream].remove(&key) {
                        tape.free(id);
                    }
                }
                Some(Step::Result(key)) => {
                    results.extend(held[stream].remove(&key));
                    if results.len() > 24
                        && let Some(oldest) = results.pop_front()
                    {
                        tape.free(oldest);
                    }
                    tape.mark();
                }
                None => break,
            }
        }
    }
}

/// A part of a batch's work; the number is the block's within the batch.
enum Step {
    Take(u64, u64),
    Input(u64, u64),
    Free(u64),
    /// The block is kept for whoever asked.
    Result(u64),
}

/// One batch through an encoder of this width and depth.
fn batch(work: &mut VecDeque<Step>, random: &mut Random, width: u64, depth: u64) {
    let (sequences, longest) = (1 + random.below(32), 16 + random.below(497));
    let tokens = sequences * longest;
    let (hidden, scores) = (tokens * width * 2, sequences * 16 * longest * longest * 2);
    let mut next = 1;
    let mut take = |work: &mut VecDeque<Step>, bytes| {
        work.push_back(Step::Take(next, bytes));
        next += 1;
        next - 1
    };
    work.push_back(Step::Input(0, tokens * 8));
    let mut state = take(work, hidden);
    work.push_back(Step::Free(0));
    for _ in 0..depth {
        let projected = take(work, 3 * hidden);
        let weights = take(work, scores);
        let attended = take(work, hidden);
        work.extend([Step::Free(weights), Step::Free(projected)]);
        let wide = take(work, 4 * hidden);
        work.push_back(Step::Free(attended));
        let after = take(work, hidden);
        work.extend([Step::Free(wide), Step::Free(state)]);
        state = after;
    }
    let result = take(work, sequences * width * 4);
    work.extend([Step::Free(state), Step::Result(result)]);
}

fn decoder(tape: &mut Tape, random: &mut Random) {
    let width = random.pick(&[1536, 2048, 2560]);
    let depth = 12 + random.below(8);
    let most = 8 + random.below(12) as usize;
    tape.take(width * 32_000 * 2, 0);
    for _ in 0..depth {
        for bytes in [2, 1, 1, 2, 8, 8, 8] {
            tape.take(bytes * width * width, 0);
        }
        tape.take(width * 2, 0);
    }
    // For each request: tokens, room in its caches, tokens to go, the caches.
    let mut requests: Vec<(u64, u64, u64, Vec<u32>)> = Vec::new();
    for _ in 0..700 {
        if requests.len() < most && random.below(3) == 0 {
            let tokens = 32 + random.below(1469);
            let prompt = tape.input(tokens * 4, 2, 1);
            for _ in 0..depth {
                let wide = tape.take(tokens * width * 2, 1);
                tape.brief(tokens * tokens * 2, 1);
                tape.brief(tokens * width * 8, 1);
                tape.free(wide);
            }
            tape.free(prompt);
            let room = tokens.next_multiple_of(64);
            let caches = (0..2 * depth).map(|_| tape.take(room * width * 2, 1)).collect::<Vec<_>>();
            caches.iter().for_each(|&id| tape.events.push(Event::Use { id, stream: 0 }));
            requests.push((tokens, room, 16 + random.below(400), caches));
        }
        let batch = requests.len() as u64;
        for _ in 0..depth {
            let hidden = tape.take(batch * width * 2, 0);
            tape.brief(batch * width * 6, 0);
            tape.brief(batch * 16 * 1500 * 2, 0);
            tape.brief(batch * width * 8, 0);
            tape.free(hidden);
        }
        tape.brief(batch * 32_000 * 4, 0);
        for (tokens, room, left, caches) in &mut requests {
            *tokens += 1;
            *left -= 1;
            if tokens > room {
                *room += 64;
                for cache in caches.iter_mut() {
                    let grown = tape.take(*room * width * 2, 0);
                    tape.free(*cache);
                    *cache = grown;
                }
            }
        }
        requests.retain(|(_, _, left, caches)| {
            if *left == 0 {
                caches.iter().for_each(|&cache| tape.free(cache));
            }
            *left > 0
        });
        tape.mark();
    }
}
