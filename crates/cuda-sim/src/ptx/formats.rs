//! Floating point formats of eight bits and fewer.

use super::number::Rounding;

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Small {
    /// No infinities, and one NaN.
    E4m3,
    /// As half precision, cut off.
    E5m2,
    E2m3,
    E3m2,
    E2m1,
    /// A power of two and nothing else, or NaN.
    Ue8m0,
}

impl Small {
    /// Bits of the exponent and the fraction, and the exponent's bias.
    fn parts(self) -> (u32, u32, i32) {
        match self {
            Self::E4m3 => (4, 3, 7),
            Self::E5m2 => (5, 2, 15),
            Self::E2m3 => (2, 3, 1),
            Self::E3m2 => (3, 2, 3),
            Self::E2m1 => (2, 1, 1),
            Self::Ue8m0 => (8, 0, 127),
        }
    }

    /// The bits of a number.
    pub(super) fn bits(self) -> u32 {
        let (exponent, fraction, _) = self.parts();
        exponent + fraction + u32::from(self != Self::Ue8m0)
    }

    /// The largest number, as bits.
    fn most(self) -> u32 {
        match self {
            Self::E4m3 => 0x7e,
            Self::E5m2 => 0x7b,
            Self::Ue8m0 => 0xfe,
            _ => (1 << (self.bits() - 1)) - 1,
        }
    }

    pub(super) fn decode(self, bits: u32) -> f64 {
        let (exponent_bits, fraction_bits, bias) = self.parts();
        let field = bits >> fraction_bits & ((1 << exponent_bits) - 1);
        let fraction = bits & ((1 << fraction_bits) - 1);
        let magnitude = match (self, field, fraction) {
            (Self::E4m3, 15, 7) | (Self::Ue8m0, 255, _) => f64::NAN,
            (Self::E5m2, 31, 0) => f64::INFINITY,
            (Self::E5m2, 31, _) => f64::NAN,
            (Self::Ue8m0, ..) => return 2f64.powi(field as i32 - bias),
            (_, 0, _) => f64::from(fraction) * 2f64.powi(1 - bias - fraction_bits as i32),
            _ => {
                f64::from(fraction | 1 << fraction_bits)
                    * 2f64.powi(field as i32 - bias - fraction_bits as i32)
            }
        };
        if bits >> (self.bits() - 1) & 1 == 1 { -magnitude } else { magnitude }
    }

    /// The bits of a value; one that is too large becomes the largest number.
    pub(super) fn encode(self, value: f64) -> u32 {
        let (_, fraction_bits, bias) = self.parts();
        if value.is_nan() {
            // Formats without a NaN have their largest number for it.
            return if matches!(self, Self::E4m3 | Self::E5m2) { 0x7f } else { self.most() };
        }
        let sign = u32::from(value.is_sign_negative()) << (self.bits() - 1);
        let magnitude = value.abs();
        if magnitude >= self.decode(self.most()) {
            return sign | self.most();
        }
        let exponent = ((magnitude.to_bits() >> 52) as i32 - 1023).max(1 - bias);
        let scaled = (magnitude * 2f64.powi(fraction_bits as i32 - exponent)).round_ties_even() as u32;
        // The implicit bit adds one to the field of the exponent, as does a carry.
        sign | ((((exponent + bias - 1) as u32) << fraction_bits) + scaled)
    }
}

/// The power of two at or below a magnitude, or at or above it, as `ue8m0`.
pub(super) fn to_power(value: f64, mode: Rounding, finite: bool) -> u32 {
    let magnitude = value.abs();
    if value.is_nan() || (magnitude.is_infinite() && !finite) {
        return 0xff;
    }
    if magnitude.is_infinite() {
        return 0xfe;
    }
    if magnitude < 2f64.powi(-127) {
        return 0;
    }
    let exponent = (magnitude.to_bits() >> 52) as i32 - 1023;
    let up = mode == Rounding::Up && magnitude.to_bits() << 12 != 0;
    let field = exponent + 127 + i32::from(up);
    if field > 254 && !finite { 0xff } else { field.min(254) as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_what_it_was_after_decoding() {
        for small in [Small::E4m3, Small::E5m2, Small::E2m3, Small::E3m2, Small::E2m1] {
            for bits in (0..1 << small.bits()).filter(|it| small.decode(*it).is_finite()) {
                assert_eq!(small.encode(small.decode(bits)), bits, "{small:?}");
            }
        }
        for bits in 0..255 {
            assert_eq!(to_power(Small::Ue8m0.decode(bits), Rounding::Zero, true), bits);
            assert_eq!(to_power(Small::Ue8m0.decode(bits), Rounding::Up, true), bits);
        }
    }
}
