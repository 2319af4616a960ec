//! What the tests of rules share: a program that is right with the rule's edge, and a race without it, for ten and more pairs of operations.
//!
//! `cargo test -p cuda-sim --test strict rule -- --nocapture | grep ^rule` prints how many there were of each.

use crate::support::*;

/// A rule: it runs `first`, then what orders the two (or the nearest thing to it that does not), then `second`.
pub(crate) type Program = fn(&Machine, CUdeviceptr, (Touch, Touch), bool);

pub(crate) fn check(name: &str, program: Program) {
    check_pairs(name, &CONFLICTS, program);
}

pub(crate) fn check_pairs(name: &str, pairs: &[(Touch, Touch)], program: Program) {
    assert!(pairs.len() >= 10, "{name}: ten programs each way");
    let machine = Machine::new();
    for &pair in pairs {
        for ordered in [true, false] {
            machine.enter(0);
            let buffer = machine.buffer();
            program(&machine, buffer, pair, ordered);
            let reports = machine.reports();
            if ordered {
                assert!(reports.is_empty(), "{name}, {pair:?}: a false alarm: {}", reports[0]);
            } else {
                assert_eq!(
                    reports.len(),
                    1,
                    "{name}, {pair:?}: a race was missed, or told twice: {reports:?}"
                );
                let report = &reports[0];
                assert_eq!(report.kind, ReportKind::Race, "{report}");
                assert!((buffer..buffer + BYTES as u64).contains(&report.bytes.start), "{report}");
                assert_eq!(report.allocation.as_ref().unwrap().base, buffer, "{report}");
                assert_eq!(report.allocation.as_ref().unwrap().origin, "cuMemAlloc_v2");
                assert_ne!(report.first.as_ref().unwrap().stream, report.second.as_ref().unwrap().stream);
            }
        }
    }
    let count = pairs.len();
    println!("rule `{name}`: {count} correct programs without an alarm, {count} races reported");
}

/// Pairs whose making needs no call that a capture forbids.
pub(crate) const CAPTURABLE: [(Touch, Touch); 10] = [
    (Touch::Fill, Touch::Fill),
    (Touch::Fill, Touch::Read),
    (Touch::Fill, Touch::Write),
    (Touch::Write, Touch::Read),
    (Touch::Read, Touch::Write),
    (Touch::Write, Touch::CopyWithin),
    (Touch::CopyWithin, Touch::Fill),
    (Touch::Count, Touch::Read),
    (Touch::Read, Touch::Count),
    (Touch::Count, Touch::Fill),
];
