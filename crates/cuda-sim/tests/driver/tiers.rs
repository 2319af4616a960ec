//! Which functions there are.

use std::collections::BTreeMap;

/// Functions that programs in the field were seen to use, by tier: 1 for those that common clients call, 2 for those that rarer ones do, 3 for those
/// that their sources mention, 4 for those that headers declare.
const LIST: &str = include_str!("../facts/driver-functions.tsv");

#[test]
fn every_declared_function_is_exported_and_those_that_are_used_work() {
    let works: BTreeMap<&str, bool> =
        cuda_sim::functions().iter().map(|function| (function.name, function.works)).collect();
    let rows = LIST.lines().filter(|line| !line.starts_with('#')).skip(1);
    let mut counts = BTreeMap::<&str, (usize, usize)>::new();
    for row in rows {
        let cells: Vec<&str> = row.split('\t').collect();
        let (name, tier) = (cells[0], cells[1]);
        let works = *works.get(name).unwrap_or_else(|| panic!("{name} is not exported"));
        assert!(works || tier == "4", "{name} of tier {tier} does not work");
        let (all, working) = counts.entry(tier).or_default();
        *all += 1;
        *working += usize::from(works);
    }
    println!("by tier, all and working: {counts:?}");
    assert_eq!(counts.values().map(|(all, _)| all).sum::<usize>(), 524);
}
