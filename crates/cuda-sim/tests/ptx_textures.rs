//! What kernels do with textures and surfaces beyond plain reads: levels of mipmaps, references and samplers that are variables of the
//! module, reductions, converted stores, questions. The memory is that of the test.

mod ptx_support;

use std::cell::UnsafeCell;

use cuda_sim::ptx::{Access, Addressing, Channel, Device, Fault, FaultKind, Module, Region, Texture, run};
use ptx_support::{Arguments, TestDevice};

/// A device with one texture or surface object, number 77, whose levels have 8 by 8 texels, 4 by 4 and so on.
struct Textured {
    device: TestDevice,
    texture: Texture,
    texels: Vec<UnsafeCell<Vec<u32>>>,
}

// SAFETY: kernels run on one thread here.
unsafe impl Sync for Textured {}

const OBJECT: u64 = 77;

impl Textured {
    /// `value` gives a texel of a level by its column and row.
    fn new(channel: Channel, levels: u32, value: impl Fn(u32, u32, u32) -> u32) -> Self {
        let texels = (0..levels)
            .map(|level| {
                let side = 8u32 >> level;
                let all = (0..side * side).map(|i| value(level, i % side, i / side)).collect();
                UnsafeCell::new(all)
            })
            .collect();
        let texture = Texture {
            host: std::ptr::null_mut(),
            extent: [8, 8, 1],
            row_bytes: 32,
            channel,
            channels: 4 / channel.bytes(),
            addressing: [Addressing::Clamp; 3],
            linear: false,
            normalized: true,
            to_float: false,
            writable: false,
            levels,
            between_levels: false,
            level_bias: 0.0,
            level_range: [0.0, 99.0],
        };
        Self { device: TestDevice::default(), texture, texels }
    }

    fn level(&self, object: u64, level: u32) -> Result<Texture, Fault> {
        if object != OBJECT {
            return Err(Fault::new(FaultKind::IllegalAddress, format!("{object} is no object of the test")));
        }
        let side = u64::from(8u32 >> level);
        // SAFETY: no kernel runs while others look.
        let host = unsafe { (*self.texels[level as usize].get()).as_mut_ptr().cast() };
        Ok(Texture { host, extent: [side, side, 1], row_bytes: 4 * side, ..self.texture })
    }

    fn words(&self) -> Vec<u32> {
        // SAFETY: no kernel runs.
        unsafe { (*self.texels[0].get()).clone() }
    }

    /// Runs a body on one thread: pointers in `%rd1` and `%rd2`, the object in `%rd3`; gives `count` words of the second.
    fn run(&self, items: &str, body: &str, count: usize) -> Result<Vec<u32>, Fault> {
        let apart = if items.contains(".samplerref") { ", texmode_independent" } else { "" };
        let source = format!(
            ".version 8.8\n.target sm_90{apart}\n.address_size 64\n{items}\n.visible .entry k(.param .u64 q, .param .u64 o) {{\n\
            .reg .pred %p<4>; .reg .b16 %h<8>; .reg .b32 %r<20>; .reg .f32 %f<20>; .reg .b64 %rd<9>;\n\
            ld.param.u64 %rd2, [q]; ld.param.u64 %rd3, [o];\n{body}\nret; }}"
        );
        let module = Module::parse(&source).unwrap_or_else(|error| panic!("{error}\n{source}"));
        let q = self.device.alloc(4 * count);
        let globals = self.device.load(&module);
        for (global, address) in module.globals().iter().zip(&globals) {
            // What a driver does that binds an object to a reference; samplers say for themselves how they read.
            if global.is_reference() && global.name() == "bound" {
                self.device.write(*address, &[OBJECT]);
            }
        }
        let arguments = Arguments::default().with(q).with(OBJECT);
        let launch = cuda_sim::ptx::Launch::new([1, 1, 1], [1, 1, 1], &arguments.0, &globals);
        run(&module, module.kernel("k").unwrap(), &launch, self)?;
        Ok(self.device.read(q, count))
    }
}

// SAFETY: the texels live as long as the device; the rest is the test device's promise.
unsafe impl Device for Textured {
    fn resolve(&self, address: u64, len: u32, access: Access) -> Result<Region, Fault> {
        self.device.resolve(address, len, access)
    }

    fn printf(&self, text: &str) {
        self.device.printf(text);
    }

    fn malloc(&self, bytes: u64) -> u64 {
        self.device.malloc(bytes)
    }

