// Made by `cargo xtask bindings` from cublasLt.h of cuBLAS 13.10. Do not edit.
#![allow(non_camel_case_types, non_snake_case, non_upper_case_globals)]
// Comparing two structures compares the addresses of the functions in them, which is as good as it gets.
#![allow(unpredictable_function_pointer_comparisons)]

pub use ::core::ffi::{c_char, c_int, c_uint, c_void};
pub use ::cuda_sys::cublas::{
    cublasComputeType_t, cublasStatus_t, cudaDataType, cudaDataType as cudaDataType_t, libraryPropertyType,
};
pub use ::cuda_sys::driver::CUstream as cudaStream_t;

/// A stream of C's standard library.
pub type FILE = c_void;

pub const CUBLASLT_NUMERICAL_IMPL_FLAGS_FMA: u32 = 1;
pub const CUBLASLT_NUMERICAL_IMPL_FLAGS_HMMA: u32 = 2;
pub const CUBLASLT_NUMERICAL_IMPL_FLAGS_IMMA: u32 = 4;
pub const CUBLASLT_NUMERICAL_IMPL_FLAGS_DMMA: u32 = 8;
pub const CUBLASLT_NUMERICAL_IMPL_FLAGS_TENSOR_OP_MASK: u32 = 254;
pub const CUBLASLT_NUMERICAL_IMPL_FLAGS_OP_TYPE_MASK: u32 = 255;
pub const CUBLASLT_NUMERICAL_IMPL_FLAGS_ACCUMULATOR_16F: u32 = 256;
pub const CUBLASLT_NUMERICAL_IMPL_FLAGS_ACCUMULATOR_32F: u32 = 512;
pub const CUBLASLT_NUMERICAL_IMPL_FLAGS_ACCUMULATOR_64F: u32 = 1024;
pub const CUBLASLT_NUMERICAL_IMPL_FLAGS_ACCUMULATOR_32I: u32 = 2048;
pub const CUBLASLT_NUMERICAL_IMPL_FLAGS_ACCUMULATOR_TYPE_MASK: u32 = 65280;
pub const CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_16F: u32 = 65536;
pub const CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_16BF: u32 = 131072;
pub const CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_TF32: u32 = 262144;
pub const CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_32F: u32 = 524288;
pub const CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_64F: u32 = 1048576;
pub const CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_8I: u32 = 2097152;
pub const CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_8F_E4M3: u32 = 4194304;
pub const CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_8F_E5M2: u32 = 8388608;
pub const CUBLASLT_NUMERICAL_IMPL_FLAGS_OP_INPUT_TYPE_MASK: u32 = 16711680;
pub const CUBLASLT_NUMERICAL_IMPL_FLAGS_GAUSSIAN: u64 = 4294967296;
#[repr(C)]
#[derive(Debug)]
pub struct cublasLtContext {
    _unused: [u8; 0],
}
pub type cublasLtHandle_t = *mut cublasLtContext;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtMatrixLayoutOpaque_t {
    pub data: [u64; 14usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of cublasLtMatrixLayoutOpaque_t"]
        [::core::mem::size_of::<cublasLtMatrixLayoutOpaque_t>() - 112usize];
    ["Alignment of cublasLtMatrixLayoutOpaque_t"]
        [::core::mem::align_of::<cublasLtMatrixLayoutOpaque_t>() - 8usize];
    ["Offset of field: cublasLtMatrixLayoutOpaque_t::data"]
        [::core::mem::offset_of!(cublasLtMatrixLayoutOpaque_t, data) - 0usize];
};
pub type cublasLtMatrixLayout_t = *mut cublasLtMatrixLayoutOpaque_t;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtMatmulAlgo_t {
    pub data: [u64; 8usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of cublasLtMatmulAlgo_t"][::core::mem::size_of::<cublasLtMatmulAlgo_t>() - 64usize];
    ["Alignment of cublasLtMatmulAlgo_t"][::core::mem::align_of::<cublasLtMatmulAlgo_t>() - 8usize];
    ["Offset of field: cublasLtMatmulAlgo_t::data"]
        [::core::mem::offset_of!(cublasLtMatmulAlgo_t, data) - 0usize];
};
#[repr(C)]
#[derive(Debug, Default, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtMatmulDescOpaque_t {
    pub data: [u64; 32usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of cublasLtMatmulDescOpaque_t"][::core::mem::size_of::<cublasLtMatmulDescOpaque_t>() - 256usize];
    ["Alignment of cublasLtMatmulDescOpaque_t"]
        [::core::mem::align_of::<cublasLtMatmulDescOpaque_t>() - 8usize];
    ["Offset of field: cublasLtMatmulDescOpaque_t::data"]
        [::core::mem::offset_of!(cublasLtMatmulDescOpaque_t, data) - 0usize];
};
pub type cublasLtMatmulDesc_t = *mut cublasLtMatmulDescOpaque_t;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtMatrixTransformDescOpaque_t {
    pub data: [u64; 8usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of cublasLtMatrixTransformDescOpaque_t"]
        [::core::mem::size_of::<cublasLtMatrixTransformDescOpaque_t>() - 64usize];
    ["Alignment of cublasLtMatrixTransformDescOpaque_t"]
        [::core::mem::align_of::<cublasLtMatrixTransformDescOpaque_t>() - 8usize];
    ["Offset of field: cublasLtMatrixTransformDescOpaque_t::data"]
        [::core::mem::offset_of!(cublasLtMatrixTransformDescOpaque_t, data) - 0usize];
};
pub type cublasLtMatrixTransformDesc_t = *mut cublasLtMatrixTransformDescOpaque_t;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtMatmulPreferenceOpaque_t {
    pub data: [u64; 12usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of cublasLtMatmulPreferenceOpaque_t"]
        [::core::mem::size_of::<cublasLtMatmulPreferenceOpaque_t>() - 96usize];
    ["Alignment of cublasLtMatmulPreferenceOpaque_t"]
        [::core::mem::align_of::<cublasLtMatmulPreferenceOpaque_t>() - 8usize];
    ["Offset of field: cublasLtMatmulPreferenceOpaque_t::data"]
        [::core::mem::offset_of!(cublasLtMatmulPreferenceOpaque_t, data) - 0usize];
};
pub type cublasLtMatmulPreference_t = *mut cublasLtMatmulPreferenceOpaque_t;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtEmulationDescOpaque_t {
    pub data: [u64; 8usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of cublasLtEmulationDescOpaque_t"]
        [::core::mem::size_of::<cublasLtEmulationDescOpaque_t>() - 64usize];
    ["Alignment of cublasLtEmulationDescOpaque_t"]
        [::core::mem::align_of::<cublasLtEmulationDescOpaque_t>() - 8usize];
    ["Offset of field: cublasLtEmulationDescOpaque_t::data"]
        [::core::mem::offset_of!(cublasLtEmulationDescOpaque_t, data) - 0usize];
};
pub type cublasLtEmulationDesc_t = *mut cublasLtEmulationDescOpaque_t;
impl cublasLtMatmulTile_t {
    pub const CUBLASLT_MATMUL_TILE_UNDEFINED: Self = Self(0);
    pub const CUBLASLT_MATMUL_TILE_8x8: Self = Self(1);
    pub const CUBLASLT_MATMUL_TILE_8x16: Self = Self(2);
    pub const CUBLASLT_MATMUL_TILE_16x8: Self = Self(3);
    pub const CUBLASLT_MATMUL_TILE_8x32: Self = Self(4);
    pub const CUBLASLT_MATMUL_TILE_16x16: Self = Self(5);
    pub const CUBLASLT_MATMUL_TILE_32x8: Self = Self(6);
    pub const CUBLASLT_MATMUL_TILE_8x64: Self = Self(7);
    pub const CUBLASLT_MATMUL_TILE_16x32: Self = Self(8);
    pub const CUBLASLT_MATMUL_TILE_32x16: Self = Self(9);
    pub const CUBLASLT_MATMUL_TILE_64x8: Self = Self(10);
    pub const CUBLASLT_MATMUL_TILE_32x32: Self = Self(11);
    pub const CUBLASLT_MATMUL_TILE_32x64: Self = Self(12);
    pub const CUBLASLT_MATMUL_TILE_64x32: Self = Self(13);
    pub const CUBLASLT_MATMUL_TILE_32x128: Self = Self(14);
    pub const CUBLASLT_MATMUL_TILE_64x64: Self = Self(15);
    pub const CUBLASLT_MATMUL_TILE_128x32: Self = Self(16);
    pub const CUBLASLT_MATMUL_TILE_64x128: Self = Self(17);
    pub const CUBLASLT_MATMUL_TILE_128x64: Self = Self(18);
    pub const CUBLASLT_MATMUL_TILE_64x256: Self = Self(19);
    pub const CUBLASLT_MATMUL_TILE_128x128: Self = Self(20);
    pub const CUBLASLT_MATMUL_TILE_256x64: Self = Self(21);
    pub const CUBLASLT_MATMUL_TILE_64x512: Self = Self(22);
    pub const CUBLASLT_MATMUL_TILE_128x256: Self = Self(23);
    pub const CUBLASLT_MATMUL_TILE_256x128: Self = Self(24);
    pub const CUBLASLT_MATMUL_TILE_512x64: Self = Self(25);
    pub const CUBLASLT_MATMUL_TILE_64x96: Self = Self(26);
    pub const CUBLASLT_MATMUL_TILE_96x64: Self = Self(27);
    pub const CUBLASLT_MATMUL_TILE_96x128: Self = Self(28);
    pub const CUBLASLT_MATMUL_TILE_128x160: Self = Self(29);
    pub const CUBLASLT_MATMUL_TILE_160x128: Self = Self(30);
    pub const CUBLASLT_MATMUL_TILE_192x128: Self = Self(31);
    pub const CUBLASLT_MATMUL_TILE_128x192: Self = Self(32);
    pub const CUBLASLT_MATMUL_TILE_128x96: Self = Self(33);
    pub const CUBLASLT_MATMUL_TILE_32x256: Self = Self(34);
    pub const CUBLASLT_MATMUL_TILE_256x32: Self = Self(35);
    pub const CUBLASLT_MATMUL_TILE_8x128: Self = Self(36);
    pub const CUBLASLT_MATMUL_TILE_8x192: Self = Self(37);
    pub const CUBLASLT_MATMUL_TILE_8x256: Self = Self(38);
    pub const CUBLASLT_MATMUL_TILE_8x320: Self = Self(39);
    pub const CUBLASLT_MATMUL_TILE_8x384: Self = Self(40);
    pub const CUBLASLT_MATMUL_TILE_8x448: Self = Self(41);
    pub const CUBLASLT_MATMUL_TILE_8x512: Self = Self(42);
    pub const CUBLASLT_MATMUL_TILE_8x576: Self = Self(43);
    pub const CUBLASLT_MATMUL_TILE_8x640: Self = Self(44);
    pub const CUBLASLT_MATMUL_TILE_8x704: Self = Self(45);
    pub const CUBLASLT_MATMUL_TILE_8x768: Self = Self(46);
    pub const CUBLASLT_MATMUL_TILE_16x64: Self = Self(47);
    pub const CUBLASLT_MATMUL_TILE_16x128: Self = Self(48);
    pub const CUBLASLT_MATMUL_TILE_16x192: Self = Self(49);
    pub const CUBLASLT_MATMUL_TILE_16x256: Self = Self(50);
    pub const CUBLASLT_MATMUL_TILE_16x320: Self = Self(51);
    pub const CUBLASLT_MATMUL_TILE_16x384: Self = Self(52);
    pub const CUBLASLT_MATMUL_TILE_16x448: Self = Self(53);
    pub const CUBLASLT_MATMUL_TILE_16x512: Self = Self(54);
    pub const CUBLASLT_MATMUL_TILE_16x576: Self = Self(55);
    pub const CUBLASLT_MATMUL_TILE_16x640: Self = Self(56);
    pub const CUBLASLT_MATMUL_TILE_16x704: Self = Self(57);
    pub const CUBLASLT_MATMUL_TILE_16x768: Self = Self(58);
    pub const CUBLASLT_MATMUL_TILE_24x64: Self = Self(59);
    pub const CUBLASLT_MATMUL_TILE_24x128: Self = Self(60);
    pub const CUBLASLT_MATMUL_TILE_24x192: Self = Self(61);
    pub const CUBLASLT_MATMUL_TILE_24x256: Self = Self(62);
    pub const CUBLASLT_MATMUL_TILE_24x320: Self = Self(63);
    pub const CUBLASLT_MATMUL_TILE_24x384: Self = Self(64);
    pub const CUBLASLT_MATMUL_TILE_24x448: Self = Self(65);
    pub const CUBLASLT_MATMUL_TILE_24x512: Self = Self(66);
    pub const CUBLASLT_MATMUL_TILE_24x576: Self = Self(67);
    pub const CUBLASLT_MATMUL_TILE_24x640: Self = Self(68);
    pub const CUBLASLT_MATMUL_TILE_24x704: Self = Self(69);
    pub const CUBLASLT_MATMUL_TILE_24x768: Self = Self(70);
    pub const CUBLASLT_MATMUL_TILE_32x192: Self = Self(71);
    pub const CUBLASLT_MATMUL_TILE_32x320: Self = Self(72);
    pub const CUBLASLT_MATMUL_TILE_32x384: Self = Self(73);
    pub const CUBLASLT_MATMUL_TILE_32x448: Self = Self(74);
    pub const CUBLASLT_MATMUL_TILE_32x512: Self = Self(75);
    pub const CUBLASLT_MATMUL_TILE_32x576: Self = Self(76);
    pub const CUBLASLT_MATMUL_TILE_32x640: Self = Self(77);
    pub const CUBLASLT_MATMUL_TILE_32x704: Self = Self(78);
    pub const CUBLASLT_MATMUL_TILE_32x768: Self = Self(79);
    pub const CUBLASLT_MATMUL_TILE_40x64: Self = Self(80);
    pub const CUBLASLT_MATMUL_TILE_40x128: Self = Self(81);
    pub const CUBLASLT_MATMUL_TILE_40x192: Self = Self(82);
    pub const CUBLASLT_MATMUL_TILE_40x256: Self = Self(83);
    pub const CUBLASLT_MATMUL_TILE_40x320: Self = Self(84);
    pub const CUBLASLT_MATMUL_TILE_40x384: Self = Self(85);
    pub const CUBLASLT_MATMUL_TILE_40x448: Self = Self(86);
    pub const CUBLASLT_MATMUL_TILE_40x512: Self = Self(87);
    pub const CUBLASLT_MATMUL_TILE_40x576: Self = Self(88);
    pub const CUBLASLT_MATMUL_TILE_40x640: Self = Self(89);
    pub const CUBLASLT_MATMUL_TILE_40x704: Self = Self(90);
    pub const CUBLASLT_MATMUL_TILE_40x768: Self = Self(91);
    pub const CUBLASLT_MATMUL_TILE_48x64: Self = Self(92);
    pub const CUBLASLT_MATMUL_TILE_48x128: Self = Self(93);
    pub const CUBLASLT_MATMUL_TILE_48x192: Self = Self(94);
    pub const CUBLASLT_MATMUL_TILE_48x256: Self = Self(95);
    pub const CUBLASLT_MATMUL_TILE_48x320: Self = Self(96);
    pub const CUBLASLT_MATMUL_TILE_48x384: Self = Self(97);
    pub const CUBLASLT_MATMUL_TILE_48x448: Self = Self(98);
    pub const CUBLASLT_MATMUL_TILE_48x512: Self = Self(99);
    pub const CUBLASLT_MATMUL_TILE_48x576: Self = Self(100);
    pub const CUBLASLT_MATMUL_TILE_48x640: Self = Self(101);
    pub const CUBLASLT_MATMUL_TILE_48x704: Self = Self(102);
    pub const CUBLASLT_MATMUL_TILE_48x768: Self = Self(103);
    pub const CUBLASLT_MATMUL_TILE_56x64: Self = Self(104);
    pub const CUBLASLT_MATMUL_TILE_56x128: Self = Self(105);
    pub const CUBLASLT_MATMUL_TILE_56x192: Self = Self(106);
    pub const CUBLASLT_MATMUL_TILE_56x256: Self = Self(107);
    pub const CUBLASLT_MATMUL_TILE_56x320: Self = Self(108);
    pub const CUBLASLT_MATMUL_TILE_56x384: Self = Self(109);
    pub const CUBLASLT_MATMUL_TILE_56x448: Self = Self(110);
    pub const CUBLASLT_MATMUL_TILE_56x512: Self = Self(111);
    pub const CUBLASLT_MATMUL_TILE_56x576: Self = Self(112);
    pub const CUBLASLT_MATMUL_TILE_56x640: Self = Self(113);
    pub const CUBLASLT_MATMUL_TILE_56x704: Self = Self(114);
    pub const CUBLASLT_MATMUL_TILE_56x768: Self = Self(115);
    pub const CUBLASLT_MATMUL_TILE_64x192: Self = Self(116);
    pub const CUBLASLT_MATMUL_TILE_64x320: Self = Self(117);
    pub const CUBLASLT_MATMUL_TILE_64x384: Self = Self(118);
    pub const CUBLASLT_MATMUL_TILE_64x448: Self = Self(119);
    pub const CUBLASLT_MATMUL_TILE_64x576: Self = Self(120);
    pub const CUBLASLT_MATMUL_TILE_64x640: Self = Self(121);
    pub const CUBLASLT_MATMUL_TILE_64x704: Self = Self(122);
    pub const CUBLASLT_MATMUL_TILE_64x768: Self = Self(123);
    pub const CUBLASLT_MATMUL_TILE_72x64: Self = Self(124);
    pub const CUBLASLT_MATMUL_TILE_72x128: Self = Self(125);
    pub const CUBLASLT_MATMUL_TILE_72x192: Self = Self(126);
    pub const CUBLASLT_MATMUL_TILE_72x256: Self = Self(127);
    pub const CUBLASLT_MATMUL_TILE_72x320: Self = Self(128);
    pub const CUBLASLT_MATMUL_TILE_72x384: Self = Self(129);
    pub const CUBLASLT_MATMUL_TILE_72x448: Self = Self(130);
    pub const CUBLASLT_MATMUL_TILE_72x512: Self = Self(131);
    pub const CUBLASLT_MATMUL_TILE_72x576: Self = Self(132);
    pub const CUBLASLT_MATMUL_TILE_72x640: Self = Self(133);
    pub const CUBLASLT_MATMUL_TILE_80x64: Self = Self(134);
    pub const CUBLASLT_MATMUL_TILE_80x128: Self = Self(135);
    pub const CUBLASLT_MATMUL_TILE_80x192: Self = Self(136);
    pub const CUBLASLT_MATMUL_TILE_80x256: Self = Self(137);
    pub const CUBLASLT_MATMUL_TILE_80x320: Self = Self(138);
    pub const CUBLASLT_MATMUL_TILE_80x384: Self = Self(139);
    pub const CUBLASLT_MATMUL_TILE_80x448: Self = Self(140);
    pub const CUBLASLT_MATMUL_TILE_80x512: Self = Self(141);
    pub const CUBLASLT_MATMUL_TILE_80x576: Self = Self(142);
    pub const CUBLASLT_MATMUL_TILE_88x64: Self = Self(143);
    pub const CUBLASLT_MATMUL_TILE_88x128: Self = Self(144);
    pub const CUBLASLT_MATMUL_TILE_88x192: Self = Self(145);
    pub const CUBLASLT_MATMUL_TILE_88x256: Self = Self(146);
    pub const CUBLASLT_MATMUL_TILE_88x320: Self = Self(147);
    pub const CUBLASLT_MATMUL_TILE_88x384: Self = Self(148);
    pub const CUBLASLT_MATMUL_TILE_88x448: Self = Self(149);
    pub const CUBLASLT_MATMUL_TILE_88x512: Self = Self(150);
    pub const CUBLASLT_MATMUL_TILE_96x192: Self = Self(151);
    pub const CUBLASLT_MATMUL_TILE_96x256: Self = Self(152);
    pub const CUBLASLT_MATMUL_TILE_96x320: Self = Self(153);
    pub const CUBLASLT_MATMUL_TILE_96x384: Self = Self(154);
    pub const CUBLASLT_MATMUL_TILE_96x448: Self = Self(155);
    pub const CUBLASLT_MATMUL_TILE_96x512: Self = Self(156);
    pub const CUBLASLT_MATMUL_TILE_104x64: Self = Self(157);
    pub const CUBLASLT_MATMUL_TILE_104x128: Self = Self(158);
    pub const CUBLASLT_MATMUL_TILE_104x192: Self = Self(159);
    pub const CUBLASLT_MATMUL_TILE_104x256: Self = Self(160);
    pub const CUBLASLT_MATMUL_TILE_104x320: Self = Self(161);
    pub const CUBLASLT_MATMUL_TILE_104x384: Self = Self(162);
    pub const CUBLASLT_MATMUL_TILE_104x448: Self = Self(163);
    pub const CUBLASLT_MATMUL_TILE_112x64: Self = Self(164);
    pub const CUBLASLT_MATMUL_TILE_112x128: Self = Self(165);
    pub const CUBLASLT_MATMUL_TILE_112x192: Self = Self(166);
    pub const CUBLASLT_MATMUL_TILE_112x256: Self = Self(167);
    pub const CUBLASLT_MATMUL_TILE_112x320: Self = Self(168);
    pub const CUBLASLT_MATMUL_TILE_112x384: Self = Self(169);
    pub const CUBLASLT_MATMUL_TILE_120x64: Self = Self(170);
    pub const CUBLASLT_MATMUL_TILE_120x128: Self = Self(171);
    pub const CUBLASLT_MATMUL_TILE_120x192: Self = Self(172);
    pub const CUBLASLT_MATMUL_TILE_120x256: Self = Self(173);
    pub const CUBLASLT_MATMUL_TILE_120x320: Self = Self(174);
    pub const CUBLASLT_MATMUL_TILE_120x384: Self = Self(175);
    pub const CUBLASLT_MATMUL_TILE_128x320: Self = Self(176);
    pub const CUBLASLT_MATMUL_TILE_128x384: Self = Self(177);
    pub const CUBLASLT_MATMUL_TILE_136x64: Self = Self(178);
    pub const CUBLASLT_MATMUL_TILE_136x128: Self = Self(179);
    pub const CUBLASLT_MATMUL_TILE_136x192: Self = Self(180);
    pub const CUBLASLT_MATMUL_TILE_136x256: Self = Self(181);
    pub const CUBLASLT_MATMUL_TILE_136x320: Self = Self(182);
    pub const CUBLASLT_MATMUL_TILE_144x64: Self = Self(183);
    pub const CUBLASLT_MATMUL_TILE_144x128: Self = Self(184);
    pub const CUBLASLT_MATMUL_TILE_144x192: Self = Self(185);
    pub const CUBLASLT_MATMUL_TILE_144x256: Self = Self(186);
    pub const CUBLASLT_MATMUL_TILE_144x320: Self = Self(187);
    pub const CUBLASLT_MATMUL_TILE_152x64: Self = Self(188);
    pub const CUBLASLT_MATMUL_TILE_152x128: Self = Self(189);
    pub const CUBLASLT_MATMUL_TILE_152x192: Self = Self(190);
    pub const CUBLASLT_MATMUL_TILE_152x256: Self = Self(191);
    pub const CUBLASLT_MATMUL_TILE_152x320: Self = Self(192);
    pub const CUBLASLT_MATMUL_TILE_160x64: Self = Self(193);
    pub const CUBLASLT_MATMUL_TILE_160x192: Self = Self(194);
    pub const CUBLASLT_MATMUL_TILE_160x256: Self = Self(195);
    pub const CUBLASLT_MATMUL_TILE_168x64: Self = Self(196);
    pub const CUBLASLT_MATMUL_TILE_168x128: Self = Self(197);
    pub const CUBLASLT_MATMUL_TILE_168x192: Self = Self(198);
    pub const CUBLASLT_MATMUL_TILE_168x256: Self = Self(199);
    pub const CUBLASLT_MATMUL_TILE_176x64: Self = Self(200);
    pub const CUBLASLT_MATMUL_TILE_176x128: Self = Self(201);
    pub const CUBLASLT_MATMUL_TILE_176x192: Self = Self(202);
    pub const CUBLASLT_MATMUL_TILE_176x256: Self = Self(203);
    pub const CUBLASLT_MATMUL_TILE_184x64: Self = Self(204);
    pub const CUBLASLT_MATMUL_TILE_184x128: Self = Self(205);
    pub const CUBLASLT_MATMUL_TILE_184x192: Self = Self(206);
    pub const CUBLASLT_MATMUL_TILE_184x256: Self = Self(207);
    pub const CUBLASLT_MATMUL_TILE_192x64: Self = Self(208);
    pub const CUBLASLT_MATMUL_TILE_192x192: Self = Self(209);
    pub const CUBLASLT_MATMUL_TILE_192x256: Self = Self(210);
    pub const CUBLASLT_MATMUL_TILE_200x64: Self = Self(211);
    pub const CUBLASLT_MATMUL_TILE_200x128: Self = Self(212);
    pub const CUBLASLT_MATMUL_TILE_200x192: Self = Self(213);
    pub const CUBLASLT_MATMUL_TILE_208x64: Self = Self(214);
    pub const CUBLASLT_MATMUL_TILE_208x128: Self = Self(215);
    pub const CUBLASLT_MATMUL_TILE_208x192: Self = Self(216);
    pub const CUBLASLT_MATMUL_TILE_216x64: Self = Self(217);
    pub const CUBLASLT_MATMUL_TILE_216x128: Self = Self(218);
    pub const CUBLASLT_MATMUL_TILE_216x192: Self = Self(219);
    pub const CUBLASLT_MATMUL_TILE_224x64: Self = Self(220);
    pub const CUBLASLT_MATMUL_TILE_224x128: Self = Self(221);
    pub const CUBLASLT_MATMUL_TILE_224x192: Self = Self(222);
    pub const CUBLASLT_MATMUL_TILE_232x64: Self = Self(223);
    pub const CUBLASLT_MATMUL_TILE_232x128: Self = Self(224);
    pub const CUBLASLT_MATMUL_TILE_232x192: Self = Self(225);
    pub const CUBLASLT_MATMUL_TILE_240x64: Self = Self(226);
    pub const CUBLASLT_MATMUL_TILE_240x128: Self = Self(227);
    pub const CUBLASLT_MATMUL_TILE_240x192: Self = Self(228);
    pub const CUBLASLT_MATMUL_TILE_248x64: Self = Self(229);
    pub const CUBLASLT_MATMUL_TILE_248x128: Self = Self(230);
    pub const CUBLASLT_MATMUL_TILE_248x192: Self = Self(231);
    pub const CUBLASLT_MATMUL_TILE_256x192: Self = Self(232);
    pub const CUBLASLT_MATMUL_TILE_264x64: Self = Self(233);
    pub const CUBLASLT_MATMUL_TILE_264x128: Self = Self(234);
    pub const CUBLASLT_MATMUL_TILE_272x64: Self = Self(235);
    pub const CUBLASLT_MATMUL_TILE_272x128: Self = Self(236);
    pub const CUBLASLT_MATMUL_TILE_280x64: Self = Self(237);
    pub const CUBLASLT_MATMUL_TILE_280x128: Self = Self(238);
    pub const CUBLASLT_MATMUL_TILE_288x64: Self = Self(239);
    pub const CUBLASLT_MATMUL_TILE_288x128: Self = Self(240);
    pub const CUBLASLT_MATMUL_TILE_296x64: Self = Self(241);
    pub const CUBLASLT_MATMUL_TILE_296x128: Self = Self(242);
    pub const CUBLASLT_MATMUL_TILE_304x64: Self = Self(243);
    pub const CUBLASLT_MATMUL_TILE_304x128: Self = Self(244);
    pub const CUBLASLT_MATMUL_TILE_312x64: Self = Self(245);
    pub const CUBLASLT_MATMUL_TILE_312x128: Self = Self(246);
    pub const CUBLASLT_MATMUL_TILE_320x64: Self = Self(247);
    pub const CUBLASLT_MATMUL_TILE_320x128: Self = Self(248);
    pub const CUBLASLT_MATMUL_TILE_328x64: Self = Self(249);
    pub const CUBLASLT_MATMUL_TILE_328x128: Self = Self(250);
    pub const CUBLASLT_MATMUL_TILE_336x64: Self = Self(251);
    pub const CUBLASLT_MATMUL_TILE_336x128: Self = Self(252);
    pub const CUBLASLT_MATMUL_TILE_344x64: Self = Self(253);
    pub const CUBLASLT_MATMUL_TILE_344x128: Self = Self(254);
    pub const CUBLASLT_MATMUL_TILE_352x64: Self = Self(255);
    pub const CUBLASLT_MATMUL_TILE_352x128: Self = Self(256);
    pub const CUBLASLT_MATMUL_TILE_360x64: Self = Self(257);
    pub const CUBLASLT_MATMUL_TILE_360x128: Self = Self(258);
    pub const CUBLASLT_MATMUL_TILE_368x64: Self = Self(259);
    pub const CUBLASLT_MATMUL_TILE_368x128: Self = Self(260);
    pub const CUBLASLT_MATMUL_TILE_376x64: Self = Self(261);
    pub const CUBLASLT_MATMUL_TILE_376x128: Self = Self(262);
    pub const CUBLASLT_MATMUL_TILE_384x64: Self = Self(263);
    pub const CUBLASLT_MATMUL_TILE_384x128: Self = Self(264);
    pub const CUBLASLT_MATMUL_TILE_392x64: Self = Self(265);
    pub const CUBLASLT_MATMUL_TILE_400x64: Self = Self(266);
    pub const CUBLASLT_MATMUL_TILE_408x64: Self = Self(267);
    pub const CUBLASLT_MATMUL_TILE_416x64: Self = Self(268);
    pub const CUBLASLT_MATMUL_TILE_424x64: Self = Self(269);
    pub const CUBLASLT_MATMUL_TILE_432x64: Self = Self(270);
    pub const CUBLASLT_MATMUL_TILE_440x64: Self = Self(271);
    pub const CUBLASLT_MATMUL_TILE_448x64: Self = Self(272);
    pub const CUBLASLT_MATMUL_TILE_456x64: Self = Self(273);
    pub const CUBLASLT_MATMUL_TILE_464x64: Self = Self(274);
    pub const CUBLASLT_MATMUL_TILE_472x64: Self = Self(275);
    pub const CUBLASLT_MATMUL_TILE_480x64: Self = Self(276);
    pub const CUBLASLT_MATMUL_TILE_488x64: Self = Self(277);
    pub const CUBLASLT_MATMUL_TILE_496x64: Self = Self(278);
    pub const CUBLASLT_MATMUL_TILE_504x64: Self = Self(279);
    pub const CUBLASLT_MATMUL_TILE_520x64: Self = Self(280);
    pub const CUBLASLT_MATMUL_TILE_528x64: Self = Self(281);
    pub const CUBLASLT_MATMUL_TILE_536x64: Self = Self(282);
    pub const CUBLASLT_MATMUL_TILE_544x64: Self = Self(283);
    pub const CUBLASLT_MATMUL_TILE_552x64: Self = Self(284);
    pub const CUBLASLT_MATMUL_TILE_560x64: Self = Self(285);
    pub const CUBLASLT_MATMUL_TILE_568x64: Self = Self(286);
    pub const CUBLASLT_MATMUL_TILE_576x64: Self = Self(287);
    pub const CUBLASLT_MATMUL_TILE_584x64: Self = Self(288);
    pub const CUBLASLT_MATMUL_TILE_592x64: Self = Self(289);
    pub const CUBLASLT_MATMUL_TILE_600x64: Self = Self(290);
    pub const CUBLASLT_MATMUL_TILE_608x64: Self = Self(291);
    pub const CUBLASLT_MATMUL_TILE_616x64: Self = Self(292);
    pub const CUBLASLT_MATMUL_TILE_624x64: Self = Self(293);
    pub const CUBLASLT_MATMUL_TILE_632x64: Self = Self(294);
    pub const CUBLASLT_MATMUL_TILE_640x64: Self = Self(295);
    pub const CUBLASLT_MATMUL_TILE_648x64: Self = Self(296);
    pub const CUBLASLT_MATMUL_TILE_656x64: Self = Self(297);
    pub const CUBLASLT_MATMUL_TILE_664x64: Self = Self(298);
    pub const CUBLASLT_MATMUL_TILE_672x64: Self = Self(299);
    pub const CUBLASLT_MATMUL_TILE_680x64: Self = Self(300);
    pub const CUBLASLT_MATMUL_TILE_688x64: Self = Self(301);
    pub const CUBLASLT_MATMUL_TILE_696x64: Self = Self(302);
    pub const CUBLASLT_MATMUL_TILE_704x64: Self = Self(303);
    pub const CUBLASLT_MATMUL_TILE_712x64: Self = Self(304);
    pub const CUBLASLT_MATMUL_TILE_720x64: Self = Self(305);
    pub const CUBLASLT_MATMUL_TILE_728x64: Self = Self(306);
    pub const CUBLASLT_MATMUL_TILE_736x64: Self = Self(307);
    pub const CUBLASLT_MATMUL_TILE_744x64: Self = Self(308);
    pub const CUBLASLT_MATMUL_TILE_752x64: Self = Self(309);
    pub const CUBLASLT_MATMUL_TILE_760x64: Self = Self(310);
    pub const CUBLASLT_MATMUL_TILE_768x64: Self = Self(311);
    pub const CUBLASLT_MATMUL_TILE_64x16: Self = Self(312);
    pub const CUBLASLT_MATMUL_TILE_64x24: Self = Self(313);
    pub const CUBLASLT_MATMUL_TILE_64x40: Self = Self(314);
    pub const CUBLASLT_MATMUL_TILE_64x48: Self = Self(315);
    pub const CUBLASLT_MATMUL_TILE_64x56: Self = Self(316);
    pub const CUBLASLT_MATMUL_TILE_64x72: Self = Self(317);
    pub const CUBLASLT_MATMUL_TILE_64x80: Self = Self(318);
    pub const CUBLASLT_MATMUL_TILE_64x88: Self = Self(319);
    pub const CUBLASLT_MATMUL_TILE_64x104: Self = Self(320);
    pub const CUBLASLT_MATMUL_TILE_64x112: Self = Self(321);
    pub const CUBLASLT_MATMUL_TILE_64x120: Self = Self(322);
    pub const CUBLASLT_MATMUL_TILE_64x136: Self = Self(323);
    pub const CUBLASLT_MATMUL_TILE_64x144: Self = Self(324);
    pub const CUBLASLT_MATMUL_TILE_64x152: Self = Self(325);
    pub const CUBLASLT_MATMUL_TILE_64x160: Self = Self(326);
    pub const CUBLASLT_MATMUL_TILE_64x168: Self = Self(327);
    pub const CUBLASLT_MATMUL_TILE_64x176: Self = Self(328);
    pub const CUBLASLT_MATMUL_TILE_64x184: Self = Self(329);
    pub const CUBLASLT_MATMUL_TILE_64x200: Self = Self(330);
    pub const CUBLASLT_MATMUL_TILE_64x208: Self = Self(331);
    pub const CUBLASLT_MATMUL_TILE_64x216: Self = Self(332);
    pub const CUBLASLT_MATMUL_TILE_64x224: Self = Self(333);
    pub const CUBLASLT_MATMUL_TILE_64x232: Self = Self(334);
    pub const CUBLASLT_MATMUL_TILE_64x240: Self = Self(335);
    pub const CUBLASLT_MATMUL_TILE_64x248: Self = Self(336);
    pub const CUBLASLT_MATMUL_TILE_64x264: Self = Self(337);
    pub const CUBLASLT_MATMUL_TILE_64x272: Self = Self(338);
    pub const CUBLASLT_MATMUL_TILE_64x280: Self = Self(339);
    pub const CUBLASLT_MATMUL_TILE_64x288: Self = Self(340);
    pub const CUBLASLT_MATMUL_TILE_64x296: Self = Self(341);
    pub const CUBLASLT_MATMUL_TILE_64x304: Self = Self(342);
    pub const CUBLASLT_MATMUL_TILE_64x312: Self = Self(343);
    pub const CUBLASLT_MATMUL_TILE_64x328: Self = Self(344);
    pub const CUBLASLT_MATMUL_TILE_64x336: Self = Self(345);
    pub const CUBLASLT_MATMUL_TILE_64x344: Self = Self(346);
    pub const CUBLASLT_MATMUL_TILE_64x352: Self = Self(347);
    pub const CUBLASLT_MATMUL_TILE_64x360: Self = Self(348);
    pub const CUBLASLT_MATMUL_TILE_64x368: Self = Self(349);
    pub const CUBLASLT_MATMUL_TILE_64x376: Self = Self(350);
    pub const CUBLASLT_MATMUL_TILE_64x392: Self = Self(351);
    pub const CUBLASLT_MATMUL_TILE_64x400: Self = Self(352);
    pub const CUBLASLT_MATMUL_TILE_64x408: Self = Self(353);
    pub const CUBLASLT_MATMUL_TILE_64x416: Self = Self(354);
    pub const CUBLASLT_MATMUL_TILE_64x424: Self = Self(355);
    pub const CUBLASLT_MATMUL_TILE_64x432: Self = Self(356);
    pub const CUBLASLT_MATMUL_TILE_64x440: Self = Self(357);
    pub const CUBLASLT_MATMUL_TILE_64x456: Self = Self(358);
    pub const CUBLASLT_MATMUL_TILE_64x464: Self = Self(359);
    pub const CUBLASLT_MATMUL_TILE_64x472: Self = Self(360);
    pub const CUBLASLT_MATMUL_TILE_64x480: Self = Self(361);
    pub const CUBLASLT_MATMUL_TILE_64x488: Self = Self(362);
    pub const CUBLASLT_MATMUL_TILE_64x496: Self = Self(363);
    pub const CUBLASLT_MATMUL_TILE_64x504: Self = Self(364);
    pub const CUBLASLT_MATMUL_TILE_64x520: Self = Self(365);
    pub const CUBLASLT_MATMUL_TILE_64x528: Self = Self(366);
    pub const CUBLASLT_MATMUL_TILE_64x536: Self = Self(367);
    pub const CUBLASLT_MATMUL_TILE_64x544: Self = Self(368);
    pub const CUBLASLT_MATMUL_TILE_64x552: Self = Self(369);
    pub const CUBLASLT_MATMUL_TILE_64x560: Self = Self(370);
    pub const CUBLASLT_MATMUL_TILE_64x568: Self = Self(371);
    pub const CUBLASLT_MATMUL_TILE_64x584: Self = Self(372);
    pub const CUBLASLT_MATMUL_TILE_64x592: Self = Self(373);
    pub const CUBLASLT_MATMUL_TILE_64x600: Self = Self(374);
    pub const CUBLASLT_MATMUL_TILE_64x608: Self = Self(375);
    pub const CUBLASLT_MATMUL_TILE_64x616: Self = Self(376);
    pub const CUBLASLT_MATMUL_TILE_64x624: Self = Self(377);
    pub const CUBLASLT_MATMUL_TILE_64x632: Self = Self(378);
    pub const CUBLASLT_MATMUL_TILE_64x648: Self = Self(379);
    pub const CUBLASLT_MATMUL_TILE_64x656: Self = Self(380);
    pub const CUBLASLT_MATMUL_TILE_64x664: Self = Self(381);
    pub const CUBLASLT_MATMUL_TILE_64x672: Self = Self(382);
    pub const CUBLASLT_MATMUL_TILE_64x680: Self = Self(383);
    pub const CUBLASLT_MATMUL_TILE_64x688: Self = Self(384);
    pub const CUBLASLT_MATMUL_TILE_64x696: Self = Self(385);
    pub const CUBLASLT_MATMUL_TILE_64x712: Self = Self(386);
    pub const CUBLASLT_MATMUL_TILE_64x720: Self = Self(387);
    pub const CUBLASLT_MATMUL_TILE_64x728: Self = Self(388);
    pub const CUBLASLT_MATMUL_TILE_64x736: Self = Self(389);
    pub const CUBLASLT_MATMUL_TILE_64x744: Self = Self(390);
    pub const CUBLASLT_MATMUL_TILE_64x752: Self = Self(391);
    pub const CUBLASLT_MATMUL_TILE_64x760: Self = Self(392);
    pub const CUBLASLT_MATMUL_TILE_128x8: Self = Self(393);
    pub const CUBLASLT_MATMUL_TILE_128x16: Self = Self(394);
    pub const CUBLASLT_MATMUL_TILE_128x24: Self = Self(395);
    pub const CUBLASLT_MATMUL_TILE_128x40: Self = Self(396);
    pub const CUBLASLT_MATMUL_TILE_128x48: Self = Self(397);
    pub const CUBLASLT_MATMUL_TILE_128x56: Self = Self(398);
    pub const CUBLASLT_MATMUL_TILE_128x72: Self = Self(399);
    pub const CUBLASLT_MATMUL_TILE_128x80: Self = Self(400);
    pub const CUBLASLT_MATMUL_TILE_128x88: Self = Self(401);
    pub const CUBLASLT_MATMUL_TILE_128x104: Self = Self(402);
    pub const CUBLASLT_MATMUL_TILE_128x112: Self = Self(403);
    pub const CUBLASLT_MATMUL_TILE_128x120: Self = Self(404);
    pub const CUBLASLT_MATMUL_TILE_128x136: Self = Self(405);
    pub const CUBLASLT_MATMUL_TILE_128x144: Self = Self(406);
    pub const CUBLASLT_MATMUL_TILE_128x152: Self = Self(407);
    pub const CUBLASLT_MATMUL_TILE_128x168: Self = Self(408);
    pub const CUBLASLT_MATMUL_TILE_128x176: Self = Self(409);
    pub const CUBLASLT_MATMUL_TILE_128x184: Self = Self(410);
    pub const CUBLASLT_MATMUL_TILE_128x200: Self = Self(411);
    pub const CUBLASLT_MATMUL_TILE_128x208: Self = Self(412);
    pub const CUBLASLT_MATMUL_TILE_128x216: Self = Self(413);
    pub const CUBLASLT_MATMUL_TILE_128x224: Self = Self(414);
    pub const CUBLASLT_MATMUL_TILE_128x232: Self = Self(415);
    pub const CUBLASLT_MATMUL_TILE_128x240: Self = Self(416);
    pub const CUBLASLT_MATMUL_TILE_128x248: Self = Self(417);
    pub const CUBLASLT_MATMUL_TILE_128x264: Self = Self(418);
    pub const CUBLASLT_MATMUL_TILE_128x272: Self = Self(419);
    pub const CUBLASLT_MATMUL_TILE_128x280: Self = Self(420);
    pub const CUBLASLT_MATMUL_TILE_128x288: Self = Self(421);
    pub const CUBLASLT_MATMUL_TILE_128x296: Self = Self(422);
    pub const CUBLASLT_MATMUL_TILE_128x304: Self = Self(423);
    pub const CUBLASLT_MATMUL_TILE_128x312: Self = Self(424);
    pub const CUBLASLT_MATMUL_TILE_128x328: Self = Self(425);
    pub const CUBLASLT_MATMUL_TILE_128x336: Self = Self(426);
    pub const CUBLASLT_MATMUL_TILE_128x344: Self = Self(427);
    pub const CUBLASLT_MATMUL_TILE_128x352: Self = Self(428);
    pub const CUBLASLT_MATMUL_TILE_128x360: Self = Self(429);
    pub const CUBLASLT_MATMUL_TILE_128x368: Self = Self(430);
    pub const CUBLASLT_MATMUL_TILE_128x376: Self = Self(431);
    pub const CUBLASLT_MATMUL_TILE_128x392: Self = Self(432);
    pub const CUBLASLT_MATMUL_TILE_128x400: Self = Self(433);
    pub const CUBLASLT_MATMUL_TILE_128x408: Self = Self(434);
    pub const CUBLASLT_MATMUL_TILE_128x416: Self = Self(435);
    pub const CUBLASLT_MATMUL_TILE_128x424: Self = Self(436);
    pub const CUBLASLT_MATMUL_TILE_128x432: Self = Self(437);
    pub const CUBLASLT_MATMUL_TILE_128x440: Self = Self(438);
    pub const CUBLASLT_MATMUL_TILE_128x448: Self = Self(439);
    pub const CUBLASLT_MATMUL_TILE_128x456: Self = Self(440);
    pub const CUBLASLT_MATMUL_TILE_128x464: Self = Self(441);
    pub const CUBLASLT_MATMUL_TILE_128x472: Self = Self(442);
    pub const CUBLASLT_MATMUL_TILE_128x480: Self = Self(443);
    pub const CUBLASLT_MATMUL_TILE_128x488: Self = Self(444);
    pub const CUBLASLT_MATMUL_TILE_128x496: Self = Self(445);
    pub const CUBLASLT_MATMUL_TILE_128x504: Self = Self(446);
    pub const CUBLASLT_MATMUL_TILE_128x512: Self = Self(447);
    pub const CUBLASLT_MATMUL_TILE_192x8: Self = Self(448);
    pub const CUBLASLT_MATMUL_TILE_192x16: Self = Self(449);
    pub const CUBLASLT_MATMUL_TILE_192x24: Self = Self(450);
    pub const CUBLASLT_MATMUL_TILE_192x32: Self = Self(451);
    pub const CUBLASLT_MATMUL_TILE_192x40: Self = Self(452);
    pub const CUBLASLT_MATMUL_TILE_192x48: Self = Self(453);
    pub const CUBLASLT_MATMUL_TILE_192x56: Self = Self(454);
    pub const CUBLASLT_MATMUL_TILE_192x72: Self = Self(455);
    pub const CUBLASLT_MATMUL_TILE_192x80: Self = Self(456);
    pub const CUBLASLT_MATMUL_TILE_192x88: Self = Self(457);
    pub const CUBLASLT_MATMUL_TILE_192x96: Self = Self(458);
    pub const CUBLASLT_MATMUL_TILE_192x104: Self = Self(459);
    pub const CUBLASLT_MATMUL_TILE_192x112: Self = Self(460);
    pub const CUBLASLT_MATMUL_TILE_192x120: Self = Self(461);
    pub const CUBLASLT_MATMUL_TILE_192x136: Self = Self(462);
    pub const CUBLASLT_MATMUL_TILE_192x144: Self = Self(463);
    pub const CUBLASLT_MATMUL_TILE_192x152: Self = Self(464);
    pub const CUBLASLT_MATMUL_TILE_192x160: Self = Self(465);
    pub const CUBLASLT_MATMUL_TILE_192x168: Self = Self(466);
    pub const CUBLASLT_MATMUL_TILE_192x176: Self = Self(467);
    pub const CUBLASLT_MATMUL_TILE_192x184: Self = Self(468);
    pub const CUBLASLT_MATMUL_TILE_192x200: Self = Self(469);
    pub const CUBLASLT_MATMUL_TILE_192x208: Self = Self(470);
    pub const CUBLASLT_MATMUL_TILE_192x216: Self = Self(471);
    pub const CUBLASLT_MATMUL_TILE_192x224: Self = Self(472);
    pub const CUBLASLT_MATMUL_TILE_192x232: Self = Self(473);
    pub const CUBLASLT_MATMUL_TILE_192x240: Self = Self(474);
    pub const CUBLASLT_MATMUL_TILE_192x248: Self = Self(475);
    pub const CUBLASLT_MATMUL_TILE_192x264: Self = Self(476);
    pub const CUBLASLT_MATMUL_TILE_192x272: Self = Self(477);
    pub const CUBLASLT_MATMUL_TILE_192x280: Self = Self(478);
    pub const CUBLASLT_MATMUL_TILE_192x288: Self = Self(479);
    pub const CUBLASLT_MATMUL_TILE_192x296: Self = Self(480);
    pub const CUBLASLT_MATMUL_TILE_192x304: Self = Self(481);
    pub const CUBLASLT_MATMUL_TILE_192x312: Self = Self(482);
    pub const CUBLASLT_MATMUL_TILE_192x320: Self = Self(483);
    pub const CUBLASLT_MATMUL_TILE_192x328: Self = Self(484);
    pub const CUBLASLT_MATMUL_TILE_192x336: Self = Self(485);
    pub const CUBLASLT_MATMUL_TILE_256x8: Self = Self(486);
    pub const CUBLASLT_MATMUL_TILE_256x16: Self = Self(487);
    pub const CUBLASLT_MATMUL_TILE_256x24: Self = Self(488);
    pub const CUBLASLT_MATMUL_TILE_256x40: Self = Self(489);
    pub const CUBLASLT_MATMUL_TILE_256x48: Self = Self(490);
    pub const CUBLASLT_MATMUL_TILE_256x56: Self = Self(491);
    pub const CUBLASLT_MATMUL_TILE_256x72: Self = Self(492);
    pub const CUBLASLT_MATMUL_TILE_256x80: Self = Self(493);
    pub const CUBLASLT_MATMUL_TILE_256x88: Self = Self(494);
    pub const CUBLASLT_MATMUL_TILE_256x96: Self = Self(495);
    pub const CUBLASLT_MATMUL_TILE_256x104: Self = Self(496);
    pub const CUBLASLT_MATMUL_TILE_256x112: Self = Self(497);
    pub const CUBLASLT_MATMUL_TILE_256x120: Self = Self(498);
    pub const CUBLASLT_MATMUL_TILE_256x136: Self = Self(499);
    pub const CUBLASLT_MATMUL_TILE_256x144: Self = Self(500);
    pub const CUBLASLT_MATMUL_TILE_256x152: Self = Self(501);
    pub const CUBLASLT_MATMUL_TILE_256x160: Self = Self(502);
    pub const CUBLASLT_MATMUL_TILE_256x168: Self = Self(503);
    pub const CUBLASLT_MATMUL_TILE_256x176: Self = Self(504);
    pub const CUBLASLT_MATMUL_TILE_256x184: Self = Self(505);
    pub const CUBLASLT_MATMUL_TILE_256x200: Self = Self(506);
    pub const CUBLASLT_MATMUL_TILE_256x208: Self = Self(507);
    pub const CUBLASLT_MATMUL_TILE_256x216: Self = Self(508);
    pub const CUBLASLT_MATMUL_TILE_256x224: Self = Self(509);
    pub const CUBLASLT_MATMUL_TILE_256x232: Self = Self(510);
    pub const CUBLASLT_MATMUL_TILE_256x240: Self = Self(511);
    pub const CUBLASLT_MATMUL_TILE_256x248: Self = Self(512);
    pub const CUBLASLT_MATMUL_TILE_256x256: Self = Self(513);
    pub const CUBLASLT_MATMUL_TILE_320x8: Self = Self(514);
    pub const CUBLASLT_MATMUL_TILE_320x16: Self = Self(515);
    pub const CUBLASLT_MATMUL_TILE_320x24: Self = Self(516);
    pub const CUBLASLT_MATMUL_TILE_320x32: Self = Self(517);
    pub const CUBLASLT_MATMUL_TILE_320x40: Self = Self(518);
    pub const CUBLASLT_MATMUL_TILE_320x48: Self = Self(519);
    pub const CUBLASLT_MATMUL_TILE_320x56: Self = Self(520);
    pub const CUBLASLT_MATMUL_TILE_320x72: Self = Self(521);
    pub const CUBLASLT_MATMUL_TILE_320x80: Self = Self(522);
    pub const CUBLASLT_MATMUL_TILE_320x88: Self = Self(523);
    pub const CUBLASLT_MATMUL_TILE_320x96: Self = Self(524);
    pub const CUBLASLT_MATMUL_TILE_320x104: Self = Self(525);
    pub const CUBLASLT_MATMUL_TILE_320x112: Self = Self(526);
    pub const CUBLASLT_MATMUL_TILE_320x120: Self = Self(527);
    pub const CUBLASLT_MATMUL_TILE_320x136: Self = Self(528);
    pub const CUBLASLT_MATMUL_TILE_320x144: Self = Self(529);
    pub const CUBLASLT_MATMUL_TILE_320x152: Self = Self(530);
    pub const CUBLASLT_MATMUL_TILE_320x160: Self = Self(531);
    pub const CUBLASLT_MATMUL_TILE_320x168: Self = Self(532);
    pub const CUBLASLT_MATMUL_TILE_320x176: Self = Self(533);
    pub const CUBLASLT_MATMUL_TILE_320x184: Self = Self(534);
    pub const CUBLASLT_MATMUL_TILE_320x192: Self = Self(535);
    pub const CUBLASLT_MATMUL_TILE_320x200: Self = Self(536);
    pub const CUBLASLT_MATMUL_TILE_384x8: Self = Self(537);
    pub const CUBLASLT_MATMUL_TILE_384x16: Self = Self(538);
    pub const CUBLASLT_MATMUL_TILE_384x24: Self = Self(539);
    pub const CUBLASLT_MATMUL_TILE_384x32: Self = Self(540);
    pub const CUBLASLT_MATMUL_TILE_384x40: Self = Self(541);
    pub const CUBLASLT_MATMUL_TILE_384x48: Self = Self(542);
    pub const CUBLASLT_MATMUL_TILE_384x56: Self = Self(543);
    pub const CUBLASLT_MATMUL_TILE_384x72: Self = Self(544);
    pub const CUBLASLT_MATMUL_TILE_384x80: Self = Self(545);
    pub const CUBLASLT_MATMUL_TILE_384x88: Self = Self(546);
    pub const CUBLASLT_MATMUL_TILE_384x96: Self = Self(547);
    pub const CUBLASLT_MATMUL_TILE_384x104: Self = Self(548);
    pub const CUBLASLT_MATMUL_TILE_384x112: Self = Self(549);
    pub const CUBLASLT_MATMUL_TILE_384x120: Self = Self(550);
    pub const CUBLASLT_MATMUL_TILE_384x136: Self = Self(551);
    pub const CUBLASLT_MATMUL_TILE_384x144: Self = Self(552);
    pub const CUBLASLT_MATMUL_TILE_384x152: Self = Self(553);
    pub const CUBLASLT_MATMUL_TILE_384x160: Self = Self(554);
    pub const CUBLASLT_MATMUL_TILE_384x168: Self = Self(555);
    pub const CUBLASLT_MATMUL_TILE_448x8: Self = Self(556);
    pub const CUBLASLT_MATMUL_TILE_448x16: Self = Self(557);
    pub const CUBLASLT_MATMUL_TILE_448x24: Self = Self(558);
    pub const CUBLASLT_MATMUL_TILE_448x32: Self = Self(559);
    pub const CUBLASLT_MATMUL_TILE_448x40: Self = Self(560);
    pub const CUBLASLT_MATMUL_TILE_448x48: Self = Self(561);
    pub const CUBLASLT_MATMUL_TILE_448x56: Self = Self(562);
    pub const CUBLASLT_MATMUL_TILE_448x72: Self = Self(563);
    pub const CUBLASLT_MATMUL_TILE_448x80: Self = Self(564);
    pub const CUBLASLT_MATMUL_TILE_448x88: Self = Self(565);
    pub const CUBLASLT_MATMUL_TILE_448x96: Self = Self(566);
    pub const CUBLASLT_MATMUL_TILE_448x104: Self = Self(567);
    pub const CUBLASLT_MATMUL_TILE_448x112: Self = Self(568);
    pub const CUBLASLT_MATMUL_TILE_448x120: Self = Self(569);
    pub const CUBLASLT_MATMUL_TILE_448x128: Self = Self(570);
    pub const CUBLASLT_MATMUL_TILE_448x136: Self = Self(571);
    pub const CUBLASLT_MATMUL_TILE_448x144: Self = Self(572);
    pub const CUBLASLT_MATMUL_TILE_512x8: Self = Self(573);
    pub const CUBLASLT_MATMUL_TILE_512x16: Self = Self(574);
    pub const CUBLASLT_MATMUL_TILE_512x24: Self = Self(575);
    pub const CUBLASLT_MATMUL_TILE_512x32: Self = Self(576);
    pub const CUBLASLT_MATMUL_TILE_512x40: Self = Self(577);
    pub const CUBLASLT_MATMUL_TILE_512x48: Self = Self(578);
    pub const CUBLASLT_MATMUL_TILE_512x56: Self = Self(579);
    pub const CUBLASLT_MATMUL_TILE_512x72: Self = Self(580);
    pub const CUBLASLT_MATMUL_TILE_512x80: Self = Self(581);
    pub const CUBLASLT_MATMUL_TILE_512x88: Self = Self(582);
    pub const CUBLASLT_MATMUL_TILE_512x96: Self = Self(583);
    pub const CUBLASLT_MATMUL_TILE_512x104: Self = Self(584);
    pub const CUBLASLT_MATMUL_TILE_512x112: Self = Self(585);
    pub const CUBLASLT_MATMUL_TILE_512x120: Self = Self(586);
    pub const CUBLASLT_MATMUL_TILE_512x128: Self = Self(587);
    pub const CUBLASLT_MATMUL_TILE_576x8: Self = Self(588);
    pub const CUBLASLT_MATMUL_TILE_576x16: Self = Self(589);
    pub const CUBLASLT_MATMUL_TILE_576x24: Self = Self(590);
    pub const CUBLASLT_MATMUL_TILE_576x32: Self = Self(591);
    pub const CUBLASLT_MATMUL_TILE_576x40: Self = Self(592);
    pub const CUBLASLT_MATMUL_TILE_576x48: Self = Self(593);
    pub const CUBLASLT_MATMUL_TILE_576x56: Self = Self(594);
    pub const CUBLASLT_MATMUL_TILE_576x72: Self = Self(595);
    pub const CUBLASLT_MATMUL_TILE_576x80: Self = Self(596);
    pub const CUBLASLT_MATMUL_TILE_576x88: Self = Self(597);
    pub const CUBLASLT_MATMUL_TILE_576x96: Self = Self(598);
    pub const CUBLASLT_MATMUL_TILE_576x104: Self = Self(599);
    pub const CUBLASLT_MATMUL_TILE_576x112: Self = Self(600);
    pub const CUBLASLT_MATMUL_TILE_640x8: Self = Self(601);
    pub const CUBLASLT_MATMUL_TILE_640x16: Self = Self(602);
    pub const CUBLASLT_MATMUL_TILE_640x24: Self = Self(603);
    pub const CUBLASLT_MATMUL_TILE_640x32: Self = Self(604);
    pub const CUBLASLT_MATMUL_TILE_640x40: Self = Self(605);
    pub const CUBLASLT_MATMUL_TILE_640x48: Self = Self(606);
    pub const CUBLASLT_MATMUL_TILE_640x56: Self = Self(607);
    pub const CUBLASLT_MATMUL_TILE_640x72: Self = Self(608);
    pub const CUBLASLT_MATMUL_TILE_640x80: Self = Self(609);
    pub const CUBLASLT_MATMUL_TILE_640x88: Self = Self(610);
    pub const CUBLASLT_MATMUL_TILE_640x96: Self = Self(611);
    pub const CUBLASLT_MATMUL_TILE_704x8: Self = Self(612);
    pub const CUBLASLT_MATMUL_TILE_704x16: Self = Self(613);
    pub const CUBLASLT_MATMUL_TILE_704x24: Self = Self(614);
    pub const CUBLASLT_MATMUL_TILE_704x32: Self = Self(615);
    pub const CUBLASLT_MATMUL_TILE_704x40: Self = Self(616);
    pub const CUBLASLT_MATMUL_TILE_704x48: Self = Self(617);
    pub const CUBLASLT_MATMUL_TILE_704x56: Self = Self(618);
    pub const CUBLASLT_MATMUL_TILE_704x72: Self = Self(619);
    pub const CUBLASLT_MATMUL_TILE_704x80: Self = Self(620);
    pub const CUBLASLT_MATMUL_TILE_704x88: Self = Self(621);
    pub const CUBLASLT_MATMUL_TILE_768x8: Self = Self(622);
    pub const CUBLASLT_MATMUL_TILE_768x16: Self = Self(623);
    pub const CUBLASLT_MATMUL_TILE_768x24: Self = Self(624);
    pub const CUBLASLT_MATMUL_TILE_768x32: Self = Self(625);
    pub const CUBLASLT_MATMUL_TILE_768x40: Self = Self(626);
    pub const CUBLASLT_MATMUL_TILE_768x48: Self = Self(627);
    pub const CUBLASLT_MATMUL_TILE_768x56: Self = Self(628);
    pub const CUBLASLT_MATMUL_TILE_768x72: Self = Self(629);
    pub const CUBLASLT_MATMUL_TILE_768x80: Self = Self(630);
    pub const CUBLASLT_MATMUL_TILE_256x512: Self = Self(631);
    pub const CUBLASLT_MATMUL_TILE_256x1024: Self = Self(632);
    pub const CUBLASLT_MATMUL_TILE_512x512: Self = Self(633);
    pub const CUBLASLT_MATMUL_TILE_512x1024: Self = Self(634);
    pub const CUBLASLT_MATMUL_TILE_4x1: Self = Self(635);
    pub const CUBLASLT_MATMUL_TILE_8x1: Self = Self(636);
    pub const CUBLASLT_MATMUL_TILE_16x1: Self = Self(637);
    pub const CUBLASLT_MATMUL_TILE_24x1: Self = Self(638);
    pub const CUBLASLT_MATMUL_TILE_32x1: Self = Self(639);
    pub const CUBLASLT_MATMUL_TILE_40x1: Self = Self(640);
    pub const CUBLASLT_MATMUL_TILE_48x1: Self = Self(641);
    pub const CUBLASLT_MATMUL_TILE_64x1: Self = Self(642);
    pub const CUBLASLT_MATMUL_TILE_128x1: Self = Self(643);
    pub const CUBLASLT_MATMUL_TILE_192x1: Self = Self(644);
    pub const CUBLASLT_MATMUL_TILE_256x1: Self = Self(645);
    pub const CUBLASLT_MATMUL_TILE_END: Self = Self(646);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtMatmulTile_t(pub ::core::ffi::c_uint);
impl cublasLtMatmulStages_t {
    pub const CUBLASLT_MATMUL_STAGES_UNDEFINED: Self = Self(0);
    pub const CUBLASLT_MATMUL_STAGES_16x1: Self = Self(1);
    pub const CUBLASLT_MATMUL_STAGES_16x2: Self = Self(2);
    pub const CUBLASLT_MATMUL_STAGES_16x3: Self = Self(3);
    pub const CUBLASLT_MATMUL_STAGES_16x4: Self = Self(4);
    pub const CUBLASLT_MATMUL_STAGES_16x5: Self = Self(5);
    pub const CUBLASLT_MATMUL_STAGES_16x6: Self = Self(6);
    pub const CUBLASLT_MATMUL_STAGES_32x1: Self = Self(7);
    pub const CUBLASLT_MATMUL_STAGES_32x2: Self = Self(8);
    pub const CUBLASLT_MATMUL_STAGES_32x3: Self = Self(9);
    pub const CUBLASLT_MATMUL_STAGES_32x4: Self = Self(10);
    pub const CUBLASLT_MATMUL_STAGES_32x5: Self = Self(11);
    pub const CUBLASLT_MATMUL_STAGES_32x6: Self = Self(12);
    pub const CUBLASLT_MATMUL_STAGES_64x1: Self = Self(13);
    pub const CUBLASLT_MATMUL_STAGES_64x2: Self = Self(14);
    pub const CUBLASLT_MATMUL_STAGES_64x3: Self = Self(15);
    pub const CUBLASLT_MATMUL_STAGES_64x4: Self = Self(16);
    pub const CUBLASLT_MATMUL_STAGES_64x5: Self = Self(17);
    pub const CUBLASLT_MATMUL_STAGES_64x6: Self = Self(18);
    pub const CUBLASLT_MATMUL_STAGES_128x1: Self = Self(19);
    pub const CUBLASLT_MATMUL_STAGES_128x2: Self = Self(20);
    pub const CUBLASLT_MATMUL_STAGES_128x3: Self = Self(21);
    pub const CUBLASLT_MATMUL_STAGES_128x4: Self = Self(22);
    pub const CUBLASLT_MATMUL_STAGES_128x5: Self = Self(23);
    pub const CUBLASLT_MATMUL_STAGES_128x6: Self = Self(24);
    pub const CUBLASLT_MATMUL_STAGES_32x10: Self = Self(25);
    pub const CUBLASLT_MATMUL_STAGES_8x4: Self = Self(26);
    pub const CUBLASLT_MATMUL_STAGES_16x10: Self = Self(27);
    pub const CUBLASLT_MATMUL_STAGES_8x5: Self = Self(28);
    pub const CUBLASLT_MATMUL_STAGES_8x3: Self = Self(31);
    pub const CUBLASLT_MATMUL_STAGES_8xAUTO: Self = Self(32);
    pub const CUBLASLT_MATMUL_STAGES_16xAUTO: Self = Self(33);
    pub const CUBLASLT_MATMUL_STAGES_32xAUTO: Self = Self(34);
    pub const CUBLASLT_MATMUL_STAGES_64xAUTO: Self = Self(35);
    pub const CUBLASLT_MATMUL_STAGES_128xAUTO: Self = Self(36);
    pub const CUBLASLT_MATMUL_STAGES_256xAUTO: Self = Self(37);
    pub const CUBLASLT_MATMUL_STAGES_768xAUTO: Self = Self(38);
    pub const CUBLASLT_MATMUL_STAGES_END: Self = Self(39);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtMatmulStages_t(pub ::core::ffi::c_uint);
impl cublasLtClusterShape_t {
    pub const CUBLASLT_CLUSTER_SHAPE_AUTO: Self = Self(0);
    pub const CUBLASLT_CLUSTER_SHAPE_1x1x1: Self = Self(2);
    pub const CUBLASLT_CLUSTER_SHAPE_2x1x1: Self = Self(3);
    pub const CUBLASLT_CLUSTER_SHAPE_4x1x1: Self = Self(4);
    pub const CUBLASLT_CLUSTER_SHAPE_1x2x1: Self = Self(5);
    pub const CUBLASLT_CLUSTER_SHAPE_2x2x1: Self = Self(6);
    pub const CUBLASLT_CLUSTER_SHAPE_4x2x1: Self = Self(7);
    pub const CUBLASLT_CLUSTER_SHAPE_1x4x1: Self = Self(8);
    pub const CUBLASLT_CLUSTER_SHAPE_2x4x1: Self = Self(9);
    pub const CUBLASLT_CLUSTER_SHAPE_4x4x1: Self = Self(10);
    pub const CUBLASLT_CLUSTER_SHAPE_8x1x1: Self = Self(11);
    pub const CUBLASLT_CLUSTER_SHAPE_1x8x1: Self = Self(12);
    pub const CUBLASLT_CLUSTER_SHAPE_8x2x1: Self = Self(13);
    pub const CUBLASLT_CLUSTER_SHAPE_2x8x1: Self = Self(14);
    pub const CUBLASLT_CLUSTER_SHAPE_16x1x1: Self = Self(15);
    pub const CUBLASLT_CLUSTER_SHAPE_1x16x1: Self = Self(16);
    pub const CUBLASLT_CLUSTER_SHAPE_3x1x1: Self = Self(17);
    pub const CUBLASLT_CLUSTER_SHAPE_5x1x1: Self = Self(18);
    pub const CUBLASLT_CLUSTER_SHAPE_6x1x1: Self = Self(19);
    pub const CUBLASLT_CLUSTER_SHAPE_7x1x1: Self = Self(20);
    pub const CUBLASLT_CLUSTER_SHAPE_9x1x1: Self = Self(21);
    pub const CUBLASLT_CLUSTER_SHAPE_10x1x1: Self = Self(22);
    pub const CUBLASLT_CLUSTER_SHAPE_11x1x1: Self = Self(23);
    pub const CUBLASLT_CLUSTER_SHAPE_12x1x1: Self = Self(24);
    pub const CUBLASLT_CLUSTER_SHAPE_13x1x1: Self = Self(25);
    pub const CUBLASLT_CLUSTER_SHAPE_14x1x1: Self = Self(26);
    pub const CUBLASLT_CLUSTER_SHAPE_15x1x1: Self = Self(27);
    pub const CUBLASLT_CLUSTER_SHAPE_3x2x1: Self = Self(28);
    pub const CUBLASLT_CLUSTER_SHAPE_5x2x1: Self = Self(29);
    pub const CUBLASLT_CLUSTER_SHAPE_6x2x1: Self = Self(30);
    pub const CUBLASLT_CLUSTER_SHAPE_7x2x1: Self = Self(31);
    pub const CUBLASLT_CLUSTER_SHAPE_1x3x1: Self = Self(32);
    pub const CUBLASLT_CLUSTER_SHAPE_2x3x1: Self = Self(33);
    pub const CUBLASLT_CLUSTER_SHAPE_3x3x1: Self = Self(34);
    pub const CUBLASLT_CLUSTER_SHAPE_4x3x1: Self = Self(35);
    pub const CUBLASLT_CLUSTER_SHAPE_5x3x1: Self = Self(36);
    pub const CUBLASLT_CLUSTER_SHAPE_3x4x1: Self = Self(37);
    pub const CUBLASLT_CLUSTER_SHAPE_1x5x1: Self = Self(38);
    pub const CUBLASLT_CLUSTER_SHAPE_2x5x1: Self = Self(39);
    pub const CUBLASLT_CLUSTER_SHAPE_3x5x1: Self = Self(40);
    pub const CUBLASLT_CLUSTER_SHAPE_1x6x1: Self = Self(41);
    pub const CUBLASLT_CLUSTER_SHAPE_2x6x1: Self = Self(42);
    pub const CUBLASLT_CLUSTER_SHAPE_1x7x1: Self = Self(43);
    pub const CUBLASLT_CLUSTER_SHAPE_2x7x1: Self = Self(44);
    pub const CUBLASLT_CLUSTER_SHAPE_1x9x1: Self = Self(45);
    pub const CUBLASLT_CLUSTER_SHAPE_1x10x1: Self = Self(46);
    pub const CUBLASLT_CLUSTER_SHAPE_1x11x1: Self = Self(47);
    pub const CUBLASLT_CLUSTER_SHAPE_1x12x1: Self = Self(48);
    pub const CUBLASLT_CLUSTER_SHAPE_1x13x1: Self = Self(49);
    pub const CUBLASLT_CLUSTER_SHAPE_1x14x1: Self = Self(50);
    pub const CUBLASLT_CLUSTER_SHAPE_1x15x1: Self = Self(51);
    pub const CUBLASLT_CLUSTER_SHAPE_END: Self = Self(52);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtClusterShape_t(pub ::core::ffi::c_uint);
impl cublasLtMatmulInnerShape_t {
    pub const CUBLASLT_MATMUL_INNER_SHAPE_UNDEFINED: Self = Self(0);
    pub const CUBLASLT_MATMUL_INNER_SHAPE_MMA884: Self = Self(1);
    pub const CUBLASLT_MATMUL_INNER_SHAPE_MMA1684: Self = Self(2);
    pub const CUBLASLT_MATMUL_INNER_SHAPE_MMA1688: Self = Self(3);
    pub const CUBLASLT_MATMUL_INNER_SHAPE_MMA16816: Self = Self(4);
    pub const CUBLASLT_MATMUL_INNER_SHAPE_END: Self = Self(5);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtMatmulInnerShape_t(pub ::core::ffi::c_uint);
impl cublasLtMatmulMatrixScale_t {
    pub const CUBLASLT_MATMUL_MATRIX_SCALE_SCALAR_32F: Self = Self(0);
    pub const CUBLASLT_MATMUL_MATRIX_SCALE_VEC16_UE4M3: Self = Self(1);
    pub const CUBLASLT_MATMUL_MATRIX_SCALE_VEC32_UE8M0: Self = Self(2);
    pub const CUBLASLT_MATMUL_MATRIX_SCALE_OUTER_VEC_32F: Self = Self(3);
    pub const CUBLASLT_MATMUL_MATRIX_SCALE_VEC128_32F: Self = Self(4);
    pub const CUBLASLT_MATMUL_MATRIX_SCALE_BLK128x128_32F: Self = Self(5);
    pub const CUBLASLT_MATMUL_MATRIX_SCALE_PER_BATCH_SCALAR_32F: Self = Self(6);
    pub const CUBLASLT_MATMUL_MATRIX_SCALE_VEC128_MN_K4_UE8M0: Self = Self(12);
    pub const CUBLASLT_MATMUL_MATRIX_SCALE_VEC32_MN_K4_UE8M0: Self = Self(13);
    pub const CUBLASLT_MATMUL_MATRIX_SCALE_END: Self = Self(14);
    pub const CUBLASLT_MATMUL_MATRIX_SCALE_RESERVED: Self = Self(127);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtMatmulMatrixScale_t(pub ::core::ffi::c_uint);
impl cublasLtPointerMode_t {
    pub const CUBLASLT_POINTER_MODE_HOST: Self = Self(0);
    pub const CUBLASLT_POINTER_MODE_DEVICE: Self = Self(1);
    pub const CUBLASLT_POINTER_MODE_DEVICE_VECTOR: Self = Self(2);
    pub const CUBLASLT_POINTER_MODE_ALPHA_DEVICE_VECTOR_BETA_ZERO: Self = Self(3);
    pub const CUBLASLT_POINTER_MODE_ALPHA_DEVICE_VECTOR_BETA_HOST: Self = Self(4);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtPointerMode_t(pub ::core::ffi::c_uint);
impl cublasLtPointerModeMask_t {
    pub const CUBLASLT_POINTER_MODE_MASK_HOST: Self = Self(1);
    pub const CUBLASLT_POINTER_MODE_MASK_DEVICE: Self = Self(2);
    pub const CUBLASLT_POINTER_MODE_MASK_DEVICE_VECTOR: Self = Self(4);
    pub const CUBLASLT_POINTER_MODE_MASK_ALPHA_DEVICE_VECTOR_BETA_ZERO: Self = Self(8);
    pub const CUBLASLT_POINTER_MODE_MASK_ALPHA_DEVICE_VECTOR_BETA_HOST: Self = Self(16);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtPointerModeMask_t(pub ::core::ffi::c_uint);
pub type cublasLtNumericalImplFlags_t = u64;
impl cublasLtOrder_t {
    pub const CUBLASLT_ORDER_COL: Self = Self(0);
    pub const CUBLASLT_ORDER_ROW: Self = Self(1);
    pub const CUBLASLT_ORDER_COL32: Self = Self(2);
    pub const CUBLASLT_ORDER_COL4_4R2_8C: Self = Self(3);
    pub const CUBLASLT_ORDER_COL32_2R_4R4: Self = Self(4);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtOrder_t(pub ::core::ffi::c_uint);
impl cublasLtBatchMode_t {
    pub const CUBLASLT_BATCH_MODE_STRIDED: Self = Self(0);
    pub const CUBLASLT_BATCH_MODE_POINTER_ARRAY: Self = Self(1);
    pub const CUBLASLT_BATCH_MODE_GROUPED: Self = Self(2);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtBatchMode_t(pub ::core::ffi::c_uint);
impl cublasLtIntegerWidth_t {
    pub const CUBLASLT_INTEGER_WIDTH_32: Self = Self(0);
    pub const CUBLASLT_INTEGER_WIDTH_64: Self = Self(1);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtIntegerWidth_t(pub ::core::ffi::c_uint);
impl cublasLtMatrixLayoutAttribute_t {
    pub const CUBLASLT_MATRIX_LAYOUT_TYPE: Self = Self(0);
    pub const CUBLASLT_MATRIX_LAYOUT_ORDER: Self = Self(1);
    pub const CUBLASLT_MATRIX_LAYOUT_ROWS: Self = Self(2);
    pub const CUBLASLT_MATRIX_LAYOUT_COLS: Self = Self(3);
    pub const CUBLASLT_MATRIX_LAYOUT_LD: Self = Self(4);
    pub const CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT: Self = Self(5);
    pub const CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET: Self = Self(6);
    pub const CUBLASLT_MATRIX_LAYOUT_PLANE_OFFSET: Self = Self(7);
    pub const CUBLASLT_MATRIX_LAYOUT_BATCH_MODE: Self = Self(8);
    pub const CUBLASLT_GROUPED_MATRIX_LAYOUT_ROWS_ARRAY: Self = Self(9);
    pub const CUBLASLT_GROUPED_MATRIX_LAYOUT_COLS_ARRAY: Self = Self(10);
    pub const CUBLASLT_GROUPED_MATRIX_LAYOUT_LD_ARRAY: Self = Self(11);
    pub const CUBLASLT_GROUPED_MATRIX_LAYOUT_ROWS_COLS_ARRAY_INTEGER_WIDTH: Self = Self(12);
    pub const CUBLASLT_GROUPED_MATRIX_LAYOUT_LD_ARRAY_INTEGER_WIDTH: Self = Self(13);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtMatrixLayoutAttribute_t(pub ::core::ffi::c_uint);
impl cublasLtMatmulDescAttributes_t {
    pub const CUBLASLT_MATMUL_DESC_COMPUTE_TYPE: Self = Self(0);
    pub const CUBLASLT_MATMUL_DESC_SCALE_TYPE: Self = Self(1);
    pub const CUBLASLT_MATMUL_DESC_POINTER_MODE: Self = Self(2);
    pub const CUBLASLT_MATMUL_DESC_TRANSA: Self = Self(3);
    pub const CUBLASLT_MATMUL_DESC_TRANSB: Self = Self(4);
    pub const CUBLASLT_MATMUL_DESC_TRANSC: Self = Self(5);
    pub const CUBLASLT_MATMUL_DESC_FILL_MODE: Self = Self(6);
    pub const CUBLASLT_MATMUL_DESC_EPILOGUE: Self = Self(7);
    pub const CUBLASLT_MATMUL_DESC_BIAS_POINTER: Self = Self(8);
    pub const CUBLASLT_MATMUL_DESC_BIAS_BATCH_STRIDE: Self = Self(10);
    pub const CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_POINTER: Self = Self(11);
    pub const CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_LD: Self = Self(12);
    pub const CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_BATCH_STRIDE: Self = Self(13);
    pub const CUBLASLT_MATMUL_DESC_ALPHA_VECTOR_BATCH_STRIDE: Self = Self(14);
    pub const CUBLASLT_MATMUL_DESC_SM_COUNT_TARGET: Self = Self(15);
    pub const CUBLASLT_MATMUL_DESC_A_SCALE_POINTER: Self = Self(17);
    pub const CUBLASLT_MATMUL_DESC_B_SCALE_POINTER: Self = Self(18);
    pub const CUBLASLT_MATMUL_DESC_C_SCALE_POINTER: Self = Self(19);
    pub const CUBLASLT_MATMUL_DESC_D_SCALE_POINTER: Self = Self(20);
    pub const CUBLASLT_MATMUL_DESC_AMAX_D_POINTER: Self = Self(21);
    pub const CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_DATA_TYPE: Self = Self(22);
    pub const CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_SCALE_POINTER: Self = Self(23);
    pub const CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_AMAX_POINTER: Self = Self(24);
    pub const CUBLASLT_MATMUL_DESC_FAST_ACCUM: Self = Self(25);
    pub const CUBLASLT_MATMUL_DESC_BIAS_DATA_TYPE: Self = Self(26);
    pub const CUBLASLT_MATMUL_DESC_A_SCALE_MODE: Self = Self(31);
    pub const CUBLASLT_MATMUL_DESC_B_SCALE_MODE: Self = Self(32);
    pub const CUBLASLT_MATMUL_DESC_C_SCALE_MODE: Self = Self(33);
    pub const CUBLASLT_MATMUL_DESC_D_SCALE_MODE: Self = Self(34);
    pub const CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_SCALE_MODE: Self = Self(35);
    pub const CUBLASLT_MATMUL_DESC_D_OUT_SCALE_POINTER: Self = Self(36);
    pub const CUBLASLT_MATMUL_DESC_D_OUT_SCALE_MODE: Self = Self(37);
    pub const CUBLASLT_MATMUL_DESC_EMULATION_DESCRIPTOR: Self = Self(38);
    pub const CUBLASLT_MATMUL_DESC_ALPHA_BATCH_STRIDE: Self = Self(39);
    pub const CUBLASLT_MATMUL_DESC_BETA_BATCH_STRIDE: Self = Self(40);
    pub const CUBLASLT_MATMUL_DESC_BATCH_INVARIANCE_FLAGS: Self = Self(41);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtMatmulDescAttributes_t(pub ::core::ffi::c_uint);
impl cublasLtMatmulBatchInvarianceFlags_t {
    pub const CUBLASLT_BATCH_INVARIANCE_DISABLED: Self = Self(0);
    pub const CUBLASLT_BATCH_INVARIANCE_ALIGN_2B: Self = Self(1);
    pub const CUBLASLT_BATCH_INVARIANCE_ALIGN_4B: Self = Self(2);
    pub const CUBLASLT_BATCH_INVARIANCE_ALIGN_8B: Self = Self(3);
    pub const CUBLASLT_BATCH_INVARIANCE_ALIGN_16B: Self = Self(4);
    pub const CUBLASLT_BATCH_INVARIANCE_AUTO: Self = Self(8);
    pub const CUBLASLT_BATCH_INVARIANCE_UNSET: Self = Self(32768);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtMatmulBatchInvarianceFlags_t(pub ::core::ffi::c_uint);
impl cublasLtMatrixTransformDescAttributes_t {
    pub const CUBLASLT_MATRIX_TRANSFORM_DESC_SCALE_TYPE: Self = Self(0);
    pub const CUBLASLT_MATRIX_TRANSFORM_DESC_POINTER_MODE: Self = Self(1);
    pub const CUBLASLT_MATRIX_TRANSFORM_DESC_TRANSA: Self = Self(2);
    pub const CUBLASLT_MATRIX_TRANSFORM_DESC_TRANSB: Self = Self(3);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtMatrixTransformDescAttributes_t(pub ::core::ffi::c_uint);
impl cublasLtEmulationDescAttributes_t {
    pub const CUBLASLT_EMULATION_DESC_STRATEGY: Self = Self(0);
    pub const CUBLASLT_EMULATION_DESC_SPECIAL_VALUES_SUPPORT: Self = Self(1);
    pub const CUBLASLT_EMULATION_DESC_FIXEDPOINT_MANTISSA_CONTROL: Self = Self(2);
    pub const CUBLASLT_EMULATION_DESC_FIXEDPOINT_MAX_MANTISSA_BIT_COUNT: Self = Self(3);
    pub const CUBLASLT_EMULATION_DESC_FIXEDPOINT_MANTISSA_BIT_OFFSET: Self = Self(4);
    pub const CUBLASLT_EMULATION_DESC_FIXEDPOINT_MANTISSA_BIT_COUNT_POINTER: Self = Self(5);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtEmulationDescAttributes_t(pub ::core::ffi::c_uint);
impl cublasLtReductionScheme_t {
    pub const CUBLASLT_REDUCTION_SCHEME_NONE: Self = Self(0);
    pub const CUBLASLT_REDUCTION_SCHEME_INPLACE: Self = Self(1);
    pub const CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE: Self = Self(2);
    pub const CUBLASLT_REDUCTION_SCHEME_OUTPUT_TYPE: Self = Self(4);
    pub const CUBLASLT_REDUCTION_SCHEME_MASK: Self = Self(7);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtReductionScheme_t(pub ::core::ffi::c_uint);
impl cublasLtEpilogue_t {
    pub const CUBLASLT_EPILOGUE_DEFAULT: Self = Self(1);
    pub const CUBLASLT_EPILOGUE_RELU: Self = Self(2);
    pub const CUBLASLT_EPILOGUE_RELU_AUX: Self = Self(130);
    pub const CUBLASLT_EPILOGUE_BIAS: Self = Self(4);
    pub const CUBLASLT_EPILOGUE_RELU_BIAS: Self = Self(6);
    pub const CUBLASLT_EPILOGUE_RELU_AUX_BIAS: Self = Self(134);
    pub const CUBLASLT_EPILOGUE_DRELU: Self = Self(136);
    pub const CUBLASLT_EPILOGUE_DRELU_BGRAD: Self = Self(152);
    pub const CUBLASLT_EPILOGUE_GELU: Self = Self(32);
    pub const CUBLASLT_EPILOGUE_GELU_AUX: Self = Self(160);
    pub const CUBLASLT_EPILOGUE_GELU_BIAS: Self = Self(36);
    pub const CUBLASLT_EPILOGUE_GELU_AUX_BIAS: Self = Self(164);
    pub const CUBLASLT_EPILOGUE_DGELU: Self = Self(192);
    pub const CUBLASLT_EPILOGUE_DGELU_BGRAD: Self = Self(208);
    pub const CUBLASLT_EPILOGUE_BGRADA: Self = Self(256);
    pub const CUBLASLT_EPILOGUE_BGRADB: Self = Self(512);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtEpilogue_t(pub ::core::ffi::c_uint);
impl cublasLtMatmulSearch_t {
    pub const CUBLASLT_SEARCH_BEST_FIT: Self = Self(0);
    pub const CUBLASLT_SEARCH_LIMITED_BY_ALGO_ID: Self = Self(1);
    pub const CUBLASLT_SEARCH_RESERVED_02: Self = Self(2);
    pub const CUBLASLT_SEARCH_RESERVED_03: Self = Self(3);
    pub const CUBLASLT_SEARCH_RESERVED_04: Self = Self(4);
    pub const CUBLASLT_SEARCH_RESERVED_05: Self = Self(5);
    pub const CUBLASLT_SEARCH_RESERVED_06: Self = Self(6);
    pub const CUBLASLT_SEARCH_RESERVED_07: Self = Self(7);
    pub const CUBLASLT_SEARCH_RESERVED_08: Self = Self(8);
    pub const CUBLASLT_SEARCH_RESERVED_09: Self = Self(9);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtMatmulSearch_t(pub ::core::ffi::c_uint);
impl cublasLtMatmulPreferenceAttributes_t {
    pub const CUBLASLT_MATMUL_PREF_SEARCH_MODE: Self = Self(0);
    pub const CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES: Self = Self(1);
    pub const CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK: Self = Self(3);
    pub const CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES: Self = Self(5);
    pub const CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES: Self = Self(6);
    pub const CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES: Self = Self(7);
    pub const CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES: Self = Self(8);
    pub const CUBLASLT_MATMUL_PREF_MAX_WAVES_COUNT: Self = Self(9);
    pub const CUBLASLT_MATMUL_PREF_IMPL_MASK: Self = Self(12);
    pub const CUBLASLT_MATMUL_PREF_GROUPED_AVERAGE_REDUCTION_DIM: Self = Self(13);
    pub const CUBLASLT_MATMUL_PREF_GROUPED_DESC_D_AVERAGE_ROWS: Self = Self(14);
    pub const CUBLASLT_MATMUL_PREF_GROUPED_DESC_D_AVERAGE_COLS: Self = Self(15);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtMatmulPreferenceAttributes_t(pub ::core::ffi::c_uint);
#[repr(C)]
pub struct cublasLtMatmulHeuristicResult_t {
    pub algo: cublasLtMatmulAlgo_t,
    pub workspaceSize: usize,
    pub state: cublasStatus_t,
    pub wavesCount: f32,
    pub reserved: [::core::ffi::c_int; 4usize],
}
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of cublasLtMatmulHeuristicResult_t"]
        [::core::mem::size_of::<cublasLtMatmulHeuristicResult_t>() - 96usize];
    ["Alignment of cublasLtMatmulHeuristicResult_t"]
        [::core::mem::align_of::<cublasLtMatmulHeuristicResult_t>() - 8usize];
    ["Offset of field: cublasLtMatmulHeuristicResult_t::algo"]
        [::core::mem::offset_of!(cublasLtMatmulHeuristicResult_t, algo) - 0usize];
    ["Offset of field: cublasLtMatmulHeuristicResult_t::workspaceSize"]
        [::core::mem::offset_of!(cublasLtMatmulHeuristicResult_t, workspaceSize) - 64usize];
    ["Offset of field: cublasLtMatmulHeuristicResult_t::state"]
        [::core::mem::offset_of!(cublasLtMatmulHeuristicResult_t, state) - 72usize];
    ["Offset of field: cublasLtMatmulHeuristicResult_t::wavesCount"]
        [::core::mem::offset_of!(cublasLtMatmulHeuristicResult_t, wavesCount) - 76usize];
    ["Offset of field: cublasLtMatmulHeuristicResult_t::reserved"]
        [::core::mem::offset_of!(cublasLtMatmulHeuristicResult_t, reserved) - 80usize];
};
impl cublasLtMatmulAlgoCapAttributes_t {
    pub const CUBLASLT_ALGO_CAP_SPLITK_SUPPORT: Self = Self(0);
    pub const CUBLASLT_ALGO_CAP_REDUCTION_SCHEME_MASK: Self = Self(1);
    pub const CUBLASLT_ALGO_CAP_CTA_SWIZZLING_SUPPORT: Self = Self(2);
    pub const CUBLASLT_ALGO_CAP_STRIDED_BATCH_SUPPORT: Self = Self(3);
    pub const CUBLASLT_ALGO_CAP_OUT_OF_PLACE_RESULT_SUPPORT: Self = Self(4);
    pub const CUBLASLT_ALGO_CAP_UPLO_SUPPORT: Self = Self(5);
    pub const CUBLASLT_ALGO_CAP_TILE_IDS: Self = Self(6);
    pub const CUBLASLT_ALGO_CAP_CUSTOM_OPTION_MAX: Self = Self(7);
    pub const CUBLASLT_ALGO_CAP_CUSTOM_MEMORY_ORDER: Self = Self(10);
    pub const CUBLASLT_ALGO_CAP_POINTER_MODE_MASK: Self = Self(11);
    pub const CUBLASLT_ALGO_CAP_EPILOGUE_MASK: Self = Self(12);
    pub const CUBLASLT_ALGO_CAP_STAGES_IDS: Self = Self(13);
    pub const CUBLASLT_ALGO_CAP_LD_NEGATIVE: Self = Self(14);
    pub const CUBLASLT_ALGO_CAP_NUMERICAL_IMPL_FLAGS: Self = Self(15);
    pub const CUBLASLT_ALGO_CAP_MIN_ALIGNMENT_A_BYTES: Self = Self(16);
    pub const CUBLASLT_ALGO_CAP_MIN_ALIGNMENT_B_BYTES: Self = Self(17);
    pub const CUBLASLT_ALGO_CAP_MIN_ALIGNMENT_C_BYTES: Self = Self(18);
    pub const CUBLASLT_ALGO_CAP_MIN_ALIGNMENT_D_BYTES: Self = Self(19);
    pub const CUBLASLT_ALGO_CAP_POINTER_ARRAY_BATCH_SUPPORT: Self = Self(21);
    pub const CUBLASLT_ALGO_CAP_FLOATING_POINT_EMULATION_SUPPORT: Self = Self(22);
    pub const CUBLASLT_ALGO_CAP_POINTER_ARRAY_GROUPED_SUPPORT: Self = Self(23);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtMatmulAlgoCapAttributes_t(pub ::core::ffi::c_uint);
impl cublasLtMatmulAlgoConfigAttributes_t {
    pub const CUBLASLT_ALGO_CONFIG_ID: Self = Self(0);
    pub const CUBLASLT_ALGO_CONFIG_TILE_ID: Self = Self(1);
    pub const CUBLASLT_ALGO_CONFIG_SPLITK_NUM: Self = Self(2);
    pub const CUBLASLT_ALGO_CONFIG_REDUCTION_SCHEME: Self = Self(3);
    pub const CUBLASLT_ALGO_CONFIG_CTA_SWIZZLING: Self = Self(4);
    pub const CUBLASLT_ALGO_CONFIG_CUSTOM_OPTION: Self = Self(5);
    pub const CUBLASLT_ALGO_CONFIG_STAGES_ID: Self = Self(6);
    pub const CUBLASLT_ALGO_CONFIG_INNER_SHAPE_ID: Self = Self(7);
    pub const CUBLASLT_ALGO_CONFIG_CLUSTER_SHAPE_ID: Self = Self(8);
}
#[repr(transparent)]
#[derive(Debug, Copy, Clone, Hash, PartialEq, Eq)]
pub struct cublasLtMatmulAlgoConfigAttributes_t(pub ::core::ffi::c_uint);
pub type cublasLtLoggerCallback_t = ::core::option::Option<
    unsafe extern "C" fn(
        logLevel: ::core::ffi::c_int,
        functionName: *const ::core::ffi::c_char,
        message: *const ::core::ffi::c_char,
    ),
>;
::cuda_sys::zeroed_default! {
cublasLtMatmulHeuristicResult_t,
}
::cuda_sys::opaque_debug! {
cublasLtMatmulHeuristicResult_t,
}
