//! From PTX text to tokens, each with its place.

use super::Diagnostic;

/// A place in the text, both counted from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: u32,
    pub(super) column: u32,
}

impl Place {
    pub(super) fn error(self, message: impl Into<String>) -> Diagnostic {
        Diagnostic { line: self.line, column: self.column, message: message.into(), unresolved: false }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind<'s> {
    /// A name or opcode: `mov`, `%r1`, `$L__BB0_2`, `_`.
    Word(&'s str),
    /// A dot and what is joined to it: `.global` is `global`; `.shared::cta` is `shared::cta`.
    Dotted(&'s str),
    /// An integer, as 64 bits.
    Int(u64),
    /// `0f3F800000`.
    Single(u32),
    /// `0d3FF0000000000000`, or a decimal number with a point or exponent.
    Double(u64),
    /// The text between double quotes, escapes unresolved.
    Text(&'s str),
    /// Any other character.
    Mark(u8),
    /// The end of the text.
    End,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'s> {
    pub(super) kind: Kind<'s>,
    pub(super) place: Place,
    /// The token as written.
    pub(super) text: &'s str,
}

/// All tokens of the text; the last one is [`Kind::End`].
pub(super) fn tokens(source: &str) -> Result<Vec<Token<'_>>, Diagnostic> {
    let mut lexer = Lexer { source, bytes: source.as_bytes(), at: 0, line: 1, line_start: 0 };
    let mut tokens = Vec::with_capacity(source.len() / 4);
    loop {
        let token = lexer.next()?;
        tokens.push(token);
        if token.kind == Kind::End {
            return Ok(tokens);
        }
    }
}

struct Lexer<'s> {
    source: &'s str,
    bytes: &'s [u8],
    at: usize,
    line: u32,
    line_start: usize,
}

fn starts_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$' | b'%')
}

fn continues_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')
}