    fn free(&self, address: u64) {
        self.device.free(address);
    }

    fn cancelled(&self) -> bool {
        false
    }

    fn texture(&self, object: u64) -> Result<Texture, Fault> {
        self.level(object, 0)
    }

    fn texture_level(&self, object: u64, level: u32) -> Result<Texture, Fault> {
        self.level(object, level)
    }
}

/// Level, row and column as one number in single precision.
fn place(level: u32, x: u32, y: u32) -> u32 {
    ((100 * level + 10 * y + x) as f32).to_bits()
}

fn floats(words: &[u32]) -> Vec<f32> {
    words.iter().map(|it| f32::from_bits(*it)).collect()
}

#[test]
fn a_level_is_read_that_the_instruction_names() {
    let mut device = Textured::new(Channel::Single, 4, place);
    // In the middle of texels (5, 2), (2, 1), (1, 0) and (0, 0).
    let body = |level: f32| {
        format!(
            "mov.f32 %f1, 0f3F300000; mov.f32 %f2, 0f3EA00000; mov.f32 %f3, 0f{:08X};
            tex.level.2d.v4.f32.f32 {{%f4, _, _, _}}, [%rd3, {{%f1, %f2}}], %f3; st.global.f32 [%rd2], %f4;",
            level.to_bits()
        )
    };
    let read = |device: &Textured, level| f32::from_bits(device.run("", &body(level), 1).unwrap()[0]);

    assert_eq!([0.0, 0.4, 0.6, 2.0, 9.0].map(|it| read(&device, it)), [25.0, 25.0, 112.0, 201.0, 300.0]);
    device.texture.between_levels = true;
    assert_eq!([0.0, 0.25, 1.5].map(|it| read(&device, it)), [25.0, 0.75 * 25.0 + 0.25 * 112.0, 156.5]);
    (device.texture.level_bias, device.texture.level_range) = (1.0, [0.0, 2.0]);
    assert_eq!([0.0, 9.0].map(|it| read(&device, it)), [112.0, 201.0]);
}

#[test]
fn gradients_choose_the_level_with_a_texel_for_each_step() {
    let device = Textured::new(Channel::Single, 4, place);
    // A step of a quarter of the texture: two texels of the first level, one of the second.
    let body = "mov.f32 %f1, 0f3F300000; mov.f32 %f2, 0f3EA00000; mov.f32 %f3, 0f3E800000; mov.f32 %f4, 0f00000000;
        tex.grad.2d.v4.f32.f32 {%f5, _, _, _}, [%rd3, {%f1, %f2}], {%f3, %f4}, {%f4, %f4}; st.global.f32 [%rd2], %f5;
        tex.grad.2d.v4.f32.f32 {%f5, _, _, _}, [%rd3, {%f1, %f2}], {%f4, %f4}, {%f4, %f1}; st.global.f32 [%rd2+4], %f5;
        tex.2d.v4.f32.f32 {%f5, _, _, _}, [%rd3, {%f1, %f2}]; st.global.f32 [%rd2+8], %f5;";
    // 0.6875 of the texture: five and a half texels, near to the third level.
    assert_eq!(floats(&device.run("", body, 3).unwrap()), [112.0, 201.0, 25.0]);
}

#[test]
fn offsets_count_texels_and_results_may_be_in_half_precision() {
    let device = Textured::new(Channel::Single, 1, place);
    let body = "mov.f32 %f1, 0f3F300000; mov.f32 %f2, 0f3EA00000; mov.u32 %r1, 2; mov.u32 %r2, -1;
        tex.2d.v4.f32.f32 {%f4, _, _, _}|%p1, [%rd3, {%f1, %f2}], {%r1, %r2}; st.global.f32 [%rd2], %f4;
        tex.2d.v2.f16x2.f32 {%r3, %r4}, [%rd3, {%f1, %f2}]; st.global.v2.u32 [%rd2+8], {%r3, %r4};
        selp.u32 %r5, 1, 0, %p1; st.global.u32 [%rd2+4], %r5;";
    let got = device.run("", body, 4).unwrap();
    // Channels that a texel does not have are 0, 0 and 1.
    assert_eq!((f32::from_bits(got[0]), got[1], got[2], got[3]), (17.0, 1, 0x4e40, 0x3c00_0000));
}

