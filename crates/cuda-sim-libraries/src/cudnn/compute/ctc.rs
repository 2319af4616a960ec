//! The loss of connectionist temporal classification, for one sequence at a time. Label 0 is the blank.

/// The loss of one sequence with its gradient.
pub(crate) struct Loss {
    /// The negative logarithm of the probability of the labels; infinite if the sequence is too short for them.
    pub(crate) cost: f64,
    /// For each time and each letter of the alphabet.
    pub(crate) gradient: Vec<f64>,
}

/// Adds two numbers that are given as logarithms.
fn add(a: f64, b: f64) -> f64 {
    let (high, low) = (a.max(b), a.min(b));
    if high == f64::NEG_INFINITY { high } else { high + (low - high).exp().ln_1p() }
}

/// Computes the loss of `labels` for the logarithms of probabilities `logs`, which are `[time][alphabet]`. The gradient is that of the
/// activations before a softmax if `of_activations`, else that of the probabilities.
pub(crate) fn loss(logs: &[f64], alphabet: usize, labels: &[usize], of_activations: bool) -> Loss {
    let time = logs.len() / alphabet.max(1);
    // The labels with a blank before, between and behind.
    let states: Vec<usize> =
        (0..2 * labels.len() + 1).map(|at| if at % 2 == 0 { 0 } else { labels[at / 2] }).collect();
    let log = |t: usize, state: usize| logs[t * alphabet + states[state]];
    // A blank between two letters may be left out, unless the letters are equal.
    let skips = |state: usize| state >= 2 && states[state] != 0 && states[state] != states[state - 2];
    let count = states.len();
    if time == 0 {
        let cost = if labels.is_empty() { 0.0 } else { f64::INFINITY };
        return Loss { cost, gradient: Vec::new() };
    }
    let mut forward = vec![f64::NEG_INFINITY; time * count];
    (0..count.min(2)).for_each(|state| forward[state] = log(0, state));
    for t in 1..time {
        for state in 0..count {
            let before = |state: usize| forward[(t - 1) * count + state];
            let mut sum = before(state);
            if state >= 1 {
                sum = add(sum, before(state - 1));
            }
            if skips(state) {
                sum = add(sum, before(state - 2));
            }
            forward[t * count + state] = sum + log(t, state);
        }
    }
    let mut backward = vec![f64::NEG_INFINITY; time * count];
    (count.saturating_sub(2)..count).for_each(|state| backward[(time - 1) * count + state] = 0.0);
    for t in (0..time - 1).rev() {
        for state in 0..count {
            let after = |state: usize| backward[(t + 1) * count + state] + log(t + 1, state);
            let mut sum = after(state);
            if state + 1 < count {
                sum = add(sum, after(state + 1));
            }
            if state + 2 < count && skips(state + 2) {
                sum = add(sum, after(state + 2));
            }
            backward[t * count + state] = sum;
        }
    }
    let last = (time - 1) * count;
    let total =
        (count.saturating_sub(2)..count).map(|state| forward[last + state]).fold(f64::NEG_INFINITY, add);
    let mut gradient = vec![0.0; logs.len()];
    if total == f64::NEG_INFINITY {
        return Loss { cost: f64::INFINITY, gradient };
    }
    for t in 0..time {
        let mut share = vec![f64::NEG_INFINITY; alphabet];
        for state in 0..count {
            let through = forward[t * count + state] + backward[t * count + state];
            share[states[state]] = add(share[states[state]], through);
        }
        for (letter, share) in share.iter().enumerate() {
            let (at, occupied) = (t * alphabet + letter, (share - total).exp());
            gradient[at] = match of_activations {
                true => logs[at].exp() - occupied,
                false => -occupied / logs[at].exp(),
            };
        }
    }
    Loss { cost: -total, gradient }
}

#[cfg(test)]
mod tests {
    use super::loss;
    use crate::cudnn::compute::values;

    fn log_softmax(x: &[f64], alphabet: usize) -> Vec<f64> {
        let normal = |row: &[f64]| -> Vec<f64> {
            let sum: f64 = row.iter().map(|x| x.exp()).sum();
            row.iter().map(|x| x - sum.ln()).collect()
        };
        x.chunks_exact(alphabet).flat_map(normal).collect()
    }

    /// Adds up the probabilities of all paths that read as `labels`.
    fn by_enumeration(logs: &[f64], alphabet: usize, labels: &[usize]) -> f64 {
        let time = logs.len() / alphabet;
        let mut sum = 0.0;
        for path in 0..alphabet.pow(time as u32) {
            let letters: Vec<usize> = (0..time).map(|t| path / alphabet.pow(t as u32) % alphabet).collect();
            let mut read = letters.clone();
            read.dedup();
            read.retain(|letter| *letter != 0);
            if read == labels {
                sum += letters
                    .iter()
                    .enumerate()
                    .map(|(t, letter)| logs[t * alphabet + letter])
                    .sum::<f64>()
                    .exp();
            }
        }
        -f64::ln(sum)
    }

    #[test]
    fn the_loss_is_the_sum_over_all_paths() {
        let logs = log_softmax(&values(5 * 4, 1), 4);
        for labels in [&[1, 2][..], &[3, 3], &[2], &[], &[1, 2, 3, 1]] {
            let found = loss(&logs, 4, labels, true).cost;
            assert!((found - by_enumeration(&logs, 4, labels)).abs() < 1e-10, "{labels:?}: {found}");
        }
        assert_eq!(loss(&logs, 4, &[1, 1, 1, 1], true).cost, f64::INFINITY);
    }

    #[test]
    fn the_gradient_of_the_loss_is_its_slope() {
        let x = values(5 * 4, 2);
        let found = loss(&log_softmax(&x, 4), 4, &[1, 2], true);
        for at in 0..x.len() {
            let mut moved = x.clone();
            moved[at] += 1e-6;
            let slope = (loss(&log_softmax(&moved, 4), 4, &[1, 2], true).cost - found.cost) / 1e-6;
            assert!((found.gradient[at] - slope).abs() < 1e-5, "{at}: {} and {slope}", found.gradient[at]);
        }
    }
}
