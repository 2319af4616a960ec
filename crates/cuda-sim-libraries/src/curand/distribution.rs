//! Distributions: what is made of the words of a generator, bit for bit as cuRAND's host generators make it.

use super::sequence::Output;

/// 2⁻³², as cuRAND has it in single precision.
const STEP: f32 = 2.328_306_4e-10;

/// A distribution with its parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Distribution {
    Words,
    /// From zero, which does not come, to one, which does.
    Uniform,
    UniformDouble,
    /// With this mean and standard deviation, and whether the logarithm of the numbers is what is normal.
    Normal(f32, f32, bool),
    NormalDouble(f64, f64, bool),
    /// With this mean.
    Poisson(f64),
}

impl Distribution {
    pub(super) fn output(&self) -> Output {
        match self {
            Self::Words | Self::Poisson(_) => Output::Words,
            Self::Uniform | Self::Normal(..) => Output::Floats,
            Self::UniformDouble | Self::NormalDouble(..) => Output::Doubles,
        }
    }

    pub(super) fn is_normal(&self) -> bool {
        matches!(self, Self::Normal(..) | Self::NormalDouble(..))
    }

    pub(super) fn is_poisson(&self) -> bool {
        matches!(self, Self::Poisson(_))
    }

    /// Makes a number of the standard normal distribution one of this.
    pub(super) fn shape(&self, value: f32) -> f32 {
        match *self {
            Self::Normal(mean, deviation, false) => mean + value * deviation,
            Self::Normal(mean, deviation, true) => (mean + value * deviation).exp(),
            _ => value,
        }
    }

    pub(super) fn shape_double(&self, value: f64) -> f64 {
        match *self {
            Self::NormalDouble(mean, deviation, false) => mean + value * deviation,
            Self::NormalDouble(mean, deviation, true) => (mean + value * deviation).exp(),
            _ => value,
        }
    }
}

/// The float in (0, 1] that a word stands for.
pub(super) fn uniform(word: u32) -> f32 {
    word as f32 * STEP + STEP / 2.0
}

/// The angle that a word stands for.
pub(super) fn angle(word: u32) -> f32 {
    const FULL: f32 = STEP * 6.283_185_5;
    word as f32 * FULL + FULL / 2.0
}

/// The double in (0, 1] that two words stand for, of which 53 bits count.
pub(super) fn double(low: u32, high: u32) -> f64 {
    const STEP: f64 = 1.0 / (1u64 << 53) as f64;
    (u64::from(low) ^ u64::from(high) << 21) as f64 * STEP + STEP / 2.0
}

/// Two independent normal numbers of a uniform one and an angle, by the method of Box and Muller.
pub(super) fn normal(uniform: f32, angle: f32) -> (f32, f32) {
    let radius = (-2.0 * uniform.ln()).sqrt();
    (radius * angle.sin(), radius * angle.cos())
}

/// The same in double precision, of four words.
pub(super) fn normal_double(one: (u32, u32), other: (u32, u32)) -> (f64, f64) {
    const STEP: f64 = 1.0 / (1u64 << 52) as f64;
    let half_turns = (u64::from(other.0) ^ u64::from(other.1) << 21) as f64 * STEP + STEP / 2.0;
    of_half_turns(double(one.0, one.1), half_turns)
}

/// The same of a uniform number and an angle in half turns.
pub(super) fn of_half_turns(uniform: f64, half_turns: f64) -> (f64, f64) {
    let radius = (-2.0 * uniform.ln()).sqrt();
    let angle = half_turns * std::f64::consts::PI;
    (radius * angle.sin(), radius * angle.cos())
}

/// A number of events of which the mean is given, by the inverse of the distribution's function. The distribution is exact to double
/// precision; the numbers are not cuRAND's, whose method is not published.
pub(super) fn poisson(word: u32, distribution: &Distribution) -> u32 {
    let Distribution::Poisson(mean) = *distribution else { return 0 };
    let uniform = (f64::from(word) + 0.5) / (1u64 << 32) as f64;
    // The sum starts at the most likely number, where the probability does not vanish, and goes down or up from there.
    let mode = mean.floor();
    let log_of_mode = mode * mean.ln() - mean - log_factorial(mode);
    let at_mode = log_of_mode.exp();
    let below = below(mode, mean, at_mode);
    if uniform < below {
        let (mut count, mut probability, mut left) = (mode, at_mode, below);
        while count > 0.0 {
            probability *= count / mean;
            count -= 1.0;
            left -= probability;
            if uniform >= left || probability == 0.0 {
                return count as u32;
            }
        }
        return 0;
    }
    let (mut count, mut probability, mut passed) = (mode, at_mode, below + at_mode);
    while uniform >= passed && probability > 0.0 {
        count += 1.0;
        probability *= mean / count;
        passed += probability;
    }
    count as u32
}

/// The probability of fewer than `mode` events, where `at_mode` is that of as many.
fn below(mode: f64, mean: f64, at_mode: f64) -> f64 {
    let (mut sum, mut probability, mut count) = (0.0, at_mode, mode);
    while count > 0.0 {
        probability *= count / mean;
        count -= 1.0;
        sum += probability;
        // What follows is smaller and smaller.
        if probability < sum * 1e-18 {
            break;
        }
    }
    sum
}

/// The logarithm of a factorial: a product for small numbers, Stirling's series for large ones.
fn log_factorial(n: f64) -> f64 {
    if n < 32.0 {
        return (2..=n as u32).map(f64::from).product::<f64>().ln();
    }
    let x = n + 1.0;
    let series = 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3)) + 1.0 / (1260.0 * x.powi(5));
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poisson_numbers_have_the_probabilities_that_they_should() {
        for mean in [0.3f64, 3.5, 40.0, 900.0] {
            let mut counts = std::collections::BTreeMap::new();
            let total = 1u32 << 16;
            for index in 0..total {
                let count = poisson(index << 16 | 0x8000, &Distribution::Poisson(mean));
                *counts.entry(count).or_insert(0u32) += 1;
            }
            let mut average = 0.0;
            for (count, times) in counts {
                let n = f64::from(count);
                let expected = (n * mean.ln() - mean - log_factorial(n)).exp();
                let found = f64::from(times) / f64::from(total);
                assert!(
                    (found - expected).abs() < 2.0 / f64::from(total),
                    "{mean}: {count}: {found} {expected}"
                );
                average += n * found;
            }
            assert!((average - mean).abs() < 1e-2 * mean.sqrt().max(1.0), "{mean}: {average}");
        }
    }
}