#[test]
fn references_are_the_objects_that_are_bound_to_them() {
    let device = Textured::new(Channel::Single, 1, place);
    let items = ".visible .global .texref bound; .global .texref other;";
    let body = "mov.u32 %r1, 3; mov.u32 %r2, 4; tex.2d.v4.f32.s32 {%f4, _, _, _}, [bound, {%r1, %r2}];
        st.global.f32 [%rd2], %f4; txq.width.b32 %r3, [bound]; st.global.u32 [%rd2+4], %r3;";
    let got = device.run(items, body, 2).unwrap();
    assert_eq!((f32::from_bits(got[0]), got[1]), (43.0, 8));

    let fault = device.run(items, &body.replace("bound", "other"), 2).unwrap_err();
    assert_eq!(fault.kind, FaultKind::IllegalAddress);
}

#[test]
fn samplers_say_how_a_texture_is_read() {
    let device = Textured::new(Channel::Single, 1, place);
    let items = ".global .samplerref smooth = { addr_mode_0 = wrap, addr_mode_1 = clamp_to_border, filter_mode = linear };
        .global .samplerref rough = { addr_mode_0 = clamp_to_edge, addr_mode_1 = clamp_to_edge, filter_mode = nearest };";
    // Half a texel right of the middle of texel (7, 2); then above the texture.
    let body = "mov.f32 %f1, 0f3F800000; mov.f32 %f2, 0f3EA00000; mov.f32 %f3, 0fBF000000;
        tex.2d.v4.f32.f32 {%f4, _, _, _}, [%rd3, smooth, {%f1, %f2}]; st.global.f32 [%rd2], %f4;
        tex.2d.v4.f32.f32 {%f4, _, _, _}, [%rd3, rough, {%f1, %f2}]; st.global.f32 [%rd2+4], %f4;
        tex.2d.v4.f32.f32 {%f4, _, _, _}, [%rd3, smooth, {%f1, %f3}]; st.global.f32 [%rd2+8], %f4;";
    assert_eq!(floats(&device.run(items, body, 3).unwrap()), [(27.0 + 20.0) / 2.0, 27.0, 0.0]);
}

#[test]
fn surfaces_are_changed_in_place() {
    let mut device = Textured::new(Channel::Unsigned(4), 1, |_, x, y| 10 * y + x);
    device.texture.writable = true;
    let body = "mov.u32 %r1, 8; mov.u32 %r2, 3; mov.u32 %r3, 1000; mov.u32 %r4, 99;
        sured.b.2d.add.u32.trap [%rd3, {%r1, %r2}], %r3; sured.p.2d.or.b32.trap [%rd3, {%r2, %r2}], %r3;
        sured.b.2d.min.s32.zero [%rd3, {%r4, %r2}], %r3; sust.p.2d.b32.trap [%rd3, {%r2, %r4}], %r3;";
    let fault = device.run("", body, 1).unwrap_err();
    assert_eq!(fault.kind, FaultKind::IllegalAddress, "row 99 is outside");
    let words = device.words();
    assert_eq!((words[8 * 3 + 2], words[8 * 3 + 3]), (1032, 33 | 1000));
}

#[test]
fn stores_of_texels_are_converted() {
    let mut device = Textured::new(Channel::Unsigned(1), 1, |_, _, _| 0);
    device.texture.writable = true;
    let body = "mov.u32 %r1, 5; mov.u32 %r2, 6; mov.u32 %r3, 300; mov.u32 %r4, 7;
        sust.p.2d.v4.b32.trap [%rd3, {%r1, %r2}], {%r1, %r3, %r4, %r2};
        suq.width.b32 %r5, [%rd3]; suq.channel_order.b32 %r6, [%rd3]; suq.channel_data_type.b32 %r7, [%rd3];
        st.global.v2.u32 [%rd2], {%r5, %r6}; st.global.u32 [%rd2+8], %r7;
        istypep.surfref %p1, %rd3; istypep.texref %p2, %rd3; selp.u32 %r8, 1, 0, %p1; selp.u32 %r9, 1, 0, %p2;
        st.global.u32 [%rd2+12], %r8; st.global.u32 [%rd2+16], %r9;";
    // CL_RGBA and CL_UNSIGNED_INT8.
    assert_eq!(device.run("", body, 5).unwrap(), [8, 0x10b5, 0x10da, 1, 0]);
    assert_eq!(device.words()[8 * 6 + 5], u32::from_le_bytes([5, 255, 7, 6]));
}
