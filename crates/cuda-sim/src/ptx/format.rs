//! `printf` as device code has it: C's conversions, applied to 64-bit values.

use super::Fault;

/// Widths and precisions beyond this are cut, so that a wild format does not fill the memory.
const WIDEST: usize = 4096;

/// Where arguments come from.
pub(super) trait Source {
    /// The next argument of 4 or 8 bytes.
    fn take(&mut self, bytes: u32) -> Result<u64, Fault>;
    /// The string at an address.
    fn text(&mut self, address: u64) -> Result<Vec<u8>, Fault>;
}

#[derive(Clone, Copy, Debug, Default)]
struct Spec {
    left: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
    /// The argument has 8 bytes.
    long: bool,
    /// `h` and `hh`: only so many bits count.
    bits: u32,
}

/// The text, and how many arguments it used.
pub(super) fn format(template: &[u8], source: &mut dyn Source) -> Result<(Vec<u8>, u64), Fault> {
    let (mut text, mut count, mut rest) = (Vec::new(), 0, template);
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'%' {
            text.push(byte);
            continue;
        }
        let (spec, after) = parse(rest, source)?;
        let Some((&conversion, after)) = after.split_first() else {
            text.push(b'%');
            break;
        };
        if conversion == b'%' {
            text.push(b'%');
        } else if let Some(piece) = convert(conversion, &spec, source)? {
            count += 1;
            pad(&mut text, &piece, &spec);
        } else {
            // Not a conversion: printed as it stands.
            text.push(b'%');
            text.extend(&rest[..rest.len() - after.len()]);
        }
        rest = after;
    }
    Ok((text, count))
}

fn parse<'t>(mut rest: &'t [u8], source: &mut dyn Source) -> Result<(Spec, &'t [u8]), Fault> {
    let mut spec = Spec { bits: 32, ..Spec::default() };
    while let Some((&byte, after)) = rest.split_first() {
        match byte {
            b'-' => spec.left = true,
            b'+' => spec.plus = true,
            b' ' => spec.space = true,
            b'#' => spec.alternate = true,
            b'0' => spec.zero = true,
            _ => break,
        }
        rest = after;
    }
    let width = number(&mut rest, source)?.unwrap_or(0);
    spec.left |= width < 0;
    spec.width = (width.unsigned_abs() as usize).min(WIDEST);
    if let Some((b'.', after)) = rest.split_first() {
        rest = after;
        let precision = number(&mut rest, source)?.unwrap_or(0);
        spec.precision = usize::try_from(precision).ok().map(|it| it.min(WIDEST));
    }
    while let Some((&byte, after)) = rest.split_first() {
        match byte {
            b'l' | b'j' | b'z' | b't' | b'L' => (spec.long, spec.bits) = (true, 64),
            b'h' => spec.bits = (spec.bits / 2).max(8),
            _ => break,
        }
        rest = after;
    }
    Ok((spec, rest))
}

/// Digits, or `*` for an argument.
fn number(rest: &mut &[u8], source: &mut dyn Source) -> Result<Option<i32>, Fault> {
    if let Some((b'*', after)) = rest.split_first() {
        *rest = after;
        return Ok(Some(source.take(4)? as u32 as i32));
    }
    let mut value: Option<i32> = None;
    while let Some((digit @ b'0'..=b'9', after)) = rest.split_first() {
        value = Some(value.unwrap_or(0).saturating_mul(10).saturating_add(i32::from(digit - b'0')));
        *rest = after;
    }
    Ok(value)
}

/// A converted argument: its sign or prefix, and its digits or text.
struct Piece {
    prefix: String,
    body: Vec<u8>,
    /// Zeros may fill between prefix and body.
    numeric: bool,
}

fn convert(conversion: u8, spec: &Spec, source: &mut dyn Source) -> Result<Option<Piece>, Fault> {
    let piece = |prefix: &str, body: Vec<u8>, numeric| Piece { prefix: prefix.to_owned(), body, numeric };
    Ok(Some(match conversion {
        b'd' | b'i' => {
            let raw = source.take(if spec.long { 8 } else { 4 })?;
            let value = (raw << (64 - spec.bits)) as i64 >> (64 - spec.bits);
            let sign = sign(value < 0, spec);
            piece(sign, digits(value.unsigned_abs().to_string(), spec), spec.precision.is_none())
        }
        b'u' | b'x' | b'X' | b'o' => {
            let raw = source.take(if spec.long { 8 } else { 4 })?;
            let value = raw & (u64::MAX >> (64 - spec.bits));
            let (prefix, text) = match conversion {
                b'x' => (if spec.alternate && value != 0 { "0x" } else { "" }, format!("{value:x}")),
                b'X' => (if spec.alternate && value != 0 { "0X" } else { "" }, format!("{value:X}")),
                b'o' => (if spec.alternate && value != 0 { "0" } else { "" }, format!("{value:o}")),
                _ => ("", value.to_string()),
            };
            piece(prefix, digits(text, spec), spec.precision.is_none())
        }
        b'c' => piece("", vec![source.take(4)? as u8], false),
        b's' => {
            let address = source.take(8)?;
            let mut text = if address == 0 { b"(null)".to_vec() } else { source.text(address)? };
            text.truncate(spec.precision.unwrap_or(usize::MAX));
            piece("", text, false)
        }
        b'p' => {
            let value = source.take(8)?;
            if value == 0 {
                piece("", b"(nil)".to_vec(), false)
            } else {
                piece("0x", format!("{value:x}").into(), false)
            }
        }
        b'f' | b'F' | b'e' | b'E' | b'g' | b'G' | b'a' | b'A' => {
            let value = f64::from_bits(source.take(8)?);
            real(conversion, value, spec)
        }
        _ => return Ok(None),
    }))
}

