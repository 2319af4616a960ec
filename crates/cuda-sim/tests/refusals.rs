//! What each function that programs in the field use answers to the common mistakes: null pointers, sizes of nothing, no context, a
//! destroyed one, handles that are gone and handles of another kind.
//!
//! `facts/refusals.tsv` has a row for each function and was read against the lists of return values in NVIDIA's manual, function by function.
//! Each call is made in a process of its own. There is one test in this file, because only a process with one thread may be forked.
//! `CUDA_SIM_WRITE_REFUSALS=PATH` writes the table as it is.
#![cfg(target_os = "linux")]

mod call_support;

use std::fmt::Write;
use std::ptr::null_mut;

use call_support::{Case, Current, End, FUNCTIONS, Function, World, alone};
use cuda_sys::driver::CUresult;

/// Functions by how many programs use them.
const LIST: &str = include_str!("facts/driver-functions.tsv");
/// What they answer.
const TABLE: &str = include_str!("facts/refusals.tsv");

const TITLE: &str = "function\tlive arguments\tnull pointers\tsizes of nothing\tno context\tdestroyed context\thandles that are gone\thandles of another kind";

/// The names of functions of tiers 1 to 3.
fn used() -> impl Iterator<Item = &'static str> {
    let rows = LIST.lines().filter(|line| !line.starts_with('#')).skip(1);
    rows.filter_map(|row| {
        let mut cells = row.split('\t');
        let (name, tier) = (cells.next()?, cells.next()?);
        matches!(tier, "1" | "2" | "3").then_some(name)
    })
}

fn answer(function: &Function, case: &Case) -> String {
    match alone(function, case) {
        End::Code(0) => "ok".into(),
        End::Code(code) => match CUresult(code).name() {
            Some(name) => name.trim_start_matches("CUDA_ERROR_").into(),
            None => code.to_string(),
        },
        other => format!("{other:?}"),
    }
}

fn row(world: &World, function: &Function) -> String {
    let has = |wanted: &dyn Fn(&str, &str) -> bool| {
        function.arguments.iter().any(|(name, kind)| wanted(name, kind))
    };
    let live = world.with(&world.live);
    let cells = [
        (true, live.clone()),
        (has(&|_, kind| kind.starts_with('*')), Case { page: null_mut(), ..live.clone() }),
        (has(&call_support::is_count), Case { count: 0, ..live.clone() }),
        (true, Case { current: Current::None, ..live.clone() }),
        (true, Case { current: Current::Destroyed, ..live.clone() }),
        (has(&|_, kind| world.stale.contains_key(kind)), world.with(&world.stale)),
        (has(&|_, kind| world.foreign.contains_key(kind)), world.with(&world.foreign)),
    ];
    let mut text = function.name.to_string();
    for (concerned, case) in cells {
        let answer = if concerned { answer(function, &case) } else { "-".into() };
        let _ = write!(text, "\t{answer}");
    }
    text
}

#[test]
fn common_mistakes_are_answered_as_the_manual_has_it() {
    let world = World::new();
    let functions: Vec<&Function> =
        used().filter_map(|name| FUNCTIONS.iter().find(|function| function.name == name)).collect();
    assert!(functions.len() >= 160, "{} functions", functions.len());

    let rows: Vec<String> = functions.iter().map(|function| row(&world, function)).collect();

    if let Some(path) = std::env::var_os("CUDA_SIM_WRITE_REFUSALS") {
        std::fs::write(path, format!("{TITLE}\n{}\n", rows.join("\n"))).unwrap();
    }
    let wanted: Vec<&str> = TABLE.lines().skip(1).collect();
    let wrong: Vec<String> = rows
        .iter()
        .filter(|row| !wanted.contains(&row.as_str()))
        .map(|row| {
            let name = row.split('\t').next();
            let line = wanted.iter().find(|line| line.split('\t').next() == name);
            format!("is      {row}\nmust be {}", line.copied().unwrap_or("in the table"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{TITLE}\n{}", wrong.len(), rows.len(), wrong.join("\n"));
    println!("{} functions, each as the table has it in seven situations", rows.len());
}
