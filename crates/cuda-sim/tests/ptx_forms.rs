//! Forms of instructions that the real `ptxas` of CUDA 12.9 takes, as `fixtures/forms.tsv` lists them, each for the first
//! architecture of `sm_90a`, `sm_100a` and `sm_80` that has it. The parser takes all but those of the families below.

use std::collections::BTreeMap;
use std::io::Write as _;

use cuda_sim::ptx::Module;

/// Where forms start that are not taken, and why. Each must refuse some form, so that the list stays true.
const GAPS: &[(&str, &str)] = &[
    ("wgmma", "products of a warp group (sm_90a) are not interpreted"),
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

fn text(target: &str, form: &str) -> String {
    let wide = if form.contains("%x") { ".reg .b128 %x<4>;" } else { "" };
    format!(
        ".version 8.8\n.target {target}\n.address_size 64\n.global .align 16 .b8 gg[64];\n.const .u32 cc = 3;\n\
        .shared .align 16 .b8 ss[64];\n.visible .entry k(.param .u64 p0) {{ {REGISTERS} {wide}\n{form}\nret; }}\n"
    )
}

#[test]
fn forms_that_the_assembler_takes_are_taken_but_for_the_gaps_listed() {
    let forms: Vec<(&str, &str)> =
        include_str!("fixtures/forms.tsv").lines().map(|line| line.split_once('\t').unwrap()).collect();
    let mut gaps: BTreeMap<&str, usize> = GAPS.iter().map(|gap| (gap.0, 0)).collect();
    let mut unexpected = Vec::new();
    let mut taken = 0;
    for (target, form) in &forms {
        let gap = GAPS.iter().find(|gap| form.starts_with(gap.0));
        match (Module::parse(&text(target, form)), gap) {
            (Ok(_), _) => taken += 1,
            (Err(_), Some(gap)) => *gaps.get_mut(gap.0).unwrap() += 1,
            (Err(error), None) => unexpected.push(format!("{form} ({error})")),
        }
    }
    // Printed even if the test passes: it is the figure to look at.
    let _ = writeln!(std::io::stderr(), "PTX forms: {taken} of {} that ptxas takes", forms.len());
    for (gap, why) in GAPS {
        let _ = writeln!(std::io::stderr(), "  not taken: {} of {gap}…: {why}", gaps[gap]);
    }
    assert!(unexpected.is_empty(), "{unexpected:#?}");
    assert!(gaps.values().all(|refused| *refused > 0), "a gap that is none: {gaps:?}");
}
