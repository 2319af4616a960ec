//! Undoes Zstandard compression, which compilers apply to the code in fat binaries (from 12.8 on by default).
//!
//! The format is RFC 8878. What compilers do not use is refused: dictionaries, and frames that do not end. A frame that breaks
//! the format gives `None`, at whatever place it does.

/// The most that a frame may unpack to: far above any code, and below what would hurt.
const MOST: usize = 1 << 30;
const MAGIC: u32 = 0xfd2f_b528;
/// The largest block.
const BLOCK: usize = 128 << 10;

/// Unpacks all frames of `packed`, one after the other.
pub(crate) fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let mut input = Input { bytes: packed };
    let mut plain = Vec::new();
    while !input.bytes.is_empty() {
        let magic = input.number(4)? as u32;
        if magic & 0xffff_fff0 == 0x184d_2a50 {
            let len = input.number(4)? as usize;
            input.take(len)?;
            continue;
        }
        // Fat binaries pad what they hold with zeros.
        if magic == 0 && !plain.is_empty() {
            break;
        }
        if magic != MAGIC {
            return None;
        }
        unpack_frame(&mut input, &mut plain)?;
        if input.bytes.len() < 4 {
            break;
        }
    }
    Some(plain)
}

/// Bytes that are read from the front.
struct Input<'a> {
    bytes: &'a [u8],
}

impl<'a> Input<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(len)?;
        self.bytes = rest;
        Some(taken)
    }

    fn number(&mut self, len: usize) -> Option<u64> {
        Some(self.take(len)?.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }
}

/// What one block leaves for the next in its frame.
struct Frame {
    huffman: Option<Huffman>,
    /// For the lengths of literals, the offsets, and the lengths of matches.
    tables: [Option<Fse>; 3],
    offsets: [usize; 3],
}

fn unpack_frame(input: &mut Input<'_>, plain: &mut Vec<u8>) -> Option<()> {
    let descriptor = input.number(1)? as u8;
    let single = descriptor & 0x20 != 0;
    if descriptor & 0x08 != 0 {
        return None;
    }
    if !single {
        input.take(1)?;
    }
    let dictionary = [0, 1, 2, 4][usize::from(descriptor & 3)];
    if input.number(dictionary)? != 0 {
        return None;
    }
    let size_len = [usize::from(single), 2, 4, 8][usize::from(descriptor >> 6)];
    input.take(size_len)?;
    let start = plain.len();
    let mut frame = Frame { huffman: None, tables: [None, None, None], offsets: [1, 4, 8] };
    loop {
        let header = input.number(3)? as usize;
        let (last, kind, size) = (header & 1 == 1, header >> 1 & 3, header >> 3);
        if plain.len() + size.max(BLOCK) > MOST {
            return None;
        }
        match kind {
            0 => plain.extend_from_slice(input.take(size)?),
            1 => {
                let byte = input.number(1)? as u8;
                plain.resize(plain.len() + size, byte);
            }
            2 => unpack_block(input.take(size)?, &mut frame, plain, start)?,
            _ => return None,
        }
        if last {
            break;
        }
    }
    if descriptor & 0x04 != 0 {
        input.take(4)?;
    }
    Some(())
}

fn unpack_block(block: &[u8], frame: &mut Frame, plain: &mut Vec<u8>, start: usize) -> Option<()> {
    let mut input = Input { bytes: block };
    let literals = read_literals(&mut input, frame)?;
    let mut literals = Input { bytes: &literals };
    let count = match input.number(1)? as usize {
        count @ 0..128 => count,
        count @ 128..255 => ((count - 128) << 8) + input.number(1)? as usize,
        _ => input.number(2)? as usize + 0x7f00,
    };
    if count > 0 {
        let modes = input.number(1)? as u8;
        for (table, kind) in frame.tables.iter_mut().zip(&KINDS) {
            match modes >> kind.shift & 3 {
                0 => {
                    *table = Some(Fse::of(
                        &kind.default.iter().map(|&n| i32::from(n)).collect::<Vec<_>>(),
                        kind.accuracy,
                    )?)
                }
                1 => *table = Some(Fse::only(input.number(1)? as u8)),
                2 => *table = Some(Fse::read(&mut input, kind.most)?),
                _ => table.as_ref().map(|_| ())?,
            }
        }
        replay(count, input.bytes, frame, &mut literals, plain, start)?;
    }
    plain.extend_from_slice(literals.bytes);
    Some(())
}

/// One of the three numbers of a sequence: how its codes are told, by default and at most.
struct Kind {
    shift: u8,
    accuracy: u32,
    most: u32,
    default: &'static [i8],
}

