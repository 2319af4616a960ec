//! The statements of a function.

use super::lex::Kind;
use super::parse::{Parsed, Parser};
use super::syntax::{Body, Instruction, Operand, OperandKind, Statement, StatementKind};

/// Statements nest in braces at most so deep; compilers stay below ten.
const DEEPEST: usize = 1000;

/// Vectors and lists nest at most so deep.
const OPERAND_DEPTH: u32 = 3;

impl<'s> Parser<'_, 's> {
    pub(super) fn body(&mut self) -> Parsed<Body<'s>> {
        self.mark(b'{')?;
        let mut body = Body { scopes: vec![0], ..Body::default() };
        let mut open = vec![0u32];
        while let Some(&scope) = open.last() {
            if self.take_mark(b'}') {
                open.pop();
            } else if self.is_mark(b'{') {
                if open.len() >= DEEPEST {
                    return Err(self.place().error(format!("blocks nest deeper than {DEEPEST}")));
                }
                self.step();
                open.push(body.scopes.len() as u32);
                body.scopes.push(scope);
            } else {
                self.statement(scope, &mut body)?;
            }
        }
        Ok(body)
    }

    fn statement(&mut self, scope: u32, body: &mut Body<'s>) -> Parsed<()> {
        let token = self.token();
        let place = token.place;
        match token.kind {
            Kind::Dotted("reg" | "local" | "shared" | "shared::cta" | "param" | "global" | "const") => {
                self.variables(scope, &mut body.variables)?;
            }
            Kind::Dotted("loc" | "file") => self.skip_line(),
            Kind::Dotted("pragma") => {
                while !self.take_mark(b';') {
                    match self.token().kind {
                        Kind::End => return self.unexpected("';'"),
                        Kind::Text(text) => body.used_bytes = used_bytes(text).or(body.used_bytes),
                        _ => {}
                    }
                    self.step();
                }
            }
            Kind::Word(name) if self.ahead(1).kind == Kind::Mark(b':') => {
                self.step();
                self.step();
                let kind = self.labelled(name)?;
                body.statements.push(Statement { scope, place, kind });
            }
            Kind::Word(_) | Kind::Mark(b'@') => {
                let used_bytes = body.used_bytes.take().unwrap_or(u32::MAX);
                let kind = StatementKind::Instruction(Instruction { used_bytes, ..self.instruction()? });
                body.statements.push(Statement { scope, place, kind });
            }
            Kind::Dotted(name) => {
                return Err(place.error(format!("directive .{name} is not supported in a function")));
            }
            _ => return self.unexpected("a statement"),
        }
        Ok(())
    }

    fn labelled(&mut self, name: &'s str) -> Parsed<StatementKind<'s>> {
        if self.take_dotted("branchtargets") {
            let mut targets = Vec::new();
            loop {
                let place = self.place();
                targets.push((self.word("a label")?, place));
                if !self.take_mark(b',') {
                    self.mark(b';')?;
                    return Ok(StatementKind::Targets(name, targets));
                }
            }
        }
        if self.take_dotted("callprototype") {
            self.prototype()?;
            return Ok(StatementKind::Prototype(name));
        }
        if self.take_dotted("calltargets") {
            loop {
                self.word("a function")?;
                if !self.take_mark(b',') {
                    self.mark(b';')?;
                    return Ok(StatementKind::Prototype(name));
                }
            }
        }
        Ok(StatementKind::Label(name))
    }

    /// `(.param .b32 _) _ (.param .b64 _, .param .b32 _) .noreturn;`
    fn prototype(&mut self) -> Parsed<()> {
        if self.is_mark(b'(') {
            self.params()?;
        }
        if self.word("_")? != "_" {
            return self.unexpected("_ as the name of a prototype");
        }
        if self.is_mark(b'(') {
            self.params()?;
        }
        while let Kind::Dotted("noreturn" | "abi_preserve" | "abi_preserve_control") = self.token().kind {
            self.step();
            if !self.is_mark(b';') && !matches!(self.token().kind, Kind::Dotted(_)) {
                self.int("a number of registers")?;
            }
        }
        self.mark(b';')
    }

    fn instruction(&mut self) -> Parsed<Instruction<'s>> {
        let mut guard = None;
        if self.take_mark(b'@') {
            let negated = self.take_mark(b'!');
            guard = Some((self.word("a predicate")?, negated));
        }
        let opcode = self.word("an instruction")?;
        let mut modifiers = Vec::new();
        while let Kind::Dotted(modifier) = self.token().kind {
            modifiers.push(modifier);
            self.step();
        }
        let mut operands = Vec::new();
        while !self.take_mark(b';') {
            if !operands.is_empty() {
                self.mark(b',')?;
            }
            operands.push(self.operand(0)?);
        }
        Ok(Instruction { guard, opcode, modifiers, operands, used_bytes: u32::MAX })
    }

    fn operand(&mut self, depth: u32) -> Parsed<Operand<'s>> {
        let place = self.place();
        if depth > OPERAND_DEPTH {
            return Err(place.error("operands nest too deep"));
        }
        let first = Operand { place, kind: self.operand_kind(depth)? };
        if !self.take_mark(b'|') {
            return Ok(first);
        }
        let second = Operand { place: self.place(), kind: self.operand_kind(depth + 1)? };
        Ok(Operand { place, kind: OperandKind::Pair(Box::new([first, second])) })
    }

    fn operand_kind(&mut self, depth: u32) -> Parsed<OperandKind<'s>> {
        if self.starts_constant() {
            return Ok(OperandKind::Int(self.int("an integer")?));
        }
        let token = self.step();
        Ok(match token.kind {
            Kind::Word("_") => OperandKind::Sink,
            Kind::Word(name) => self.name(name)?,
            Kind::Single(bits) => OperandKind::Single(bits),
            Kind::Double(bits) => OperandKind::Double(bits),
            Kind::Mark(b'!') => OperandKind::Not(self.word("a predicate")?),
            Kind::Mark(b'-') => self.negative()?,
            Kind::Mark(b'[') => self.address()?,
            Kind::Mark(b'{') => OperandKind::Vector(self.operands(b'}', depth)?),
            Kind::Mark(b'(') => OperandKind::List(self.operands(b')', depth)?),
            _ => {
                self.at -= usize::from(token.kind != Kind::End);
                return self.unexpected("an operand");
            }
        })
    }

    fn name(&mut self, name: &'s str) -> Parsed<OperandKind<'s>> {
        if let Kind::Dotted(part) = self.token().kind {
            self.step();
            return Ok(OperandKind::Part(name, part));
        }
        if self.take_mark(b'[') {
            let (index, plus) = match self.address()? {
                OperandKind::Address(index, plus) => (index, plus),
                _ => return Err(self.place().error("expected one index")),
            };
            return Ok(OperandKind::Element { name, index, plus });
        }
        let offset = self.offset()?;
        Ok(OperandKind::Name(name, offset))
    }

    fn negative(&mut self) -> Parsed<OperandKind<'s>> {
        let token = self.token();
        let kind = match token.kind {
            Kind::Single(bits) => OperandKind::Single(bits ^ 1 << 31),
            Kind::Double(bits) => OperandKind::Double(bits ^ 1 << 63),
            Kind::Word(name) => OperandKind::Negative(name),
            _ => return self.unexpected("a number"),
        };
        self.step();
        Ok(kind)
    }

    /// The sum of what follows as `+4` or `-8`.
    fn offset(&mut self) -> Parsed<i64> {
        let mut offset = 0i64;
        while self.is_mark(b'+') || self.is_mark(b'-') {
            self.take_mark(b'+');
            offset = offset.wrapping_add(self.int("an offset")? as i64);
        }
        Ok(offset)
    }

    fn address(&mut self) -> Parsed<OperandKind<'s>> {
        let place = self.place();
        let kind = match self.token().kind {
            Kind::Word(name) => {
                self.step();
                OperandKind::Address(Some(name), self.offset()?)
            }
            _ if self.starts_constant() => {
                let value = self.int("an address")?;
                OperandKind::Address(None, (value as i64).wrapping_add(self.offset()?))
            }
            _ => return self.unexpected("an address"),
        };
        if self.is_mark(b',') {
            let OperandKind::Address(Some(name), 0) = kind else {
                return Err(place.error("expected an object before the coordinates"));
            };
            let mut parts = vec![Operand { place, kind: OperandKind::Name(name, 0) }];
            while self.take_mark(b',') {
                parts.push(self.operand(1)?);
            }
            self.mark(b']')?;
            return Ok(OperandKind::Parts(parts));
        }
        self.mark(b']')?;
        Ok(kind)
    }

    fn operands(&mut self, end: u8, depth: u32) -> Parsed<Vec<Operand<'s>>> {
        let mut list = Vec::new();
        while !self.take_mark(end) {
            if !list.is_empty() {
                self.mark(b',')?;
            }
            list.push(self.operand(depth + 1)?);
        }
        Ok(list)
    }
}

/// The number in `used_bytes_mask 15`; none if a pragma says something else.
fn used_bytes(pragma: &str) -> Option<u32> {
    let number = pragma.trim().strip_prefix("used_bytes_mask")?.trim();
    match number.strip_prefix("0x").or_else(|| number.strip_prefix("0X")) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => number.parse().ok(),
    }
}