fn sign(negative: bool, spec: &Spec) -> &'static str {
    if negative {
        "-"
    } else if spec.plus {
        "+"
    } else if spec.space {
        " "
    } else {
        ""
    }
}

/// At least as many digits as the precision says; none for a zero with precision zero.
fn digits(text: String, spec: &Spec) -> Vec<u8> {
    match spec.precision {
        Some(0) if text == "0" => Vec::new(),
        Some(wanted) => format!("{text:0>wanted$}").into(),
        None => text.into(),
    }
}

fn real(conversion: u8, value: f64, spec: &Spec) -> Piece {
    let upper = conversion.is_ascii_uppercase();
    let prefix = sign(value.is_sign_negative() && !value.is_nan(), spec).to_owned();
    let magnitude = value.abs();
    let (body, numeric) = if !value.is_finite() {
        ((if value.is_nan() { "nan" } else { "inf" }).to_owned(), false)
    } else {
        let precision = spec.precision.unwrap_or(6);
        let body = match conversion.to_ascii_lowercase() {
            b'f' => fixed(magnitude, precision, spec.alternate),
            b'e' => scientific(magnitude, precision, spec.alternate),
            b'a' => hexadecimal(magnitude, spec.precision),
            _ => general(magnitude, precision.max(1), spec.alternate),
        };
        (body, true)
    };
    let body = if upper { body.to_uppercase() } else { body };
    Piece { prefix, body: body.into(), numeric }
}

fn fixed(value: f64, precision: usize, point: bool) -> String {
    let text = format!("{value:.precision$}");
    if point && precision == 0 { text + "." } else { text }
}

fn scientific(value: f64, precision: usize, point: bool) -> String {
    let text = format!("{value:.precision$e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let point = if point && precision == 0 { "." } else { "" };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}{point}e{sign}{:02}", exponent.unsigned_abs())
}

/// The shorter of the two forms, without the zeros at its end unless asked.
fn general(value: f64, precision: usize, keep: bool) -> String {
    let rounded = format!("{value:.0$e}", precision - 1);
    let exponent: i32 = rounded.split_once('e').and_then(|it| it.1.parse().ok()).unwrap_or(0);
    let text = if exponent < -4 || exponent >= precision as i32 {
        scientific(value, precision - 1, keep)
    } else {
        fixed(value, (precision as i32 - 1 - exponent).max(0) as usize, keep)
    };
    if keep || !text.contains('.') {
        return text;
    }
    let (digits, exponent) = match text.find('e') {
        Some(at) => text.split_at(at),
        None => (&text[..], ""),
    };
    format!("{}{exponent}", digits.trim_end_matches('0').trim_end_matches('.'))
}

fn hexadecimal(value: f64, precision: Option<usize>) -> String {
    let bits = value.to_bits();
    let (field, mut fraction) = ((bits >> 52) as i32, bits & ((1 << 52) - 1));
    let mut lead = u64::from(field != 0);
    let exponent = if value == 0.0 { 0 } else { field.max(1) - 1023 };
    let digits = precision.unwrap_or(13).min(13);
    let cut = 4 * (13 - digits) as u32;
    if cut > 0 {
        let all = lead << 52 | fraction;
        let (half, rest) = (1u64 << (cut - 1), all & ((1 << cut) - 1));
        let kept = all >> cut;
        let kept = kept + u64::from(rest > half || (rest == half && kept & 1 == 1));
        (lead, fraction) = (kept << cut >> 52, (kept << cut) & ((1 << 52) - 1));
    }
    let text = format!("{fraction:013x}");
    let text = match precision {
        None => text.trim_end_matches('0').to_owned(),
        Some(wanted) => format!("{:0<wanted$}", &text[..digits]),
    };
    let point = if text.is_empty() { "" } else { "." };
    format!("0x{lead}{point}{text}p{exponent:+}")
}

fn pad(text: &mut Vec<u8>, piece: &Piece, spec: &Spec) {
    let length = piece.prefix.len() + piece.body.len();
    let fill = spec.width.saturating_sub(length);
    let zeros = spec.zero && !spec.left && piece.numeric;
    if !spec.left && !zeros {
        text.extend(std::iter::repeat_n(b' ', fill));
    }
    text.extend(piece.prefix.as_bytes());
    if zeros {
        text.extend(std::iter::repeat_n(b'0', fill));
    }
    text.extend(&piece.body);
    if spec.left {
        text.extend(std::iter::repeat_n(b' ', fill));
    }
}
