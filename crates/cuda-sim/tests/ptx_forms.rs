//! Forms of instructions that the real `ptxas` of CUDA 12.9 takes, as `fixtures/forms.tsv` lists them: the first architecture of
//! `sm_90a`, `sm_100a` and `sm_80` that has the form, the least without a letter, the least version of PTX, and the form. The parser
//! takes all but those of the families below, and refuses most for targets and versions that do not have them.

use std::collections::BTreeMap;
use std::io::Write as _;

use cuda_sim::ptx::Module;

/// Where forms start that are not taken, and why. Each must refuse some form, so that the list stays true.
const GAPS: &[(&str, &str)] = &[
    ("multimem", "devices have no multicast objects, which it works on"),
    ("cvt.rs", "stochastic rounding: where the random bits go, only figures say"),
    ("ldmatrix.sync.aligned.m8n16", "unpacking formats of 4 and 6 bits while loading"),
    ("ldmatrix.sync.aligned.m16n16", "transposing matrices of bytes while loading"),
    ("stmatrix.sync.aligned.m16n8", "transposing matrices of bytes while storing"),
    ("cp.async.bulk.tensor.3d.shared::cta.global.im2col::w", "the modes of images of sm_100a"),
    ("vadd4.s32.s32.s32.sat %r0.b3210", "packed video forms with selected or saturated parts"),
    ("vsub4.s32.s32.s32.sat %r0.b3210", "as vadd4"),
    ("vabsdiff4.s32.s32.s32.sat %r0.b3210", "as vadd4"),
    ("vmin4.s32.s32.s32.sat %r0.b3210", "as vadd4"),
    ("vmax4.s32.s32.s32.sat %r0.b3210", "as vadd4"),
    ("vadd2.s32.u32.u32.add", "as vadd4"),
    ("vsub2.s32.u32.u32.add", "as vadd4"),
    ("vabsdiff2.s32.u32.u32.add", "as vadd4"),
    ("vmin2.s32.u32.u32.add", "as vadd4"),
    ("vmax2.s32.u32.u32.add", "as vadd4"),
    ("vavrg2.s32.s32.s32.add", "as vadd4"),
    ("vset4", "as vadd4"),
    ("vset2", "as vadd4"),
    ("vmad.s32.s32.s32 %r0,%r1.h0,-", "a negated factor"),
    ("tex.2d.v4.f32.f32 {%f0,%f1,%f2,%f3},[%q0,{%f0,%f1}],{%r0,%r1},%f4", "comparing with a depth"),
    ("tex.2d.v4.f32.f32 {%f0,%f1,%f2,%f3},[%q0,{%f0,%f1}],%f4", "comparing with a depth"),
    ("tex.2dms", "textures with several samples, which the driver does not make"),
    ("tex.a2dms", "as tex.2dms"),
    ("tld4.b.cube", "gathering from cubes"),
    ("tld4.r.2d.v4.f32.f32 {%f0,%f1,%f2,%f3}|%p0", "gathering beside a point"),
];

const REGISTERS: &str = ".reg .b16 %h<32>; .reg .b32 %r<32>; .reg .b64 %q<32>; .reg .f32 %f<32>; .reg .f64 %d<32>; .reg .pred %p<8>;";

/// The targets and versions that `ptxas` was asked for.
const TARGETS: [&str; 12] = [
    "sm_50", "sm_53", "sm_60", "sm_62", "sm_70", "sm_72", "sm_75", "sm_80", "sm_86", "sm_89", "sm_90",
    "sm_100",
];
const VERSIONS: [&str; 15] =
    ["6.0", "6.3", "6.4", "6.5", "7.0", "7.1", "7.3", "7.4", "7.8", "8.0", "8.1", "8.3", "8.6", "8.7", "8.8"];

/// Of a hundred forms with a target or a version that is too old, so many at least are refused.
const REFUSED_PERCENT: usize = 95;

struct Form {
    target: &'static str,
    /// `-` if it needs a letter, or was not asked for.
    least_target: &'static str,
    least_version: &'static str,
    text: &'static str,
}

fn forms() -> Vec<Form> {
    let parts = |line: &'static str| {
        let [target, least_target, least_version, text] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        Form { target, least_target, least_version, text }
    };
    include_str!("fixtures/forms.tsv").lines().map(parts).collect()
}

