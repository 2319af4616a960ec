//! What instructions need: a target and a version of PTX, as the manual says and the assembler checks.

use super::super::parse::Parsed;
use super::{Decoder, Words};

/// An instruction, or any if the name is empty, with these words, and the least target and version that have it. Those of some
/// targets are only of the one with the letter `a` behind its number.
struct Need {
    opcode: &'static str,
    words: &'static [&'static str],
    target: u32,
    version: (u32, u32),
    specific: bool,
}

const fn need(
    opcode: &'static str,
    words: &'static [&'static str],
    target: u32,
    version: (u32, u32),
) -> Need {
    Need { opcode, words, target, version, specific: false }
}

const fn specific(
    opcode: &'static str,
    words: &'static [&'static str],
    target: u32,
    version: (u32, u32),
) -> Need {
    Need { opcode, words, target, version, specific: true }
}

const NEEDS: &[Need] = &[
    // Whatever the instruction is.
    need("", &["relaxed"], 70, (6, 0)),
    need("", &["acquire"], 70, (6, 0)),
    need("", &["release"], 70, (6, 0)),
    need("", &["acq_rel"], 70, (6, 0)),
    need("", &["weak"], 70, (6, 0)),
    need("", &["mmio"], 70, (8, 2)),
    need("", &["shared::cluster"], 90, (7, 8)),
    need("ld", &["shared::cta"], 50, (7, 8)),
    need("st", &["shared::cta"], 50, (7, 8)),
    need("atom", &["shared::cta"], 50, (7, 8)),
    need("red", &["shared::cta"], 50, (7, 8)),
    need("mbarrier", &["shared::cta"], 80, (7, 8)),
    need("ldmatrix", &["shared::cta"], 75, (7, 8)),
    need("", &["bf16"], 80, (7, 0)),
    need("", &["bf16x2"], 80, (7, 0)),
    need("", &["tf32"], 80, (7, 0)),
    need("", &["xorsign"], 86, (7, 2)),
    need("", &["L2::cache_hint"], 80, (7, 4)),
    need("", &["L2::64B"], 75, (7, 4)),
    need("", &["L2::128B"], 75, (7, 4)),
    need("", &["L2::256B"], 80, (7, 4)),
    need("", &["mbarrier::complete_tx::bytes"], 90, (8, 0)),
    need("", &["bulk_group"], 90, (8, 0)),
    need("", &["b128"], 70, (8, 3)),
    need("", &["param::entry"], 50, (8, 3)),
    // Arithmetic.
    need("add", &["f16"], 53, (4, 2)),
    need("add", &["f16x2"], 53, (4, 2)),
    need("sub", &["f16"], 53, (4, 2)),
    need("mul", &["f16"], 53, (4, 2)),
    need("fma", &["f16"], 53, (4, 2)),
    need("fma", &["f16x2"], 53, (4, 2)),
    need("sub", &["f16x2"], 53, (4, 2)),
    need("mul", &["f16x2"], 53, (4, 2)),
    need("neg", &["f16"], 53, (6, 0)),
    need("abs", &["f16"], 53, (6, 5)),
    need("neg", &["f16x2"], 53, (6, 0)),
    need("abs", &["f16x2"], 53, (6, 5)),
    need("set", &["f16"], 53, (4, 2)),
    need("set", &["f16x2"], 53, (4, 2)),
    need("setp", &["f16x2"], 53, (4, 2)),
    need("fma", &["relu"], 80, (7, 0)),
    need("fma", &["oob"], 90, (8, 1)),
    need("add", &["bf16"], 90, (7, 8)),
    need("sub", &["bf16"], 90, (7, 8)),
    need("mul", &["bf16"], 90, (7, 8)),
    need("add", &["bf16x2"], 90, (7, 8)),
    need("sub", &["bf16x2"], 90, (7, 8)),
    need("mul", &["bf16x2"], 90, (7, 8)),
    need("", &["f32x2"], 100, (8, 6)),
    need("add", &["f32", "f16"], 100, (8, 6)),
    need("add", &["f32", "bf16"], 100, (8, 6)),
    need("sub", &["f32", "f16"], 100, (8, 6)),
    need("sub", &["f32", "bf16"], 100, (8, 6)),
    need("fma", &["f32", "f16"], 100, (8, 6)),
    need("fma", &["f32", "bf16"], 100, (8, 6)),
    need("min", &["f16"], 80, (7, 0)),
    need("max", &["f16"], 80, (7, 0)),
    need("min", &["f16x2"], 80, (7, 0)),
    need("max", &["f16x2"], 80, (7, 0)),
    need("min", &["NaN"], 80, (7, 0)),
    need("max", &["NaN"], 80, (7, 0)),
    need("min", &["relu"], 90, (8, 0)),
    need("max", &["relu"], 90, (8, 0)),
    need("", &["u16x2"], 90, (8, 0)),
    need("", &["s16x2"], 90, (8, 0)),
    need("tanh", &[], 75, (7, 0)),
    need("tanh", &["bf16"], 90, (7, 8)),
    need("tanh", &["bf16x2"], 90, (7, 8)),
    need("ex2", &["f16"], 75, (7, 0)),
    need("ex2", &["f16x2"], 75, (7, 0)),
    need("ex2", &["bf16"], 90, (7, 8)),
    need("ex2", &["bf16x2"], 90, (7, 8)),
    need("dp4a", &[], 61, (5, 0)),
    need("dp2a", &[], 61, (5, 0)),
    need("szext", &[], 70, (7, 6)),
    need("bmsk", &[], 70, (7, 6)),
    need("lop3", &[], 50, (4, 3)),
    need("lop3", &["or"], 70, (8, 2)),
    need("lop3", &["and"], 70, (8, 2)),
    need("setp", &["f16"], 53, (4, 2)),
    need("setp", &["bf16x2"], 90, (7, 8)),
    need("setp", &["bf16"], 90, (7, 8)),
    need("set", &["bf16"], 90, (7, 8)),
    // Conversions.
    need("cvt", &["relu", "f16"], 80, (7, 0)),
    need("cvt", &["satfinite", "f16"], 70, (8, 1)),
    need("cvt", &["satfinite", "f16x2", "f32"], 80, (8, 1)),
    need("cvt", &["satfinite", "bf16x2"], 80, (8, 1)),
    need("cvt", &["satfinite", "tf32"], 80, (8, 1)),
    need("cvt", &["rn", "tf32"], 90, (7, 8)),
    need("cvt", &["rz", "tf32"], 90, (7, 8)),
    need("cvt", &["pack"], 72, (6, 5)),
    need("cvt", &["f16x2", "f32"], 80, (7, 0)),
    need("cvt", &["bf16", "f16"], 90, (7, 8)),
    need("cvt", &["bf16", "f64"], 90, (7, 8)),
    need("cvt", &["bf16", "u16"], 90, (7, 8)),
    need("cvt", &["bf16", "s16"], 90, (7, 8)),
    need("cvt", &["bf16", "u32"], 90, (7, 8)),
    need("cvt", &["bf16", "s32"], 90, (7, 8)),
    need("cvt", &["bf16", "u64"], 90, (7, 8)),
    need("cvt", &["bf16", "s64"], 90, (7, 8)),
    need("cvt", &["e4m3x2"], 89, (7, 8)),
    need("cvt", &["e5m2x2"], 89, (7, 8)),
    specific("cvt", &["e2m3x2"], 100, (8, 6)),
    specific("cvt", &["e3m2x2"], 100, (8, 6)),
    specific("cvt", &["e2m1x2"], 100, (8, 6)),
    specific("cvt", &["ue8m0x2"], 100, (8, 6)),
    // Warps.
    need("shfl", &["sync"], 30, (6, 0)),
    need("match", &[], 70, (6, 0)),
    need("activemask", &[], 30, (6, 2)),
    need("redux", &[], 80, (7, 0)),
    specific("redux", &["f32"], 100, (8, 6)),
    need("elect", &[], 90, (8, 0)),
    need("movmatrix", &[], 75, (7, 8)),
    need("ldmatrix", &[], 75, (6, 5)),
    need("stmatrix", &[], 90, (7, 8)),
    need("mma", &[], 70, (6, 4)),
    need("mma", &["m16n8k8"], 75, (6, 5)),
    need("mma", &["m16n8k16"], 80, (7, 0)),
    need("mma", &["m16n8k4"], 80, (7, 0)),
    need("mma", &["m16n8k32"], 80, (7, 0)),
    need("mma", &["m16n8k64"], 80, (7, 0)),
    need("mma", &["m16n8k128"], 80, (7, 0)),
    need("mma", &["m16n8k256"], 80, (7, 0)),
    need("mma", &["m8n8k16"], 75, (6, 5)),
    need("mma", &["m8n8k32"], 75, (6, 5)),
    need("mma", &["m8n8k128"], 75, (7, 0)),
    need("mma", &["f64"], 80, (7, 0)),
    need("mma", &["m16n8k4", "f64"], 90, (7, 8)),
    need("mma", &["m16n8k8", "f64"], 90, (7, 8)),
    need("mma", &["m16n8k16", "f64"], 90, (7, 8)),
    need("mma", &["sp"], 80, (7, 1)),
    need("mma", &["sp::ordered_metadata"], 80, (8, 5)),
    need("mma", &["e4m3"], 89, (8, 4)),
    need("mma", &["e5m2"], 89, (8, 4)),
    need("mma", &["e4m3", "f16"], 89, (8, 7)),
    need("mma", &["e5m2", "f16"], 89, (8, 7)),
    need("mma", &["e4m3", "m16n8k16"], 89, (8, 7)),
    need("mma", &["e5m2", "m16n8k16"], 89, (8, 7)),
    specific("wgmma", &[], 90, (8, 0)),
    need("wmma", &[], 70, (6, 0)),
    need("wmma", &["s32"], 72, (6, 3)),
    need("wmma", &["m8n8k32"], 75, (6, 3)),
    need("wmma", &["m8n8k128"], 75, (6, 3)),
    need("wmma", &["f64"], 80, (7, 0)),
    // Memory.
    need("atom", &["noftz", "f16x2"], 60, (6, 2)),
    need("red", &["noftz", "f16x2"], 60, (6, 2)),
    need("atom", &["noftz", "f16"], 70, (6, 3)),
    need("red", &["noftz", "f16"], 70, (6, 3)),
    need("atom", &["noftz", "bf16"], 90, (7, 8)),
    need("red", &["noftz", "bf16"], 90, (7, 8)),
    need("atom", &["noftz", "bf16x2"], 90, (7, 8)),
    need("red", &["noftz", "bf16x2"], 90, (7, 8)),
    need("atom", &["add", "f64"], 60, (5, 0)),
    need("red", &["add", "f64"], 60, (5, 0)),
    need("atom", &["cas", "b16"], 70, (6, 3)),
    need("atom", &["b128"], 90, (8, 3)),
    need("atom", &["v2"], 90, (8, 1)),
    need("atom", &["v4"], 90, (8, 1)),
    need("red", &["v2"], 90, (8, 1)),
    need("red", &["v4"], 90, (8, 1)),
    need("red", &["v8"], 90, (8, 1)),
    need("ld", &["v8"], 100, (8, 8)),
    need("st", &["v8"], 100, (8, 8)),
    need("atom", &["cluster"], 90, (7, 8)),
    need("red", &["cluster"], 90, (7, 8)),
    need("st", &["async"], 90, (8, 1)),
    need("red", &["async"], 90, (8, 1)),
    need("st", &["bulk"], 100, (8, 6)),
    need("cp", &["async"], 80, (7, 0)),
    need("cp", &["async", "bulk"], 90, (8, 0)),
    need("cp", &["async", "bulk", "shared::cta", "mbarrier::complete_tx::bytes", "global"], 90, (8, 6)),
    need("cp", &["cta_group::1"], 100, (8, 6)),
    need("sured", &["s64"], 50, (8, 1)),
    need("cp", &["cp_mask"], 100, (8, 6)),
    need("cp", &["tile::gather4"], 100, (8, 6)),
    specific("cp", &["tile::scatter4"], 100, (8, 6)),
    need("mbarrier", &[], 80, (7, 0)),
    need("mbarrier", &["try_wait"], 90, (7, 8)),
    need("mbarrier", &["expect_tx"], 90, (8, 0)),
    need("mbarrier", &["complete_tx"], 90, (8, 0)),
    need("fence", &[], 70, (6, 0)),
    need("fence", &["mbarrier_init"], 90, (8, 0)),
    need("fence", &["proxy"], 70, (7, 5)),
    need("fence", &["cluster"], 90, (7, 8)),
    need("fence", &["proxy", "async"], 90, (8, 0)),
    need("fence", &["proxy", "async::generic"], 90, (8, 6)),
    need("fence", &["sync_restrict::shared::cta"], 90, (8, 6)),
    need("fence", &["sync_restrict::shared::cluster"], 90, (8, 6)),
    need("fence", &["proxy", "tensormap::generic"], 90, (8, 3)),
    need("prefetch", &["tensormap"], 90, (8, 0)),
    need("prefetch", &["L2::evict_last"], 80, (7, 4)),
    need("prefetch", &["L2::evict_normal"], 80, (7, 4)),
    need("membar", &["proxy"], 60, (7, 5)),
    need("discard", &[], 80, (7, 4)),
    need("applypriority", &[], 80, (7, 4)),
    need("createpolicy", &[], 80, (7, 4)),
    need("mapa", &[], 90, (7, 8)),
    need("getctarank", &[], 90, (7, 8)),
    need("isspacep", &["param"], 70, (7, 7)),
    need("isspacep", &["param::entry"], 70, (8, 3)),
    need("cvta", &["param"], 70, (7, 7)),
    specific("tensormap", &["replace"], 90, (8, 3)),
    need("tensormap", &["cp_fenceproxy"], 90, (8, 3)),
    // Control.
    need("barrier", &["cluster"], 90, (7, 8)),
    need("barrier", &["cta"], 30, (7, 8)),
    need("bar", &["cta"], 30, (7, 8)),
    need("nanosleep", &[], 70, (6, 3)),
    need("griddepcontrol", &[], 90, (7, 8)),
    specific("setmaxnreg", &[], 90, (8, 0)),
    need("alloca", &[], 52, (7, 3)),
    need("stacksave", &[], 52, (7, 3)),
    need("stackrestore", &[], 52, (7, 3)),
    need("clusterlaunchcontrol", &[], 100, (8, 6)),
];

