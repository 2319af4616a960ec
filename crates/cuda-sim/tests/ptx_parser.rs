//! The parser refuses what it does not understand with a place, and never panics or hangs.

mod ptx_support;

use std::sync::atomic::{AtomicU32, Ordering};

use cuda_sim::ptx::{Access, Device, Diagnostics, Fault, Launch, Module, Region, run};
use ptx_support::{Random, TestDevice};

fn fixtures() -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let files = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let mut files: Vec<_> = files.filter(|it| it.extension().is_some_and(|it| it == "ptx")).collect();
    files.sort();
    files.iter().map(|it| std::fs::read_to_string(it).unwrap()).collect()
}

/// A kernel around some instructions.
fn kernel(body: &str) -> String {
    format!(
        ".version 8.8\n.target sm_75\n.address_size 64\n.visible .entry k(.param .u64 out)\n{{\n\
         .reg .pred %p<4>;\n.reg .b16 %h<4>;\n.reg .b32 %r<9>;\n.reg .b64 %rd<9>;\n{body}\nret;\n}}\n"
    )
}

fn refusal(source: &str) -> Diagnostics {
    match Module::parse(source) {
        Ok(_) => panic!("accepted: {source}"),
        Err(it) => it,
    }
}

#[test]
fn every_prefix_of_a_small_text_is_refused_or_parsed() {
    let texts = fixtures();
    let small = texts.iter().filter(|it| it.len() < 2500);
    let mut refused = 0;
    for text in small {
        for end in (0..text.len()).filter(|it| text.is_char_boundary(*it)) {
            refused += usize::from(Module::parse(&text[..end]).is_err());
        }
    }
    assert!(refused > 5000, "only {refused} prefixes were refused");
}

/// Changes digits, and exchanges lines that are instructions: most of the results still parse.
fn rearranged(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let movable: Vec<usize> =
        (0..lines.len()).filter(|it| lines[*it].starts_with('\t') && lines[*it].ends_with(';')).collect();
    for _ in 0..=random.below(3) {
        let mut any = || movable[random.below(movable.len() as u64) as usize];
        let (a, b) = (any(), any());
        if random.below(2) == 0 {
            lines.swap(a, b);
        } else if let Some(at) = lines[a].rfind(|it: char| it.is_ascii_digit()) {
            lines[a].replace_range(at..=at, &random.below(10).to_string());
        }
    }
    lines.join("\n")
}

/// A device that stops a kernel after some looks at it.
struct Patience<'d>(&'d TestDevice, AtomicU32, AtomicU32);

// SAFETY: the device behind it keeps these duties.
unsafe impl Device for Patience<'_> {
    fn resolve(&self, address: u64, len: u32, access: Access) -> Result<Region, Fault> {
        self.0.resolve(address, len, access)
    }

    fn printf(&self, _: &str) {}

    fn malloc(&self, bytes: u64) -> u64 {
        // A heap that is soon full.
        if bytes < 1 << 20 && self.2.fetch_add(1, Ordering::Relaxed) < 500 { self.0.malloc(bytes) } else { 0 }
    }

    fn free(&self, address: u64) {
        self.0.free(address);
    }

    fn cancelled(&self) -> bool {
        self.1.fetch_add(1, Ordering::Relaxed) > 50
    }
}

#[test]
fn damaged_programs_that_still_parse_end_without_harm() {
    let (texts, mut random) = (fixtures(), Random::new(7));
    let small: Vec<&String> = texts.iter().filter(|it| it.len() < 12000).collect();
    let (mut ran, mut faults) = (0, 0);
    for _ in 0..1500 {
        let text = rearranged(small[random.below(small.len() as u64) as usize], &mut random);
        let Ok(module) = Module::parse(&text) else { continue };
        let device = TestDevice::default();
        let total: u64 = module.globals().iter().map(|it| it.size()).sum();
        if total > 1 << 20 {
            continue;
        }
        let globals = device.load(&module);
        for kernel in module.kernels() {
            // Each argument is an address of a buffer, which as a number makes the loops long.
            let buffer = device.alloc(4096);
            let mut params = buffer.to_le_bytes().repeat(kernel.param_bytes() as usize / 8 + 1);
            params.truncate(kernel.param_bytes() as usize);
            let mut launch = Launch::new([2, 1, 1], [48, 1, 1], &params, &globals);
            launch.dynamic_shared = 256;
            launch.cooperative = random.below(4) == 0;
            let result =
                run(&module, kernel, &launch, &Patience(&device, AtomicU32::new(0), AtomicU32::new(0)));
            ran += 1;
            faults += usize::from(result.is_err());
        }
    }
    assert!(ran > 300 && faults > 100, "{ran} ran, {faults} faulted");
}