impl<'s> Lexer<'s> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn place(&self) -> Place {
        Place { line: self.line, column: (self.at - self.line_start) as u32 + 1 }
    }

    /// The text from `start` to here; both are at ASCII characters, so the cut is between characters.
    fn since(&self, start: usize) -> &'s str {
        self.source.get(start..self.at).unwrap_or("")
    }

    fn next(&mut self) -> Result<Token<'s>, Diagnostic> {
        self.skip_blank()?;
        let (place, start) = (self.place(), self.at);
        let first = self.peek(0);
        let kind = if self.at >= self.bytes.len() {
            Kind::End
        } else if starts_word(first) {
            self.at += 1;
            self.take_while(continues_word);
            Kind::Word(self.since(start))
        } else if first == b'.' && (self.peek(1).is_ascii_alphanumeric() || self.peek(1) == b'_') {
            self.dotted()
        } else if first.is_ascii_digit() {
            self.number(place)?
        } else if first == b'"' {
            self.quoted(place)?
        } else if first.is_ascii() {
            self.at += 1;
            Kind::Mark(first)
        } else {
            return Err(place.error("a character that PTX does not have outside comments and strings"));
        };
        Ok(Token { kind, place, text: self.since(start) })
    }

    fn take_while(&mut self, keep: impl Fn(u8) -> bool) {
        while self.at < self.bytes.len() && keep(self.peek(0)) {
            self.at += 1;
        }
    }

    fn newline(&mut self) {
        self.at += 1;
        self.line += 1;
        self.line_start = self.at;
    }

    fn skip_blank(&mut self) -> Result<(), Diagnostic> {
        while self.at < self.bytes.len() {
            match (self.peek(0), self.peek(1)) {
                (b'\n', _) => self.newline(),
                (b' ' | b'\t' | b'\r' | 0x0b | 0x0c, _) => self.at += 1,
                (b'/', b'/') => self.take_while(|it| it != b'\n'),
                (b'/', b'*') => self.skip_comment()?,
                _ => break,
            }
        }
        Ok(())
    }

    fn skip_comment(&mut self) -> Result<(), Diagnostic> {
        let place = self.place();
        self.at += 2;
        while !(self.peek(0) == b'*' && self.peek(1) == b'/') {
            match self.peek(0) {
                _ if self.at >= self.bytes.len() => return Err(place.error("a comment that does not end")),
                b'\n' => self.newline(),
                _ => self.at += 1,
            }
        }
        self.at += 2;
        Ok(())
    }

    fn dotted(&mut self) -> Kind<'s> {
        self.at += 1;
        let start = self.at;
        loop {
            self.take_while(continues_word);
            if self.peek(0) == b':' && self.peek(1) == b':' && continues_word(self.peek(2)) {
                self.at += 2;
            } else {
                return Kind::Dotted(self.since(start));
            }
        }
    }

    fn quoted(&mut self, place: Place) -> Result<Kind<'s>, Diagnostic> {
        self.at += 1;
        let start = self.at;
        loop {
            match self.peek(0) {
                _ if self.at >= self.bytes.len() => return Err(place.error("a string that does not end")),
                b'"' => break,
                b'\\' if self.at + 1 < self.bytes.len() && self.peek(1) != b'\n' => self.at += 2,
                b'\n' => self.newline(),
                _ => self.at += 1,
            }
        }
        let text = self.since(start);
        self.at += 1;
        Ok(Kind::Text(text))
    }

    fn number(&mut self, place: Place) -> Result<Kind<'s>, Diagnostic> {
        let prefix = (self.peek(0), self.peek(1).to_ascii_lowercase());
        match prefix {
            (b'0', b'x') => self.integer(place, 2, 16),
            (b'0', b'b') if matches!(self.peek(2), b'0' | b'1') => self.integer(place, 2, 2),
            (b'0', b'f') => self.bits(place, 8).map(|it| Kind::Single(it as u32)),
            (b'0', b'd') => self.bits(place, 16).map(Kind::Double),
            _ => self.decimal(place),
        }
    }

    fn bits(&mut self, place: Place, digits: usize) -> Result<u64, Diagnostic> {
        self.at += 2;
        let start = self.at;
        self.take_while(|it| it.is_ascii_hexdigit());
        let text = self.since(start);
        if text.len() != digits || continues_word(self.peek(0)) {
            return Err(place.error(format!("a floating point constant needs {digits} hexadecimal digits")));
        }
        u64::from_str_radix(text, 16).map_err(|_| place.error("not a floating point constant"))
    }

    fn integer(&mut self, place: Place, skip: usize, radix: u32) -> Result<Kind<'s>, Diagnostic> {
        self.at += skip;
        let start = self.at;
        self.take_while(|it| (it as char).is_digit(radix));
        let text = self.since(start);
        if self.peek(0) == b'U' {
            self.at += 1;
        }
        let text = if text.is_empty() && skip == 1 { "0" } else { text };
        if continues_word(self.peek(0)) {
            return Err(place.error("a digit or letter that the number cannot have"));
        }
        let value = u64::from_str_radix(text, radix);
        value.map(Kind::Int).map_err(|_| place.error("an integer that does not fit 64 bits"))
    }

    fn decimal(&mut self, place: Place) -> Result<Kind<'s>, Diagnostic> {
        let start = self.at;
        self.take_while(|it| it.is_ascii_digit());
        let mut real = false;
        if self.peek(0) == b'.' && self.peek(1).is_ascii_digit() {
            real = true;
            self.at += 1;
            self.take_while(|it| it.is_ascii_digit());
        }
        if matches!(self.peek(0), b'e' | b'E') {
            let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
            if self.peek(1 + sign).is_ascii_digit() {
                real = true;
                self.at += 1 + sign;
                self.take_while(|it| it.is_ascii_digit());
            }
        }
        if real {
            let value = self.since(start).parse::<f64>();
            return value.map(|it| Kind::Double(it.to_bits())).map_err(|_| place.error("not a number"));
        }
        let octal = self.bytes[start] == b'0' && self.at > start + 1;
        self.at = start;
        if octal { self.integer(place, 1, 8) } else { self.integer(place, 0, 10) }
    }
}
