//! Instructions that compilers make and that no family's test has in just this form: each alone, against plain Rust.

mod ptx_support;

use ptx_support::{Random, check, instruction};

fn bits() -> Vec<[u64; 3]> {
    let mut random = Random::new(77);
    let mut value = |round: u64| match random.below(4) {
        0 => [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, u64::MAX, 1 << 63][random.below(7) as usize],
        1 => round & 7,
        _ => random.bits() >> random.below(64),
    };
    (0..1024).map(|round| [value(round), value(round), value(round)]).collect()
}

/// Whole numbers, some of them halves: sums and products of a few are exact in every format from `f32` on.
fn wholes() -> Vec<[f64; 3]> {
    let mut random = Random::new(78);
    let mut value = || (random.below(8001) as f64 - 4000.0) / 2.0;
    (0..1024).map(|_| [value(), value(), value()]).collect()
}

fn doubles() -> Vec<[u64; 3]> {
    let mut random = Random::new(79);
    let mut value = || match random.below(5) {
        0 => [0.0, -0.0, 1.5, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, -2.5, 1e300]
            [random.below(8) as usize],
        1 => (random.below(2000) as f64 - 1000.0) / 8.0,
        _ => f64::from_bits(random.bits()),
    };
    (0..2048).map(|_| [value().to_bits(), value().to_bits(), value().to_bits()]).collect()
}

fn d(bits: u64) -> f64 {
    f64::from_bits(bits)
}

/// The bits of a number; of those that are none only that they are none.
fn same(got: u64, wanted: f64) -> bool {
    if wanted.is_nan() { d(got).is_nan() } else { got == wanted.to_bits() }
}

fn check_doubles(text: &str, reference: impl Fn(f64, f64, f64) -> f64) {
    let inputs = doubles();
    for (input, got) in inputs.iter().zip(instruction(text, &inputs)) {
        let [a, b, c] = input.map(d);
        assert!(same(got, reference(a, b, c)), "{text} of {a:e}, {b:e}, {c:e}: {:e}", d(got));
    }
}

#[test]
fn double_precision_is_ieee() {
    check_doubles("abs.f64 %d64, %a64;", |a, _, _| a.abs());
    check_doubles("neg.f64 %d64, %a64;", |a, _, _| -a);
    check_doubles("add.rn.f64 %d64, %a64, %b64;", |a, b, _| a + b);
    check_doubles("sub.f64 %d64, %a64, %b64;", |a, b, _| a - b);
    check_doubles("mul.f64 %d64, %a64, %b64;", |a, b, _| a * b);
    check_doubles("div.rn.f64 %d64, %a64, %b64;", |a, b, _| a / b);
    check_doubles("sqrt.rn.f64 %d64, %a64;", |a, _, _| a.sqrt());
    check_doubles("mov.f64 %d64, %a64;", |a, _, _| a);
    check_doubles("cvt.rmi.f64.f64 %d64, %a64;", |a, _, _| a.floor());
    check_doubles("cvt.rni.f64.f64 %d64, %a64;", |a, _, _| a.round_ties_even());
    check_doubles("cvt.rzi.f64.f64 %d64, %a64;", |a, _, _| a.trunc());
    // Of a number and none the number; the sign decides between zeros, which Rust leaves open.
    check_doubles("min.f64 %d64, %a64, %b64;", |a, b, _| match (a, b) {
        (a, b) if a == 0.0 && b == 0.0 => {
            if a.is_sign_negative() {
                a
            } else {
                b
            }
        }
        (a, b) => a.min(b),
    });
}

/// When a comparison holds.
type Holds = fn(f64, f64) -> bool;

#[test]
fn comparisons_of_doubles_know_nan() {
    let rows: [(&str, Holds); 8] = [
        ("eq", |a, b| a == b),
        ("gt", |a, b| a > b),
        ("lt", |a, b| a < b),
        ("gtu", |a, b| a.is_nan() || b.is_nan() || a > b),
        ("ltu", |a, b| a.is_nan() || b.is_nan() || a < b),
        ("neu", |a, b| a != b),
        ("num", |a, b| !a.is_nan() && !b.is_nan()),
        ("nan", |a, b| a.is_nan() || b.is_nan()),
    ];
    for (name, holds) in rows {
        let text = format!("setp.{name}.f64 %p, %a64, %b64;");
        check(&text, &doubles(), |a, b, _| u64::from(holds(d(a), d(b))));
    }
}