#[test]
fn constant_expressions_have_the_values_that_c_gives_them() {
    let values = [
        ("2 + 3 * 4", 14i64),
        ("(2 + 3) * 4", 20),
        ("-7 / 2", -3),
        ("-7 % 4", -3),
        ("-8 >> 1", -4),
        ("(.u64) -8 >> 60", 15),
        ("1 << 4 | 3 ^ 1 & 7", 18),
        ("3 < 4 && 4 <= 4 && !(2 > 3) && 1 >= 0", 1),
        ("-1 < 0U", 0),
        ("5 == 5 ? 10 : 0 != 0 ? 1 : 2", 10),
        ("~0 - - 1", 0),
        ("0 || 0 || 7", 1),
        ("10 - 2 - 3", 5),
        ("1 << 64", 0),
    ];
    for (expression, value) in values {
        let source = format!(".version 8.0\n.target sm_75\n.global .s64 a[1 + 1] = {{{expression}, 0}};");
        let module = Module::parse(&source).unwrap_or_else(|it| panic!("{expression}: {it}"));
        let bytes = module.globals()[0].initial_bytes(&[]);
        assert_eq!(bytes[..8], value.to_le_bytes(), "{expression}");
        assert_eq!(bytes.len(), 16);
    }
    Module::parse(&kernel("ld.global.b32 %r1, [%rd1 + 2 * 4 - 4];\nadd.s32 %r1, %r1, +3 - 4 * (1 + 1);"))
        .unwrap();
    let zero = refusal(&kernel("mov.b32 %r1, 3 / (1 - 1);"));
    assert!(zero.to_string().contains("divided by zero"), "{zero}");
    for nested in ["(", "-", "1 ? ", "1 ? 1 : "] {
        let it = refusal(&kernel(&format!("mov.b32 %r1, 1 + {};", nested.repeat(100_000))));
        assert!(it.to_string().contains("nest"), "{nested}: {it}");
    }
}

#[test]
fn what_ptxas_takes_and_refuses_in_small_things_is_taken_and_refused() {
    assert!(refusal(&kernel("mov.b32 %r1, 3;;")).to_string().contains("expected a statement"));
    let target = refusal(".version 8.0\n.target sm_17");
    assert!(target.to_string().contains("unknown target sm_17"), "{target}");
    let source = ".version 8.0\n.target sm_75\n.entry k(.param .u8 a, .param .u64 .align 16 b) { ret; }";
    assert_eq!(Module::parse(source).unwrap().kernels()[0].params()[1].offset, 16);
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    let braces = kernel(&"{".repeat(100_000));
    assert!(refusal(&braces).to_string().contains("nest"), "{}", refusal(&braces));
    let vectors = kernel(&format!("mov.b64 %rd1, {}", "{".repeat(100_000)));
    assert!(refusal(&vectors).to_string().contains("nest"));
    let initialiser = format!(".version 8.0\n.target sm_75\n.global .b8 a[4] = {};", "{".repeat(100_000));
    refusal(&initialiser);
}

