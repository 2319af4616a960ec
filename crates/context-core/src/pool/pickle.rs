//! Python's pickle format, protocol 2, as far as a memory snapshot needs it.

/// A pickle in the making. Values go one after another; a dictionary's are keys and values in turn.
#[derive(Debug)]
pub(super) struct Pickle(Vec<u8>);

impl Pickle {
    pub(super) fn new() -> Pickle {
        // PROTO 2
        Pickle(vec![0x80, 2])
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        // STOP
        self.0.push(b'.');
        self.0
    }

    pub(super) fn text(&mut self, text: &str) {
        // BINUNICODE
        self.0.push(b'X');
        self.0.extend((text.len() as u32).to_le_bytes());
        self.0.extend(text.as_bytes());
    }

    pub(super) fn number(&mut self, number: u64) {
        match i32::try_from(number) {
            // BININT
            Ok(small) => {
                self.0.push(b'J');
                self.0.extend(small.to_le_bytes());
            }
            // LONG1, whose last byte bears the sign. As short as it can be: PyTorch's memory viewer makes numbers of more than eight
            // bytes a type of their own, which it cannot add to others.
            Err(_) => {
                let bytes = 1 + (u64::BITS - number.leading_zeros()) / 8;
                self.0.extend([0x8a, bytes as u8]);
                self.0.extend(&u128::from(number).to_le_bytes()[..bytes as usize]);
            }
        }
    }

    pub(super) fn boolean(&mut self, value: bool) {
        // NEWTRUE, NEWFALSE
        self.0.push(if value { 0x88 } else { 0x89 });
    }

    /// A tuple of two numbers.
    pub(super) fn pair(&mut self, first: u64, second: u64) {
        self.number(first);
        self.number(second);
        // TUPLE2
        self.0.push(0x86);
    }

    pub(super) fn list(&mut self, items: impl FnOnce(&mut Pickle)) {
        // EMPTY_LIST, MARK, …, APPENDS
        self.0.extend(b"](");
        items(self);
        self.0.push(b'e');
    }

    pub(super) fn dictionary(&mut self, items: impl FnOnce(&mut Pickle)) {
        // EMPTY_DICT, MARK, …, SETITEMS
        self.0.extend(b"}(");
        items(self);
        self.0.push(b'u');
    }

    /// A key with a number.
    pub(super) fn entry(&mut self, key: &str, number: u64) {
        self.text(key);
        self.number(number);
    }
}
