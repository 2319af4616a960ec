//! The forms of a function: for each type of number, and for sizes of 32 and of 64 bits.

/// Hands each name of a family to a macro of the family's, with the type of number, its name in C, and the type of sizes. The names come in
/// the order of S, D, C, Z, each followed by its `_64`.
macro_rules! sdcz {
    ($family:ident: $s:ident $s64:ident $d:ident $d64:ident $c:ident $c64:ident $z:ident $z64:ident) => {
        sd!($family: $s $s64 $d $d64);
        cz!($family: $c $c64 $z $z64);
    };
}
pub(super) use sdcz;

/// The same for the real ones alone.
macro_rules! sd {
    ($family:ident: $s:ident $s64:ident $d:ident $d64:ident) => {
        $family!($s f32, f32, c_int);
        $family!($s64 f32, f32, i64);
        $family!($d f64, f64, c_int);
        $family!($d64 f64, f64, i64);
    };
}
pub(super) use sd;

/// The same for the complex ones alone.
macro_rules! cz {
    ($family:ident: $c:ident $c64:ident $z:ident $z64:ident) => {
        $family!($c $crate::number::Complex<f32>, cuComplex, c_int);
        $family!($c64 $crate::number::Complex<f32>, cuComplex, i64);
        $family!($z $crate::number::Complex<f64>, cuDoubleComplex, c_int);
        $family!($z64 $crate::number::Complex<f64>, cuDoubleComplex, i64);
    };
}
pub(super) use cz;
