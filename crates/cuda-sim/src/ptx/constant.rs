//! Constant expressions: integers of 64 bits, and C's operators on them, which bind as in C.

use super::lex::{Kind, Place};
use super::parse::{Parsed, Parser};

/// Operators nest at most so deep.
const DEEPEST: u32 = 64;

/// The operators of two operands with their rank, weakest first. The longer come before those that they begin with.
const OPERATORS: [(&str, u32); 17] = [
    ("||", 1),
    ("&&", 2),
    ("==", 6),
    ("!=", 6),
    ("<=", 7),
    (">=", 7),
    ("<<", 8),
    (">>", 8),
    ("|", 3),
    ("^", 4),
    ("&", 5),
    ("<", 7),
    (">", 7),
    ("+", 9),
    ("-", 9),
    ("*", 10),
    ("/", 10),
];

/// A value, and whether it counts as `.s64` or as `.u64`.
#[derive(Clone, Copy)]
struct Constant {
    bits: u64,
    signed: bool,
}

impl Constant {
    fn truth(value: bool) -> Self {
        Self { bits: u64::from(value), signed: true }
    }
}

impl Parser<'_, '_> {
    /// Whether a constant expression begins here, and not a register or a real number.
    pub(super) fn starts_constant(&self) -> bool {
        match self.token().kind {
            Kind::Int(_) => true,
            Kind::Mark(b'-' | b'+' | b'~' | b'!') => {
                matches!(self.ahead(1).kind, Kind::Int(_) | Kind::Mark(b'-' | b'+' | b'~' | b'!' | b'('))
            }
            _ => false,
        }
    }

    /// An integer, or an expression of integers.
    pub(super) fn int(&mut self, wanted: &str) -> Parsed<u64> {
        Ok(self.conditional(wanted, 0)?.bits)
    }

    fn conditional(&mut self, wanted: &str, depth: u32) -> Parsed<Constant> {
        let condition = self.binary(wanted, 1, depth + 1)?;
        if !self.take_mark(b'?') {
            return Ok(condition);
        }
        let yes = self.conditional(wanted, depth + 1)?;
        self.mark(b':')?;
        let no = self.conditional(wanted, depth + 1)?;
        let bits = if condition.bits != 0 { yes.bits } else { no.bits };
        Ok(Constant { bits, signed: yes.signed && no.signed })
    }

    /// Operands between operators of at least this rank.
    fn binary(&mut self, wanted: &str, weakest: u32, depth: u32) -> Parsed<Constant> {
        let mut left = self.unary(wanted, depth + 1)?;
        while let Some((operator, rank)) = self.operator()
            && rank >= weakest
        {
            let place = self.place();
            self.at += operator.len();
            let right = self.binary(wanted, rank + 1, depth + 1)?;
            left = apply(operator, left, right, place)?;
        }
        Ok(left)
    }

    fn operator(&self) -> Option<(&'static str, u32)> {
        let joined = |index: usize, mark: u8| {
            let (first, token) = (self.token().place, self.ahead(index));
            token.kind == Kind::Mark(mark)
                && (token.place.line, token.place.column) == (first.line, first.column + index as u32)
        };
        // The lexer takes this sign for the start of a name.
        if self.token().kind == Kind::Word("%") {
            return Some(("%", 10));
        }
        let is_here = |text: &str| text.bytes().enumerate().all(|(index, mark)| joined(index, mark));
        OPERATORS.into_iter().find(|it| is_here(it.0))
    }

    fn unary(&mut self, wanted: &str, depth: u32) -> Parsed<Constant> {
        if depth > 3 * DEEPEST {
            return Err(self.place().error(format!("constant expressions nest deeper than {DEEPEST}")));
        }
        let token = self.token();
        let Kind::Mark(mark @ (b'-' | b'+' | b'~' | b'!' | b'(')) = token.kind else {
            let value = self.literal(wanted)?;
            let signed = !token.text.ends_with('U') && value <= i64::MAX as u64;
            return Ok(Constant { bits: value, signed });
        };
        self.step();
        if mark == b'(' {
            return self.parenthesis(wanted, depth);
        }
        let value = self.unary(wanted, depth + 1)?;
        Ok(match mark {
            b'-' => Constant { bits: value.bits.wrapping_neg(), ..value },
            b'~' => Constant { bits: !value.bits, ..value },
            b'!' => Constant::truth(value.bits == 0),
            _ => value,
        })
    }

    /// `1+2)`, or the cast `.u64)` and its operand, after the opening parenthesis.
    fn parenthesis(&mut self, wanted: &str, depth: u32) -> Parsed<Constant> {
        if let Kind::Dotted(name @ ("s64" | "u64")) = self.token().kind {
            self.step();
            self.mark(b')')?;
            return Ok(Constant { signed: name == "s64", ..self.unary(wanted, depth + 1)? });
        }
        let value = self.conditional(wanted, depth + 1)?;
        self.mark(b')')?;
        Ok(value)
    }

    /// An integer without operators.
    pub(super) fn literal(&mut self, wanted: &str) -> Parsed<u64> {
        let Kind::Int(value) = self.token().kind else { return self.unexpected(wanted) };
        self.step();
        Ok(value)
    }
}

fn apply(operator: &str, left: Constant, right: Constant, place: Place) -> Parsed<Constant> {
    let signed = left.signed && right.signed;
    let (a, b) = (left.bits, right.bits);
    let (x, y) = (a as i64, b as i64);
    let order = if signed { x.cmp(&y) } else { a.cmp(&b) };
    let shift = u32::try_from(b).unwrap_or(u32::MAX);
    let bits = match operator {
        "||" => return Ok(Constant::truth(a != 0 || b != 0)),
        "&&" => return Ok(Constant::truth(a != 0 && b != 0)),
        "==" => return Ok(Constant::truth(order.is_eq())),
        "!=" => return Ok(Constant::truth(order.is_ne())),
        "<=" => return Ok(Constant::truth(order.is_le())),
        ">=" => return Ok(Constant::truth(order.is_ge())),
        "<" => return Ok(Constant::truth(order.is_lt())),
        ">" => return Ok(Constant::truth(order.is_gt())),
        "<<" => return Ok(Constant { bits: a.checked_shl(shift).unwrap_or(0), ..left }),
        ">>" if left.signed => return Ok(Constant { bits: (x >> shift.min(63)) as u64, ..left }),
        ">>" => return Ok(Constant { bits: a.checked_shr(shift).unwrap_or(0), ..left }),
        "/" | "%" if b == 0 => return Err(place.error("a constant is divided by zero")),
        "/" if signed => x.wrapping_div(y) as u64,
        "/" => a / b,
        "%" if signed => x.wrapping_rem(y) as u64,
        "%" => a % b,
        "|" => a | b,
        "^" => a ^ b,
        "&" => a & b,
        "+" => a.wrapping_add(b),
        "-" => a.wrapping_sub(b),
        _ => a.wrapping_mul(b),
    };
    Ok(Constant { bits, signed })
}