#[test]
fn conversions_between_doubles_and_integers_round_and_saturate() {
    let all = doubles();
    let not_nan: Vec<_> = all.iter().copied().filter(|[a, ..]| !d(*a).is_nan()).collect();
    check("cvt.rni.s32.f64 %d32, %a64;", &not_nan, |a, _, _| u64::from(d(a).round_ties_even() as i32 as u32));
    check("cvt.rzi.s64.f64 %d64, %a64;", &not_nan, |a, _, _| d(a) as i64 as u64);
    check("cvt.rn.f64.s64 %d64, %a64;", &bits(), |a, _, _| (a as i64 as f64).to_bits());
    check("cvt.rn.f64.s32 %d64, %a32;", &bits(), |a, _, _| f64::from(a as i32).to_bits());
    check("cvt.rn.f64.u32 %d64, %a32;", &bits(), |a, _, _| f64::from(a as u32).to_bits());
    check("cvt.rn.f32.s32 %d32, %a32;", &bits(), |a, _, _| u64::from((a as i32 as f32).to_bits()));
    check("cvt.rn.f32.u32 %d32, %a32;", &bits(), |a, _, _| u64::from((a as u32 as f32).to_bits()));
}

#[test]
fn single_precision_rounds_to_nearest_by_name() {
    let inputs: Vec<[u64; 3]> =
        wholes().iter().map(|row| row.map(|it| u64::from((it as f32 / 3.0).to_bits()))).collect();
    let f = |bits: u64| f32::from_bits(bits as u32);
    check("add.rn.f32 %d32, %a32, %b32;", &inputs, |a, b, _| u64::from((f(a) + f(b)).to_bits()));
    check("sub.f32 %d32, %a32, %b32;", &inputs, |a, b, _| u64::from((f(a) - f(b)).to_bits()));
    check("mul.rn.f32 %d32, %a32, %b32;", &inputs, |a, b, _| u64::from((f(a) * f(b)).to_bits()));
}

#[test]
fn carries_go_on_from_word_to_word() {
    let sum = "{ .reg .b32 %l, %h, %x, %y; mov.b64 {%x, %y}, %a64; mov.b64 {%l, %h}, %b64; \
               add.cc.u32 %l, %x, %l; addc.u32 %h, %y, %h; mov.b64 %d64, {%l, %h}; }";
    check(sum, &bits(), |a, b, _| a.wrapping_add(b));
    let difference = sum.replace("add.cc", "sub.cc").replace("addc.u32", "subc.u32");
    check(&difference, &bits(), |a, b, _| a.wrapping_sub(b));
    // Three words of 32 bits: the middle one takes a carry and gives one.
    let long = "{ .reg .b32 %l, %h, %x, %y; mov.b64 {%x, %y}, %a64; mov.b64 {%l, %h}, %b64; \
                add.cc.u32 %l, %x, %l; addc.cc.u32 %h, %y, %h; addc.u32 %d32, %c32, 0; }";
    check(long, &bits(), |a, b, c| u64::from((c as u32).wrapping_add(u32::from(a.checked_add(b).is_none()))));
    let long = long.replace("add.cc", "sub.cc").replace("addc.cc", "subc.cc").replace("addc.u32", "subc.u32");
    check(&long, &bits(), |a, b, c| u64::from((c as u32).wrapping_sub(u32::from(a < b))));
    let product = "{ .reg .b32 %l, %h; mad.lo.cc.u32 %l, %a32, %b32, %c32; madc.lo.cc.u32 %h, %c32, 1, 0; \
                   addc.u32 %d32, 0, 0; mov.b64 %d64, {%h, %d32}; }";
    check(product, &bits(), |a, b, c| {
        let low = u64::from((a as u32).wrapping_mul(b as u32)) + (c & 0xffff_ffff);
        (c & 0xffff_ffff) + (low >> 32)
    });
}