fn say(text: &str) {
    // Even if the test passes: it is the figure to look at.
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn text(version: &str, target: &str, form: &str) -> String {
    let wide = if form.contains("%x") { ".reg .b128 %x<4>;" } else { "" };
    format!(
        ".version {version}\n.target {target}\n.address_size 64\n.global .align 16 .b8 gg[64];\n.const .u32 cc = 3;\n\
        .shared .align 16 .b8 ss[64];\n.visible .entry k(.param .u64 p0) {{ {REGISTERS} {wide}\n{form}\nret; }}\n"
    )
}

#[test]
fn forms_that_the_assembler_takes_are_taken_but_for_the_gaps_listed() {
    let forms = forms();
    let mut gaps: BTreeMap<&str, usize> = GAPS.iter().map(|gap| (gap.0, 0)).collect();
    let mut unexpected = Vec::new();
    let mut taken = 0;
    for form in &forms {
        let gap = GAPS.iter().find(|gap| form.text.starts_with(gap.0));
        match (Module::parse(&text("8.8", form.target, form.text)), gap) {
            (Ok(_), _) => taken += 1,
            (Err(_), Some(gap)) => *gaps.get_mut(gap.0).unwrap() += 1,
            (Err(error), None) => unexpected.push(format!("{} ({error})", form.text)),
        }
    }
    say(&format!("PTX forms: {taken} of {} that ptxas takes", forms.len()));
    for (gap, why) in GAPS {
        say(&format!("  not taken: {} of {gap}…: {why}", gaps[gap]));
    }
    assert!(unexpected.is_empty(), "{unexpected:#?}");
    assert!(gaps.values().all(|refused| *refused > 0), "a gap that is none: {gaps:?}");
}

/// What is taken too early, of how many, and what is refused although it exists.
#[derive(Default)]
struct Tally {
    all: usize,
    lenient: Vec<String>,
    strict: Vec<String>,
}

impl Tally {
    fn report(&self, what: &str) {
        let refused = self.all - self.lenient.len();
        say(&format!("PTX forms: {refused} of {} with a {what} that is too old are refused", self.all));
        self.lenient.iter().for_each(|it| println!("taken with a {what} that is too old: {it}"));
        assert!(self.strict.is_empty(), "{what}: {:#?}", self.strict);
        assert!(refused * 100 >= self.all * REFUSED_PERCENT, "{:#?}", self.lenient);
    }
}

/// The targets that have the most of what a version knows.
fn newest_targets(version: &str) -> &'static [&'static str] {
    match version {
        "6.0" => &["sm_70"],
        "6.3" | "6.4" | "6.5" => &["sm_75"],
        "7.0" => &["sm_80"],
        "7.1" | "7.3" | "7.4" => &["sm_86"],
        "7.8" => &["sm_90"],
        "8.0" | "8.1" | "8.3" => &["sm_90a"],
        _ => &["sm_90a", "sm_100a"],
    }
}

#[test]
fn forms_are_refused_for_targets_and_versions_that_do_not_have_them() {
    let (mut targets, mut versions) = (Tally::default(), Tally::default());
    let known = |it: &&Form| !GAPS.iter().any(|gap| it.text.starts_with(gap.0)) && !it.text.contains("%x");
    for form in forms().iter().filter(known) {
        let accepts = |version: &str, target: &str| Module::parse(&text(version, target, form.text));
        let place = TARGETS.iter().position(|it| *it == form.least_target);
        if let Some(place) = place {
            if let Err(error) = accepts("8.8", form.least_target) {
                targets.strict.push(error.to_string());
            }
            for target in &TARGETS[..place] {
                targets.all += 1;
                if accepts("8.8", target).is_ok() {
                    targets.lenient.push(format!("{target}: {}", form.text));
                }
            }
        }
        let place = VERSIONS.iter().position(|it| *it == form.least_version).unwrap();
        let newest = |version: &str| newest_targets(version).iter().any(|it| accepts(version, it).is_ok());
        if !newest(form.least_version) {
            versions.strict.push(format!("{}: {}", form.least_version, form.text));
        }
        for version in &VERSIONS[..place] {
            versions.all += 1;
            if newest(version) {
                versions.lenient.push(format!("{version}: {}", form.text));
            }
        }
    }
    targets.report("target");
    versions.report("version");
}