/// Special registers, by how their names start.
const REGISTERS: [(&str, u32, (u32, u32)); 7] = [
    ("%cluster", 90, (7, 8)),
    ("%nclusterid", 90, (7, 8)),
    ("%is_explicit_cluster", 90, (7, 8)),
    ("%aggr_smem_size", 90, (8, 1)),
    ("%reserved_smem_offset", 80, (7, 6)),
    ("%current_graph_exec", 50, (8, 0)),
    ("%globaltimer", 30, (3, 1)),
];

impl<'s> Decoder<'_, 's> {
    /// Refuses a special register that the module's target or version does not have.
    pub(super) fn check_register(&self, name: &str) -> Parsed<()> {
        match REGISTERS.iter().find(|it| name.starts_with(it.0)) {
            Some((_, target, version)) => self.must_have(name, *target, *version),
            None => Ok(()),
        }
    }

    /// Refuses what needs a higher target or version than the module's.
    pub(super) fn must_have(&self, what: &str, target: u32, version: (u32, u32)) -> Parsed<()> {
        let (own_target, (own_major, own_minor)) = (self.module.target, self.module.version);
        if own_target < target {
            let message = format!("{what} needs .target sm_{target} or higher, and this is sm_{own_target}");
            return Err(self.error(message));
        }
        if self.module.version < version {
            let (major, minor) = version;
            let message =
                format!("{what} needs PTX version {major}.{minor}, and this is {own_major}.{own_minor}");
            return Err(self.error(message));
        }
        Ok(())
    }

    /// Refuses an instruction that the module's target or version does not have.
    pub(super) fn check_needs(&self, words: &Words<'_, 's>) -> Parsed<()> {
        let (target, version, named) = (self.module.target, self.module.version, self.module.has_letter);
        for it in NEEDS.iter().filter(|it| it.opcode.is_empty() || it.opcode == words.opcode) {
            let fits = target >= it.target && version >= it.version && (named || !it.specific);
            if fits || !it.words.iter().all(|word| words.left.contains(word)) {
                continue;
            }
            let mut what = words.opcode.to_owned();
            it.words.iter().for_each(|word| what = format!("{what} with .{word}"));
            self.must_have(&what, it.target, it.version)?;
            return Err(
                words.error(format!("{what} needs a .target with a letter, such as sm_{}a", it.target))
            );
        }
        Ok(())
    }
}