#[test]
fn selections_take_one_of_two() {
    for (name, width) in [("b16", 16), ("u16", 16), ("b32", 32), ("f32", 32), ("u64", 64), ("f64", 64)] {
        let text = format!("{{ setp.ne.b64 %p, %c64, 0; selp.{name} %d{width}, %a{width}, %b{width}, %p; }}");
        check(&text, &bits(), |a, b, c| (if c != 0 { a } else { b }) & (u64::MAX >> (64 - width)));
    }
    for (width, mask) in [(16, 0xffff), (32, 0xffff_ffff), (64, u64::MAX)] {
        check(&format!("setp.eq.b{width} %p, %a{width}, %b{width};"), &bits(), |a, b, _| {
            u64::from(a & mask == b & mask)
        });
    }
    for (name, both) in [("and", [0, 0, 0, 1]), ("or", [0, 1, 1, 1]), ("xor", [0, 1, 1, 0])] {
        let text = format!(
            "{{ .reg .pred %q; setp.lt.s32 %p, %a32, 0; setp.lt.s32 %q, %b32, 0; {name}.pred %p, %p, %q; }}"
        );
        let negative = |it: u64| usize::from((it as u32 as i32) < 0);
        check(&text, &bits(), |a, b, _| both[2 * negative(a) + negative(b)]);
    }
}

#[test]
fn the_nth_set_bit_is_found_from_a_base() {
    // From the base upwards for positive offsets, downwards for negative ones; offset 0 asks for the base itself.
    let inputs: Vec<[u64; 3]> =
        bits().iter().map(|[a, b, c]| [*a, b % 32, ((c % 9) as u32).wrapping_sub(4).into()]).collect();
    check("fns.b32 %d32, %a32, %b32, %c32;", &inputs, |mask, base, offset| {
        let (mask, base, offset) = (mask as u32, base as i32, offset as u32 as i32);
        let is_set = |bit: &i32| mask >> *bit & 1 == 1;
        let found = match offset {
            0 => Some(base).filter(is_set),
            1.. => (base..32).filter(is_set).nth(offset as usize - 1),
            _ => (0..=base).rev().filter(is_set).nth(offset.unsigned_abs() as usize - 1),
        };
        found.map_or(u64::from(u32::MAX), |bit| bit as u64)
    });
}

#[test]
fn absolute_differences_of_four_bytes() {
    check("vabsdiff4.u32.u32.u32 %d32, %a32, %b32, %c32;", &bits(), |a, b, _| {
        let byte = |it: u64, i: u32| (it >> (8 * i) & 0xff) as i64;
        (0..4).map(|i| (byte(a, i).abs_diff(byte(b, i))) << (8 * i)).sum()
    });
}

/// Where a thread has eight bytes of its own: how a text finds them, and the name of the space.
const PLACES: [(&str, &str); 2] = [
    ("", "global"),
    (".shared .align 8 .b8 cells[768]; mov.u64 %at, cells; mad.wide.u32 %out_, %t, 8, %at;", "shared"),
];

/// An operation on a cell: what was there, and the operands.
type Atomic = fn(u64, u64, u64) -> u64;

#[test]
fn atomic_operations_leave_the_new_value_and_return_the_old() {
    let rows: [(&str, u32, Atomic); 20] = [
        ("add.u32", 32, |old, b, _| u64::from((old as u32).wrapping_add(b as u32))),
        ("add.u64", 64, |old, b, _| old.wrapping_add(b)),
        ("and.b32", 32, |old, b, _| old & b),
        ("or.b32", 32, |old, b, _| old | b),
        ("xor.b32", 32, |old, b, _| old ^ b),
        ("and.b64", 64, |old, b, _| old & b),
        ("or.b64", 64, |old, b, _| old | b),
        ("xor.b64", 64, |old, b, _| old ^ b),
        ("exch.b32", 32, |_, b, _| b),
        ("exch.b64", 64, |_, b, _| b),
        ("cas.b32", 32, |old, b, c| if old == b { c } else { old }),
        ("cas.b64", 64, |old, b, c| if old == b { c } else { old }),
        ("inc.u32", 32, |old, b, _| if old >= b { 0 } else { old + 1 }),
        ("dec.u32", 32, |old, b, _| if old == 0 || old > b { b } else { old - 1 }),
        ("max.u32", 32, |old, b, _| old.max(b)),
        ("min.u32", 32, |old, b, _| old.min(b)),
        ("max.s32", 32, |old, b, _| u64::from((old as i32).max(b as i32) as u32)),
        ("min.s32", 32, |old, b, _| u64::from((old as i32).min(b as i32) as u32)),
        ("max.u64", 64, |old, b, _| old.max(b)),
        ("min.s64", 64, |old, b, _| (old as i64).min(b as i64) as u64),
    ];
    let inputs = bits();
    for (space_text, space) in PLACES {
        let cell = if space == "global" { "%out" } else { "%out_" };
        for order in ["", "relaxed.gpu.", "acq_rel.gpu."] {
            for (operation, width, reference) in rows {
                let third = if operation.starts_with("cas") { format!(", %c{width}") } else { String::new() };
                let call =
                    |to: &str| format!("atom.{order}{space}.{operation} {to}, [{cell}], %b{width}{third};");
                let put = format!(
                    "{{ .reg .b64 %out_; .reg .b32 %o32; .reg .b64 %o64; {space_text} \
                     st.{space}.b64 [{cell}], %a64;"
                );
                let mask = u64::MAX >> (64 - width);
                check(&format!("{put} {} }}", call(&format!("%d{width}"))), &inputs, |a, _, _| a & mask);
                let read = format!("ld.{space}.b{width} %d{width}, [{cell}]; }}");
                check(&format!("{put} {} {read}", call(&format!("%o{width}"))), &inputs, |a, b, c| {
                    reference(a & mask, b & mask, c & mask)
                });
            }
        }
    }
}

