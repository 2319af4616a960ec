//! The parser and the decoder meet damaged texts: they accept or refuse each with a place, and never panic or hang.

mod ptx_support;

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use cuda_sim::ptx::Module;
use ptx_support::Random;
use ptx_support::mutate::{damaged, texts_in_tree};

/// So many texts are tried unless `PTX_FUZZ` says how many.
const CASES: u64 = 4000;

/// A text that takes longer than this hangs: the slowest takes some milliseconds.
const PATIENCE: Duration = Duration::from_secs(600);

/// The text of a case, which depends on its number alone.
fn text_of(case: u64, texts: &[String]) -> String {
    let mut random = Random::new(0x5eed_0000_0000 + case * 0x1_0001);
    let whole = &texts[random.below(texts.len() as u64) as usize];
    if random.below(3) > 0 {
        return damaged(whole, &mut random);
    }
    // A third has damage inside of tokens and at any byte.
    let mut bytes = whole.as_bytes().to_vec();
    for _ in 0..=random.below(6) {
        let at = random.below(bytes.len() as u64) as usize;
        match random.below(3) {
            0 => bytes[at] = random.bits() as u8,
            1 => bytes[at] ^= 1 << random.below(8),
            _ => {
                let from = random.below(bytes.len() as u64) as usize;
                let piece = bytes[from..(from + 40).min(bytes.len())].to_vec();
                let end = (at + random.below(30) as usize).min(bytes.len());
                bytes.splice(at..end, piece);
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Parses the text of a case; says whether it was accepted.
fn is_accepted(case: u64, text: &str) -> bool {
    let Err(errors) = Module::parse(text) else { return true };
    assert!(!errors.list().is_empty(), "case {case}: refused without a complaint");
    let lines: Vec<&str> = text.split('\n').collect();
    for it in errors.list() {
        let line = it.line.checked_sub(1).and_then(|line| lines.get(line as usize));
        let columns = line.map_or(0, |line| line.len() as u32 + 1);
        assert!((1..=columns).contains(&it.column), "case {case}: there is no such place: {it}");
        assert!(!it.message.is_empty(), "case {case}: a complaint says nothing");
    }
    false
}

#[test]
fn damaged_texts_are_refused_with_a_place_or_accepted_and_never_hang() {
    let cases = std::env::var("PTX_FUZZ").map_or(CASES, |it| it.parse().expect("PTX_FUZZ is a number"));
    let texts: Vec<String> = texts_in_tree().into_iter().map(|it| it.1).collect();
    let (sender, results) = channel();
    let worker = thread::spawn(move || {
        for case in 0..cases {
            let accepted = is_accepted(case, &text_of(case, &texts));
            if sender.send(accepted).is_err() {
                return;
            }
        }
    });
    let (mut accepted, mut refused) = (0, 0);
    for case in 0..cases {
        match results.recv_timeout(PATIENCE) {
            Ok(true) => accepted += 1,
            Ok(false) => refused += 1,
            Err(RecvTimeoutError::Timeout) => panic!("case {case} hangs"),
            Err(RecvTimeoutError::Disconnected) => panic!("case {case} made the parser panic"),
        }
    }
    worker.join().expect("the worker ended");
    println!("{cases} damaged texts: {accepted} accepted, {refused} refused");
    assert!(refused > cases / 4 && accepted > cases / 50, "{accepted} accepted, {refused} refused");
}