const KINDS: [Kind; 3] = [
    Kind {
        shift: 6,
        accuracy: 6,
        most: 9,
        default: &[
            4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1,
            -1, -1, -1, -1,
        ],
    },
    Kind {
        shift: 4,
        accuracy: 5,
        most: 8,
        default: &[
            1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1,
        ],
    },
    Kind {
        shift: 2,
        accuracy: 6,
        most: 9,
        default: &[
            1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
            1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
        ],
    },
];

/// The base and the count of further bits of a code for the length of literals.
fn literal_length(code: u8) -> Option<(usize, u32)> {
    const LARGE: [(usize, u32); 20] = [
        (16, 1),
        (18, 1),
        (20, 1),
        (22, 1),
        (24, 2),
        (28, 2),
        (32, 3),
        (40, 3),
        (48, 4),
        (64, 6),
        (128, 7),
        (256, 8),
        (512, 9),
        (1024, 10),
        (2048, 11),
        (4096, 12),
        (8192, 13),
        (16384, 14),
        (32768, 15),
        (65536, 16),
    ];
    if code < 16 { Some((code.into(), 0)) } else { LARGE.get(usize::from(code) - 16).copied() }
}

/// The same for the length of a match.
fn match_length(code: u8) -> Option<(usize, u32)> {
    const LARGE: [(usize, u32); 21] = [
        (35, 1),
        (37, 1),
        (39, 1),
        (41, 1),
        (43, 2),
        (47, 2),
        (51, 3),
        (59, 3),
        (67, 4),
        (83, 4),
        (99, 5),
        (131, 7),
        (259, 8),
        (515, 9),
        (1027, 10),
        (2051, 11),
        (4099, 12),
        (8195, 13),
        (16387, 14),
        (32771, 15),
        (65539, 16),
    ];
    if code < 32 { Some((usize::from(code) + 3, 0)) } else { LARGE.get(usize::from(code) - 32).copied() }
}

/// Carries out `count` sequences: some literals, then bytes from before.
fn replay(
    count: usize,
    stream: &[u8],
    frame: &mut Frame,
    literals: &mut Input<'_>,
    plain: &mut Vec<u8>,
    start: usize,
) -> Option<()> {
    let [Some(literal), Some(offset), Some(matched)] = &frame.tables else { return None };
    let mut bits = Backward::new(stream)?;
    let mut states = [
        bits.take(literal.accuracy)? as usize,
        bits.take(offset.accuracy)? as usize,
        bits.take(matched.accuracy)? as usize,
    ];
    for left in (0..count).rev() {
        let code = offset.cells[states[1]].symbol;
        if code > 31 {
            return None;
        }
        let value = (1usize << code) + bits.take(code.into())? as usize;
        let (base, extra) = match_length(matched.cells[states[2]].symbol)?;
        let match_len = base + bits.take(extra)? as usize;
        let (base, extra) = literal_length(literal.cells[states[0]].symbol)?;
        let literal_len = base + bits.take(extra)? as usize;
        plain.extend_from_slice(literals.take(literal_len)?);
        let distance = distance(value, literal_len, &mut frame.offsets)?;
        let from = plain.len().checked_sub(distance).filter(|&from| from >= start && distance > 0)?;
        if plain.len() + match_len > MOST {
            return None;
        }
        for at in from..from + match_len {
            plain.push(plain[at]);
        }
        if left > 0 {
            states[0] = literal.next(states[0], &mut bits)?;
            states[2] = matched.next(states[2], &mut bits)?;
            states[1] = offset.next(states[1], &mut bits)?;
        }
    }
    bits.is_at_end().then_some(())
}

/// Turns the value of an offset into a distance: the first three mean one of the last distances.
fn distance(value: usize, literal_len: usize, last: &mut [usize; 3]) -> Option<usize> {
    if value > 3 {
        *last = [value - 3, last[0], last[1]];
        return Some(last[0]);
    }
    let place = value - 1 + usize::from(literal_len == 0);
    let found = if place == 3 { last[0].checked_sub(1)? } else { last[place] };
    match place {
        0 => {}
        1 => *last = [found, last[0], last[2]],
        _ => *last = [found, last[0], last[1]],
    }
    Some(found)
}