#[test]
fn atomic_sums_of_floats_are_sums() {
    let wholes = wholes();
    let (single, double): (Vec<_>, Vec<_>) = wholes
        .iter()
        .map(|row| (row.map(|it| u64::from((it as f32).to_bits())), row.map(f64::to_bits)))
        .unzip();
    for (space_text, space) in PLACES {
        let cell = if space == "global" { "%out" } else { "%out_" };
        for order in ["", "relaxed.gpu."] {
            for (width, inputs) in [(32, &single), (64, &double)] {
                let text = format!(
                    "{{ .reg .b64 %out_; .reg .b{width} %old; {space_text} st.{space}.b{width} [{cell}], %a{width}; \
                     atom.{order}{space}.add.f{width} %old, [{cell}], %b{width}; ld.{space}.f{width} %d{width}, [{cell}]; }}"
                );
                check(&text, inputs, |a, b, _| match width {
                    32 => u64::from((f32::from_bits(a as u32) + f32::from_bits(b as u32)).to_bits()),
                    _ => (d(a) + d(b)).to_bits(),
                });
            }
        }
    }
}

#[test]
fn what_is_stored_is_loaded_in_every_space_and_type() {
    // The types of a store and of a load of as many bytes, the register, and whether the load extends the sign.
    let types = [
        ("b8", "b8", 32, 8, false),
        ("u8", "u8", 32, 8, false),
        ("u8", "s8", 32, 8, true),
        ("b16", "b16", 16, 16, false),
        ("u16", "u16", 16, 16, false),
        ("u16", "s16", 32, 16, true),
        ("b32", "b32", 32, 32, false),
        ("u32", "u32", 32, 32, false),
        ("f32", "f32", 32, 32, false),
        ("b64", "b64", 64, 64, false),
        ("u64", "u64", 64, 64, false),
        ("f64", "f64", 64, 64, false),
    ];
    let local = (".local .align 16 .b8 place[16]; mov.u64 %out_, place;", "local");
    let generic = (".local .align 16 .b8 place[16]; mov.u64 %at, place; cvta.local.u64 %out_, %at;", "");
    for (space_text, space) in PLACES.into_iter().chain([local, generic]) {
        let cell = if space == "global" { "%out" } else { "%out_" };
        let dot = if space.is_empty() { String::new() } else { format!(".{space}") };
        let put = format!("{{ .reg .b64 %out_; {space_text}");
        let mut volatile = vec![""];
        if space == "global" {
            volatile.push(".volatile");
        }
        for how in volatile {
            for (store, load, register, width, signed) in types {
                let from = register.min(if width == 16 { 16 } else { 64 }).max(width);
                let text = format!(
                    "{put} st{how}{dot}.{store} [{cell}], %a{from}; ld{how}{dot}.{load} %d{register}, [{cell}]; }}"
                );
                check(&text, &bits(), |a, _, _| {
                    let low = a & (u64::MAX >> (64 - width));
                    let extended = match width {
                        8 if signed => i64::from(low as i8) as u64,
                        16 if signed => i64::from(low as i16) as u64,
                        _ => low,
                    };
                    extended & (u64::MAX >> (64 - register))
                });
            }
        }
        for (kind, lane) in [("b32", 32), ("u32", 32), ("f32", 32), ("u16", 16), ("b16", 16)] {
            let join = if lane == 32 { "ld_b64 %d64" } else { "ld_b32 %d32" };
            let join = join.replace("ld_", &format!("ld{dot}."));
            let text =
                format!("{put} st{dot}.v2.{kind} [{cell}], {{%a{lane}, %b{lane}}}; {join}, [{cell}]; }}");
            check(&text, &bits(), |a, b, _| {
                let mask = u64::MAX >> (64 - lane);
                (a & mask) | (b & mask) << lane
            });
            let text = format!(
                "{put} st{dot}.b64 [{cell}], %a64; ld{dot}.v2.{kind} {{%b{lane}, %d{lane}}}, [{cell}]; }}"
            );
            check(&text, &bits(), |a, _, _| a >> lane & (u64::MAX >> (64 - lane)));
        }
    }
}