#[test]
fn errors_name_the_place_and_the_thing() {
    for (body, line, words) in [
        ("add.s32 %r1, %r2, %r99;", 10, "%r99 is not declared"),
        ("add.s64 %rd1, %rd2, %r1;", 10, "32 bits, the instruction needs 64"),
        ("add.b32 %r1, %r2, %r3;", 10, "does not work on type .b32"),
        ("add.foo.s32 %r1, %r2, %r3;", 10, ".foo"),
        ("frobnicate.b32 %r1;", 10, "frobnicate is not supported"),
        ("bra NOWHERE;", 10, "NOWHERE is not defined"),
        ("mov.u32 %r1, 1\nmov.u32 %r2, 2;", 11, "expected ','"),
        ("ld.global.u32 %r1, %rd1;", 10, "brackets"),
        ("st.const.u32 [%rd1], %r1;", 10, "cannot be written"),
        ("setp.lt.s32 %r1, %r2, %r3;", 10, "not a predicate"),
        ("mov.u32 %r1, 0x1ffffffffffffffff;", 10, "64 bits"),
        ("mov.f32 %r1, 0f3F80;", 10, "8 hexadecimal digits"),
        ("{ .reg .b32 %x; }\nmov.u32 %r1, %x;", 11, "%x is not declared"),
        ("L: L: ret;", 10, "already declared"),
        ("call nobody;", 10, "nobody is not declared"),
        ("tex.2d.v4.f32.f32 {%r1,%r2,%r3,%r4}, [%rd1, %rd2, {%r5,%r6}];", 10, "texmode_independent"),
        ("tex.2d.v4.f32.f32 {%r1,%r2,%r3,%r4}, [%rd1, {%r5}];", 10, "expected 2 coordinates"),
    ] {
        let refused = refusal(&kernel(body));
        let first = &refused.list()[0];
        assert_eq!(first.line, line, "{body}: {refused}");
        assert!(first.message.contains(words), "{body}: {refused}");
        assert!(refused.to_string().starts_with(&format!("line {line}, column ")), "{refused}");
    }
}

#[test]
fn headers_are_checked() {
    assert!(refusal("").to_string().contains(".version"));
    assert!(refusal(".version 12.0\n.target sm_75").to_string().contains("newer"));
    assert!(refusal(".version 8.0\n").to_string().contains(".target"));
    assert!(refusal(".version 8.0\n.target sm_75\n.address_size 32").to_string().contains("32"));
    assert!(refusal(".version 8.0\n.target sm_75\nü").to_string().contains("line 3, column 1"));
    let old = Module::parse(".version 3.2\n.target sm_20\n.address_size 64").unwrap();
    assert_eq!((old.version(), old.target()), ((3, 2), 20));
    let new = Module::parse(".version 9.5\n.target sm_103a\n").unwrap();
    assert_eq!((new.version(), new.target()), ((9, 5), 103));
}

#[test]
fn kernels_and_variables_are_described() {
    let source = ".version 8.0\n.target sm_80\n.address_size 64\n\
        .const .align 8 .f64 pi = 0d400921FB54442D18;\n\
        .global .align 16 .b8 text[5] = \"abcd\";\n\
        .global .u64 there = generic(text)+2;\n\
        .global .align 4 .b8 zeros[12];\n\
        .visible .entry k(.param .u8 a, .param .align 8 .b8 b[12], .param .u16 c)\n\
        .maxntid 64, 2, 1\n.reqntid 32, 1, 1\n\
        {\n.shared .align 16 .b8 s[40];\n.local .align 8 .b8 l[24];\n.reg .b32 %r<2>;\nmov.u32 %r1, s;\nret;\n}\n";
    let module = Module::parse(source).unwrap();
    let kernel = module.kernel("k").unwrap();
    let params: Vec<_> = kernel.params().iter().map(|it| (it.offset, it.size, it.align)).collect();
    assert_eq!(params, [(0, 1, 1), (8, 12, 8), (20, 2, 2)]);
    assert_eq!((kernel.param_bytes(), kernel.static_shared(), kernel.local_bytes()), (22, 40, 24));
    assert_eq!((kernel.max_threads(), kernel.required_threads()), (Some([64, 2, 1]), Some([32, 1, 1])));
    assert!((16..=255).contains(&kernel.registers()));
    let names: Vec<_> = module.globals().iter().map(|it| (it.name(), it.size(), it.align())).collect();
    assert_eq!(names, [("pi", 8, 8), ("text", 5, 16), ("there", 8, 8), ("zeros", 12, 4)]);
    let addresses = [0x1000, 0x2000, 0x3000, 0x4000];
    let bytes = |i: usize| module.globals()[i].initial_bytes(&addresses);
    assert_eq!(bytes(0), std::f64::consts::PI.to_le_bytes());
    assert_eq!(bytes(1), b"abcd\0");
    assert_eq!(bytes(2), 0x2002u64.to_le_bytes());
    assert_eq!(bytes(3), [0; 12]);
}
