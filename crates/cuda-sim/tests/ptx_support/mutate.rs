//! Every PTX text in the tree, and damaged variants of them that depend on a seed alone.

use std::path::{Path, PathBuf};

use super::Random;

/// Every PTX file of the repository, in the order of their paths, with its text.
pub(crate) fn texts_in_tree() -> Vec<(PathBuf, String)> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the folder of all crates");
    let (mut folders, mut files) = (vec![crates.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()) {
            if path.is_dir() && path.file_name().is_some_and(|it| it != "target") {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "ptx") {
                files.push(path);
            }
        }
    }
    files.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        (path.strip_prefix(crates).unwrap().to_owned(), text)
    };
    files.into_iter().map(read).collect()
}

/// Damages a text in one or two places.
pub(crate) fn damaged(text: &str, random: &mut Random) -> String {
    let mut text = text.to_owned();
    for _ in 0..=random.below(2) {
        text = damaged_once(&text, random);
    }
    text
}

fn damaged_once(text: &str, random: &mut Random) -> String {
    let mut tokens = tokens(text);
    let solid: Vec<usize> = (0..tokens.len()).filter(|it| is_solid(tokens[*it])).collect();
    if solid.is_empty() {
        return ".version".to_owned();
    }
    let near = random.below(solid.len() as u64) as usize;
    let (at, other) = (solid[near], solid[random.below(solid.len() as u64) as usize]);
    let next = solid[(near + 1) % solid.len()];
    let token = tokens[at];
    let replaced = match random.below(10) {
        0 => flipped(token, random),
        1 => String::new(),
        2 => format!("{token} {token}"),
        3 => {
            tokens.swap(at, other);
            return tokens.concat();
        }
        4 => {
            tokens.swap(at, next);
            return tokens.concat();
        }
        5 => tokens[other].to_owned(),
        6 => without_part(token, random),
        7 if random.below(4) == 0 => return tokens[..at].concat(),
        _ => {
            let numbers: Vec<usize> = solid.into_iter().filter(|it| has_digit(tokens[*it])).collect();
            let Some(at) = numbers.get(random.below(numbers.len().max(1) as u64) as usize) else {
                return format!("{text} 7");
            };
            let number = renumbered(tokens[*at], random);
            tokens[*at] = &number;
            return tokens.concat();
        }
    };
    tokens[at] = &replaced;
    tokens.concat()
}

/// Cuts a text into words, blanks, comments, strings and single characters; together they are the text.
fn tokens(text: &str) -> Vec<&str> {
    let mut rest = text;
    let mut tokens = Vec::new();
    while let Some(first) = rest.chars().next() {
        let run = |keep: fn(char) -> bool| rest.find(|it| !keep(it)).unwrap_or(rest.len());
        let until = |end: &str, skip: usize| {
            rest.get(skip..).and_then(|it| it.find(end)).map_or(rest.len(), |it| it + skip + end.len())
        };
        let length = match first {
            _ if rest.starts_with("//") => run(|it| it != '\n'),
            _ if rest.starts_with("/*") => until("*/", 2),
            '"' => until("\"", 1),
            _ if is_part_of_word(first) => run(is_part_of_word),
            _ if first.is_whitespace() => run(char::is_whitespace),
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after;
    }
    tokens
}

fn is_part_of_word(it: char) -> bool {
    it.is_ascii_alphanumeric() || matches!(it, '_' | '$' | '%' | '.')
}

fn is_solid(token: &str) -> bool {
    !token.trim().is_empty() && !token.starts_with("//") && !token.starts_with("/*")
}

fn has_digit(token: &str) -> bool {
    token.contains(|it: char| it.is_ascii_digit())
}

/// Flips a bit of a byte, which may make a character that PTX does not have.
fn flipped(token: &str, random: &mut Random) -> String {
    let mut bytes = token.as_bytes().to_vec();
    let at = random.below(bytes.len() as u64) as usize;
    bytes[at] ^= 1 << random.below(8);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Drops one dotted part of an opcode, as `.f32` of `add.rn.f32`, or a word's last character.
fn without_part(token: &str, random: &mut Random) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    if parts.len() < 2 {
        let mut chars = token.chars();
        chars.next_back();
        return chars.as_str().to_owned();
    }
    let gone = random.below(parts.len() as u64) as usize;
    let kept = parts.iter().enumerate().filter(|it| it.0 != gone).map(|it| *it.1);
    kept.collect::<Vec<_>>().join(".")
}

/// Gives one run of digits of a token another value: small, at an edge, or more than fits anything.
fn renumbered(token: &str, random: &mut Random) -> String {
    const EDGES: [&str; 10] =
        ["0", "1", "7", "31", "32", "64", "255", "65536", "4294967296", "99999999999999999999"];
    let digit = |it: char| it.is_ascii_digit();
    let starts: Vec<usize> = token
        .char_indices()
        .filter(|it| digit(it.1) && !token[..it.0].ends_with(digit))
        .map(|it| it.0)
        .collect();
    let start = starts[random.below(starts.len() as u64) as usize];
    let end = token[start..].find(|it| !digit(it)).map_or(token.len(), |it| it + start);
    let value = match random.below(3) {
        0 => EDGES[random.below(EDGES.len() as u64) as usize].to_owned(),
        _ => random.below(20).to_string(),
    };
    format!("{}{value}{}", &token[..start], &token[end..])
}