fn read_literals(input: &mut Input<'_>, frame: &mut Frame) -> Option<Vec<u8>> {
    let first = *input.bytes.first()?;
    let (kind, format) = (first & 3, first >> 2 & 3);
    if kind < 2 {
        let (len, shift) = [(1, 3), (2, 4), (1, 3), (3, 4)][usize::from(format)];
        let size = (input.number(len)? >> shift) as usize;
        return if kind == 0 {
            input.take(size).map(<[u8]>::to_vec)
        } else {
            let byte = input.number(1)? as u8;
            (size <= BLOCK).then(|| vec![byte; size])
        };
    }
    let (len, bits) = [(3, 10), (3, 10), (4, 14), (5, 18)][usize::from(format)];
    let header = input.number(len)? >> 4;
    let mask = (1u64 << bits) - 1;
    let (size, packed) = ((header & mask) as usize, (header >> bits & mask) as usize);
    if size > BLOCK {
        return None;
    }
    let mut body = Input { bytes: input.take(packed)? };
    if kind == 2 {
        frame.huffman = Some(Huffman::read(&mut body)?);
    }
    let huffman = frame.huffman.as_ref()?;
    let mut literals = Vec::with_capacity(size);
    if format == 0 {
        huffman.decode(body.bytes, size, &mut literals)?;
        return Some(literals);
    }
    let lens = [body.number(2)? as usize, body.number(2)? as usize, body.number(2)? as usize];
    let each = size.div_ceil(4);
    for len in lens {
        huffman.decode(body.take(len)?, each, &mut literals)?;
    }
    let rest = size.checked_sub(3 * each)?;
    huffman.decode(body.bytes, rest, &mut literals)?;
    Some(literals)
}

/// Bits that are read from the end of a stream, the last of which is a mark.
struct Backward<'a> {
    bytes: &'a [u8],
    /// How many bits are left; it goes below zero where more are read than there are, which then are zeros.
    left: isize,
}

impl<'a> Backward<'a> {
    fn new(bytes: &'a [u8]) -> Option<Backward<'a>> {
        let last = *bytes.last()?;
        let mark = 8 - last.leading_zeros() as isize;
        (last != 0).then_some(Backward { bytes, left: bytes.len() as isize * 8 - 8 + mark - 1 })
    }

    /// Takes bits; those that are not there are zero, and no more than a code's worth of them may be asked for.
    fn take(&mut self, count: u32) -> Option<u64> {
        self.left -= count as isize;
        if self.left < -64 {
            return None;
        }
        Some(self.peek(self.left, count))
    }

    fn peek(&self, from: isize, count: u32) -> u64 {
        let mut value = 0;
        for at in (0..count as isize).rev() {
            let bit = from + at;
            let byte = if bit < 0 { 0 } else { self.bytes.get(bit as usize / 8).copied().unwrap_or(0) };
            value = value << 1 | u64::from(byte >> (bit & 7) & 1);
        }
        value
    }

    fn is_at_end(&self) -> bool {
        self.left == 0
    }
}

/// One state of a table of finite state entropy.
#[derive(Clone, Copy, Default)]
struct Cell {
    symbol: u8,
    bits: u32,
    base: usize,
}

/// A table of finite state entropy.
struct Fse {
    accuracy: u32,
    cells: Vec<Cell>,
}

impl Fse {
    /// The table in which there is one symbol.
    fn only(symbol: u8) -> Fse {
        Fse { accuracy: 0, cells: vec![Cell { symbol, bits: 0, base: 0 }] }
    }

    /// Makes the table of the symbols' counts; -1 is a count below one.
    fn of(counts: &[i32], accuracy: u32) -> Option<Fse> {
        let size = 1usize << accuracy;
        let mut cells = vec![Cell::default(); size];
        let mut high = size;
        for (symbol, _) in counts.iter().enumerate().filter(|&(_, &count)| count < 0) {
            high = high.checked_sub(1)?;
            cells[high].symbol = symbol as u8;
        }
        let (step, mut at) = ((size >> 1) + (size >> 3) + 3, 0);
        let mut placed = size - high;
        for (symbol, &count) in counts.iter().enumerate() {
            for _ in 0..count.max(0) {
                cells[at].symbol = symbol as u8;
                placed += 1;
                loop {
                    at = (at + step) & (size - 1);
                    if at < high || placed >= size {
                        break;
                    }
                }
            }
        }
        if placed != size {
            return None;
        }
        let mut next: Vec<usize> = counts.iter().map(|&count| count.unsigned_abs() as usize).collect();
        for cell in &mut cells {
            let state = next.get_mut(usize::from(cell.symbol))?;
            cell.bits = accuracy - state.checked_ilog2()?;
            cell.base = (*state << cell.bits) - size;
            *state += 1;
        }
        Some(Fse { accuracy, cells })
    }