#[test]
fn lanes_exchange_and_vote_among_their_warp() {
    // 96 threads a block: every warp is whole, and lane `i` has the input of its place.
    let inputs: Vec<[u64; 3]> = bits()[..960].to_vec();
    let lanes = |text: &str, reference: &dyn Fn(&[u64], usize) -> u64| {
        let got = instruction(text, &inputs);
        for (warp, got) in got.chunks(32).enumerate() {
            let own: Vec<u64> =
                inputs[32 * warp..32 * (warp + 1)].iter().map(|row| row[0] & 0xffff_ffff).collect();
            for (lane, got) in got.iter().enumerate() {
                assert_eq!(*got, reference(&own, lane), "{text} in lane {lane} of {own:x?}");
            }
        }
    };
    lanes("shfl.sync.up.b32 %d32, %a32, 3, 0, -1;", &|own, lane| own[lane.checked_sub(3).unwrap_or(lane)]);
    lanes("shfl.sync.down.b32 %d32, %a32, 5, 31, -1;", &|own, lane| {
        own[if lane + 5 < 32 { lane + 5 } else { lane }]
    });
    lanes("shfl.sync.bfly.b32 %d32, %a32, 9, 31, -1;", &|own, lane| own[lane ^ 9]);
    lanes("shfl.sync.idx.b32 %d32, %a32, 17, 31, -1;", &|own, _| own[17]);
    // Segments of eight lanes.
    lanes("shfl.sync.down.b32 %d32, %a32, 3, 0x181f, -1;", &|own, lane| {
        own[if lane % 8 + 3 < 8 { lane + 3 } else { lane }]
    });
    let odd = "setp.ne.b32 %p, %d32, 0;";
    let vote = |kind: &str, to: &str| {
        format!("{{ .reg .pred %q; and.b32 %d32, %a32, 1; {odd} {kind} {to}, %p, -1; }}")
    };
    lanes(&vote("vote.sync.ballot.b32", "%d32"), &|own, _| (0..32).map(|lane| (own[lane] & 1) << lane).sum());
    for (kind, of) in [("all", true), ("any", false)] {
        let text = format!(
            "{{ .reg .pred %q; and.b32 %t, %a32, 1; setp.ne.b32 %q, %t, 0; vote.sync.{kind}.pred %p, %q, -1; }}"
        );
        lanes(&text, &|own, _| {
            u64::from(if of { own.iter().all(|it| it & 1 == 1) } else { own.iter().any(|it| it & 1 == 1) })
        });
    }
    lanes("activemask.b32 %d32;", &|_, _| 0xffff_ffff);
    lanes("match.any.sync.b32 %d32, %a32, -1;", &|own, lane| {
        (0..32).map(|other| u64::from(own[other] == own[lane]) << other).sum()
    });
    lanes("{ .reg .pred %q; match.all.sync.b32 %d32|%q, %a32, -1; }", &|own, _| {
        if own.iter().all(|it| *it == own[0]) { 0xffff_ffff } else { 0 }
    });
    let fold = |f: fn(u64, u64) -> u64| move |own: &[u64], _: usize| own.iter().copied().reduce(f).unwrap();
    lanes("redux.sync.add.u32 %d32, %a32, -1;", &fold(|a, b| (a + b) & 0xffff_ffff));
    lanes("redux.sync.add.s32 %d32, %a32, -1;", &fold(|a, b| (a + b) & 0xffff_ffff));
    lanes("redux.sync.max.u32 %d32, %a32, -1;", &fold(u64::max));
    lanes("redux.sync.or.b32 %d32, %a32, -1;", &fold(|a, b| a | b));
    lanes("redux.sync.min.s32 %d32, %a32, -1;", &fold(|a, b| u64::from((a as i32).min(b as i32) as u32)));
}
