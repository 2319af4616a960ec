//! `cargo xtask check unsafe`: counts unsafe code, and looks for what is not argued.

use crate::workspace;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// How many lines lie at the most between an argument's first line and the code that it is for.
const REACH: usize = 12;

/// What a package has.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    blocks: usize,
    implementations: usize,
    argued: usize,
}

/// Prints the counts of each package, and fails if a block or an implementation has no `SAFETY` comment.
pub(crate) fn check() -> Result<()> {
    let root = workspace::root();
    let mut packages = BTreeMap::<String, Counts>::new();
    let mut missing = Vec::new();
    for folder in fs::read_dir(root.join("crates")).context("reading crates")? {
        let folder = folder?.path();
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for file in sources(&folder.join("src"))?.into_iter().chain(sources(&folder.join("files"))?) {
            let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
            let lines = count(&text, packages.entry(name.clone()).or_default());
            let place = file.strip_prefix(&root).unwrap_or(&file).display().to_string();
            missing.extend(lines.into_iter().map(|line| format!("{place}:{line}")));
        }
    }
    println!("| package | unsafe blocks | unsafe implementations | of both, argued |\n|---|---:|---:|---:|");
    let mut sum = Counts::default();
    for (name, counts) in packages.iter().filter(|(_, counts)| **counts != Counts::default()) {
        let Counts { blocks, implementations, argued } = counts;
        println!("| {name} | {blocks} | {implementations} | {argued} |");
        sum.blocks += blocks;
        sum.implementations += implementations;
        sum.argued += argued;
    }
    println!("| all | {} | {} | {} |", sum.blocks, sum.implementations, sum.argued);
    ensure!(missing.is_empty(), "no `SAFETY` comment: {}", missing.join(", "));
    Ok(())
}

/// Lists the Rust files below a folder, if there is one.
fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return Ok(files) };
    for entry in entries {
        let path = entry?.path();
        match path.is_dir() {
            true => files.extend(sources(&path)?),
            false if path.extension().is_some_and(|extension| extension == "rs") => files.push(path),
            false => {}
        }
    }
    files.sort();
    Ok(files)
}

/// Counts what a text has, and returns the lines that are not argued, from 1.
fn count(text: &str, counts: &mut Counts) -> Vec<usize> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let mut missing = Vec::new();
    for (place, line) in lines.iter().enumerate().filter(|(_, line)| !line.starts_with("//")) {
        let (blocks, implementations) =
            (line.matches("unsafe {").count(), line.matches("unsafe impl").count());
        counts.blocks += blocks;
        counts.implementations += implementations;
        if blocks + implementations == 0 {
            continue;
        }
        // The comment is above the statement, with no empty line between.
        let above = lines[..place].iter().rev().take(REACH).take_while(|line| !line.is_empty());
        match above.into_iter().chain([line]).any(|line| line.contains("SAFETY:")) {
            true => counts.argued += blocks + implementations,
            false => missing.push(place + 1),
        }
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_argued_by_the_comment_above_its_statement() {
        let text = "\
// SAFETY: it is live.
let x = call(
    unsafe { read(p) },
);

let y = unsafe { read(p) };
// SAFETY: as above.
unsafe impl Send for X {}
// unsafe { in a comment }
";
        let mut counts = Counts::default();

        assert_eq!(count(text, &mut counts), [6]);
        assert_eq!(counts, Counts { blocks: 2, implementations: 1, argued: 2 });
    }
}
