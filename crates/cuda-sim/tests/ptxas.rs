//! The parser beside the real `ptxas`, which needs no GPU. It comes from the cache that `cargo xtask toolkits ptxas` fills.

mod ptx_support;
mod toolkits;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

use cuda_sim::ptx::Module;
use ptx_support::Random;
use ptx_support::mutate::{damaged, texts_in_tree};
use toolkits::{say, wheels};

/// So many damaged texts are compared unless `PTXAS_VARIANTS` says how many.
const VARIANTS: u64 = 300;

/// Of a hundred damaged texts, so many at most may be accepted here and refused by `ptxas`.
const LENIENT_PERCENT: u64 = 5;

/// Whether a message of ours is of this kind, and why the text is refused.
type Exception = (fn(&str) -> bool, &'static str);

/// What `ptxas` accepts and the parser refuses on purpose: how our message shows it, and why.
const REFUSED_ON_PURPOSE: &[Exception] = &[
    (
        is_odd_register,
        "the numbers of registers are as they are declared; ptxas reads %r07 as %r7, and %r4294967296 as %r0",
    ),
    (
        |message| message.ends_with("expected a variable's name, found ';'"),
        "a declaration needs a name; ptxas takes .reg .b32 ;",
    ),
    (
        |message| message.ends_with("directive .func is not supported for a function"),
        "a declared function ends with a semicolon; ptxas takes one without before the next .func",
    ),
];

/// Whether a message complains of a register whose number has a leading zero or more than 32 bits.
fn is_odd_register(message: &str) -> bool {
    let complains = message.contains("is not declared") || message.contains("expected a declared register");
    let odd = |word: &str| {
        let number = word.trim_start_matches(|it: char| !it.is_ascii_digit());
        number.parse::<u64>().is_ok_and(|it| it > u64::from(u32::MAX) || number != it.to_string())
    };
    complains && message.split(' ').any(|word| word.starts_with('%') && odd(word))
}

/// The newest PTX version that `ptxas` of CUDA 12.9 reads. Fixtures of later compilers say that they are of this one:
/// their instructions are all of it.
const NEWEST_OF_PTXAS: &str = ".version 8.8";

/// What one of the two says of a text.
#[derive(Debug)]
enum Verdict {
    Accepts,
    Refuses(String),
    /// `ptxas` crashed or did not end, so that there is nothing to compare with.
    None(String),
}

/// The assembler, and a folder for its files that is removed when dropped.
struct Ptxas {
    program: PathBuf,
    folder: PathBuf,
}

impl Drop for Ptxas {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Ptxas {
    fn find() -> Option<Ptxas> {
        let program =
            wheels("nvidia-cuda-nvcc").into_iter().map(|it| it.1.join("nvidia/cuda_nvcc/bin/ptxas"));
        let program = program.into_iter().find(|it| it.is_file())?;
        let folder = env::temp_dir().join(format!("cuda-sim-ptxas-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        Some(Ptxas { program, folder })
    }

    /// Assembles a text for an architecture such as `sm_80`.
    fn verdict(&self, text: &str, architecture: &str) -> Verdict {
        let file = |name: &str| self.folder.join(name);
        fs::write(file("text.ptx"), text).unwrap();
        let mut child = Command::new(&self.program)
            .arg("-O0")
            .arg(format!("-arch={architecture}"))
            .arg("-o")
            .args([file("out.cubin"), file("text.ptx")])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(file("log")).unwrap())
            .spawn()
            .unwrap_or_else(|error| panic!("starting {}: {error}", self.program.display()));
        // Damaged numbers may ask it for arrays that it takes long to write. The limit only decides what is compared.
        let end = Instant::now() + Duration::from_secs(20);
        let status = loop {
            match child.try_wait().unwrap() {
                Some(status) => break status,
                None if Instant::now() > end => {
                    child.kill().unwrap();
                    child.wait().unwrap();
                    return Verdict::None("did not end in 20 s".into());
                }
                None => thread::sleep(Duration::from_millis(2)),
            }
        };
        let log = String::from_utf8_lossy(&fs::read(file("log")).unwrap()).into_owned();
        match status.code() {
            Some(0) => Verdict::Accepts,
            Some(_) => Verdict::Refuses(log.lines().next().unwrap_or("").to_owned()),
            None => Verdict::None(format!("ended with {status}")),
        }
    }
}

fn ours(text: &str) -> Verdict {
    Module::parse(text).map_or_else(|it| Verdict::Refuses(it.to_string()), |_| Verdict::Accepts)
}

/// A fixture as `ptxas` of CUDA 12.9 can read it, and its architecture.
fn readable(text: &str) -> (String, String) {
    let line = |directive: &str| text.lines().find(|it| it.starts_with(directive)).expect("a directive");
    let (version, target) = (line(".version "), line(".target "));
    let text = match version.starts_with(".version 9") {
        true => text.replacen(version, NEWEST_OF_PTXAS, 1),
        false => text.to_owned(),
    };
    let architecture = target.split([' ', ',']).nth(1).expect("an architecture");
    (text, architecture.to_owned())
}

/// How the verdicts agree, and what to print about those that do not.
#[derive(Default)]
struct Tally {
    both_accept: u64,
    both_refuse: u64,
    only_ours: BTreeMap<String, String>,
    only_ptxas: BTreeMap<String, String>,
    on_purpose: BTreeMap<&'static str, u64>,
    not_compared: u64,
}

impl Tally {
    fn add(&mut self, name: String, ours: &Verdict, theirs: &Verdict) {
        match (ours, theirs) {
            (_, Verdict::None(why)) => {
                say(&format!("{name} was not compared: ptxas {why}"));
                self.not_compared += 1;
            }
            (Verdict::Accepts, Verdict::Accepts) => self.both_accept += 1,
            (Verdict::Accepts, Verdict::Refuses(why)) => {
                self.only_ours.insert(name, why.clone());
            }
            (Verdict::Refuses(why) | Verdict::None(why), Verdict::Accepts) => {
                match REFUSED_ON_PURPOSE.iter().find(|it| (it.0)(why)) {
                    Some((_, reason)) => *self.on_purpose.entry(reason).or_default() += 1,
                    None => {
                        self.only_ptxas.insert(name, why.clone());
                    }
                }
            }
            _ => self.both_refuse += 1,
        }
    }

    fn report(&self, what: &str) {
        let on_purpose: u64 = self.on_purpose.values().sum();
        say(&format!(
            "{what}: both accept {}, both refuse {}, only we accept {}, only ptxas accepts {} ({on_purpose} more \
             for listed reasons), {} not compared",
            self.both_accept,
            self.both_refuse,
            self.only_ours.len(),
            self.only_ptxas.len(),
            self.not_compared,
        ));
        for (reason, count) in &self.on_purpose {
            say(&format!("  refused on purpose, {count} times: {reason}"));
        }
        // Seen with --nocapture, and when the test fails.
        for (name, why) in &self.only_ours {
            println!("only we accept {name}: {why}");
        }
        for (name, why) in &self.only_ptxas {
            println!("only ptxas accepts {name}: {why}");
        }
        assert!(self.only_ptxas.is_empty(), "{what}: ptxas accepts {:#?}", self.only_ptxas);
    }
}

fn keep_for_reading(name: &str, text: &str) {
    if let Some(folder) = env::var_os("PTXAS_KEEP") {
        fs::write(Path::new(&folder).join(name), text).unwrap();
    }
}

#[test]
fn the_parser_takes_all_that_the_real_ptxas_takes() {
    let Some(ptxas) = Ptxas::find() else {
        return say("ptxas was not run: it is not in the cache (cargo xtask toolkits ptxas)");
    };
    let texts = texts_in_tree();
    let mut whole = Tally::default();
    for (path, text) in &texts {
        let (text, architecture) = readable(text);
        whole.add(path.display().to_string(), &ours(&text), &ptxas.verdict(&text, &architecture));
    }
    whole.report(&format!("{} PTX files of the tree", texts.len()));
    assert!(whole.only_ours.is_empty() && whole.both_accept > 0, "ptxas refuses {:#?}", whole.only_ours);

    let variants =
        env::var("PTXAS_VARIANTS").map_or(VARIANTS, |it| it.parse().expect("PTXAS_VARIANTS is a number"));
    let mut broken = Tally::default();
    let mut random = Random::new(12_986);
    for variant in 0..variants {
        let (path, text) = &texts[random.below(texts.len() as u64) as usize];
        let (text, architecture) = readable(text);
        let text = damaged(&text, &mut random);
        let name = format!("variant {variant} of {}", path.file_name().unwrap().display());
        keep_for_reading(&format!("{variant}.ptx"), &text);
        broken.add(name, &ours(&text), &ptxas.verdict(&text, &architecture));
    }
    broken.report(&format!("{variants} damaged variants"));
    let lenient = broken.only_ours.len() as u64;
    assert!(lenient * 100 <= variants * LENIENT_PERCENT, "{lenient} of {variants} are accepted here only");
    assert!(broken.both_refuse > 0, "nothing was refused");
}