    /// Reads a table's description.
    fn read(input: &mut Input<'_>, most: u32) -> Option<Fse> {
        let bytes = input.bytes;
        let mut at = 0usize;
        let mut bits = |count: u32| {
            let mut value = 0u32;
            for bit in 0..count {
                let byte = bytes.get(at / 8).copied().unwrap_or(0);
                value |= u32::from(byte >> (at % 8) & 1) << bit;
                at += 1;
            }
            (value, at)
        };
        let accuracy = bits(4).0 + 5;
        if accuracy > most {
            return None;
        }
        let mut counts: Vec<i32> = Vec::new();
        let mut left = 1i32 << accuracy;
        let mut used = 0;
        while left > 0 {
            let width = 32 - (left as u32 + 1).leading_zeros();
            // Values that fit take one bit less.
            let short = (1u32 << width) - 2 - left as u32;
            let low = bits(width - 1).0;
            let value = if low < short {
                low
            } else {
                let whole = low | bits(1).0 << (width - 1);
                if whole >= 1 << (width - 1) { whole - short } else { whole }
            };
            let count = value as i32 - 1;
            left -= count.abs();
            counts.push(count);
            if count == 0 {
                loop {
                    let (repeat, _) = bits(2);
                    counts.resize(counts.len() + repeat as usize, 0);
                    if repeat < 3 || counts.len() > 256 {
                        break;
                    }
                }
            }
            if counts.len() > 256 {
                return None;
            }
            used = bits(0).1;
        }
        if left != 0 {
            return None;
        }
        input.take(used.div_ceil(8))?;
        Fse::of(&counts, accuracy)
    }

    fn next(&self, state: usize, bits: &mut Backward<'_>) -> Option<usize> {
        let cell = self.cells[state];
        Some(cell.base + bits.take(cell.bits)? as usize)
    }
}

/// A Huffman code as a table over its longest words: the symbol, and how long its word is.
struct Huffman {
    longest: u32,
    table: Vec<(u8, u32)>,
}

impl Huffman {
    fn read(input: &mut Input<'_>) -> Option<Huffman> {
        let header = input.number(1)? as usize;
        let mut weights = Vec::new();
        if header >= 128 {
            let count = header - 127;
            for byte in input.take(count.div_ceil(2))? {
                weights.extend([byte >> 4, byte & 15]);
            }
            weights.truncate(count);
        } else {
            let mut body = Input { bytes: input.take(header)? };
            let fse = Fse::read(&mut body, 6)?;
            let mut bits = Backward::new(body.bytes)?;
            let mut states = [bits.take(fse.accuracy)? as usize, bits.take(fse.accuracy)? as usize];
            // Two states take turns; when the bits are used up, the other has one more symbol.
            let mut turn = 0;
            loop {
                weights.push(fse.cells[states[turn]].symbol);
                states[turn] = fse.next(states[turn], &mut bits)?;
                turn = 1 - turn;
                if bits.left < 0 {
                    weights.push(fse.cells[states[turn]].symbol);
                    break;
                }
                if weights.len() > 255 {
                    return None;
                }
            }
        }
        Huffman::of(weights)
    }

    /// The weight of the last symbol is what is missing to a power of two.
    fn of(mut weights: Vec<u8>) -> Option<Huffman> {
        if weights.iter().any(|&weight| weight > 11) {
            return None;
        }
        let sum: u32 = weights.iter().filter(|&&weight| weight > 0).map(|&weight| 1u32 << (weight - 1)).sum();
        let longest = sum.checked_ilog2()? + 1;
        let missing = (1u32 << longest) - sum;
        if longest > 11 || !missing.is_power_of_two() || weights.len() > 255 {
            return None;
        }
        weights.push(missing.ilog2() as u8 + 1);
        let mut table = Vec::with_capacity(1 << longest);
        for weight in 1..=longest as u8 {
            for (symbol, _) in weights.iter().enumerate().filter(|&(_, &of)| of == weight) {
                let word = (symbol as u8, longest + 1 - u32::from(weight));
                table.extend(std::iter::repeat_n(word, 1 << (weight - 1)));
            }
        }
        (table.len() == 1 << longest).then_some(Huffman { longest, table })
    }

    fn decode(&self, stream: &[u8], count: usize, literals: &mut Vec<u8>) -> Option<()> {
        let mut bits = Backward::new(stream)?;
        for _ in 0..count {
            let word = bits.peek(bits.left - self.longest as isize, self.longest);
            let (symbol, len) = self.table[word as usize];
            bits.left -= len as isize;
            literals.push(symbol);
            if bits.left < 0 {
                return None;
            }
        }
        bits.is_at_end().then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_and_repeated_blocks_are_unpacked() {
        // One frame of a known size: a raw block of three bytes, then one byte four times.
        let packed = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 7, 0x18, 0, 0, b'a', b'b', b'c', 0x23, 0, 0, b'd'];

        assert_eq!(unpack(&packed).as_deref(), Some(b"abcdddd".as_slice()));
    }

    #[test]
    fn what_is_no_frame_is_refused() {
        assert_eq!(unpack(b"plain text"), None);
        assert_eq!(unpack(&[0x28, 0xb5, 0x2f, 0xfd, 0x20, 7, 0x18]), None);
    }
}
