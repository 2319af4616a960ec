//! The types of elements, and how they become numbers and numbers become them.

use cudnn_sys::cudnnDataType_t as DataType;
use half::{bf16, f16};

/// Returns the size of an element in bytes, or `None` for a type that this library cannot hold. A vector of channels counts as its elements.
pub(crate) fn size(data_type: DataType) -> Option<usize> {
    Some(match data_type {
        DataType::CUDNN_DATA_DOUBLE | DataType::CUDNN_DATA_INT64 => 8,
        DataType::CUDNN_DATA_FLOAT | DataType::CUDNN_DATA_INT32 => 4,
        DataType::CUDNN_DATA_HALF | DataType::CUDNN_DATA_BFLOAT16 => 2,
        DataType::CUDNN_DATA_INT8
        | DataType::CUDNN_DATA_UINT8
        | DataType::CUDNN_DATA_INT8x4
        | DataType::CUDNN_DATA_UINT8x4
        | DataType::CUDNN_DATA_INT8x32
        | DataType::CUDNN_DATA_BOOLEAN
        | DataType::CUDNN_DATA_FP8_E4M3
        | DataType::CUDNN_DATA_FP8_E5M2 => 1,
        _ => return None,
    })
}

/// Returns the size of what a descriptor counts as an element: a vector of channels is one.
pub(crate) fn stored_size(data_type: DataType) -> usize {
    size(data_type).unwrap_or(1) * vector(data_type)
}

/// Returns how many channels are stored side by side in the layout `NCHW_VECT_C`.
pub(crate) fn vector(data_type: DataType) -> usize {
    match data_type {
        DataType::CUDNN_DATA_INT8x4 | DataType::CUDNN_DATA_UINT8x4 => 4,
        DataType::CUDNN_DATA_INT8x32 => 32,
        _ => 1,
    }
}

/// Whether this library computes with elements of a type.
pub(crate) fn is_computable(data_type: DataType) -> bool {
    size(data_type).is_some()
        && !matches!(data_type, DataType::CUDNN_DATA_FP8_E4M3 | DataType::CUDNN_DATA_FP8_E5M2)
}

/// Whether a type has fractions: these are what gradients are made of.
pub(crate) fn is_real(data_type: DataType) -> bool {
    matches!(
        data_type,
        DataType::CUDNN_DATA_FLOAT
            | DataType::CUDNN_DATA_DOUBLE
            | DataType::CUDNN_DATA_HALF
            | DataType::CUDNN_DATA_BFLOAT16
    )
}

/// Calls `f` with the number of each element in `bytes`.
pub(crate) fn read(data_type: DataType, bytes: &[u8], f: impl FnMut(f64)) {
    macro_rules! each {
        ($type:ty, $size:literal, $number:expr) => {
            bytes
                .chunks_exact($size)
                .map(|bytes| {
                    let mut own = [0; $size];
                    own.copy_from_slice(bytes);
                    $number(<$type>::from_le_bytes(own))
                })
                .for_each(f)
        };
    }
    match data_type {
        DataType::CUDNN_DATA_DOUBLE => each!(f64, 8, |value| value),
        DataType::CUDNN_DATA_FLOAT => each!(f32, 4, f64::from),
        DataType::CUDNN_DATA_HALF => each!(f16, 2, |value: f16| value.to_f64()),
        DataType::CUDNN_DATA_BFLOAT16 => each!(bf16, 2, |value: bf16| value.to_f64()),
        DataType::CUDNN_DATA_INT64 => each!(i64, 8, |value| value as f64),
        DataType::CUDNN_DATA_INT32 => each!(i32, 4, f64::from),
        DataType::CUDNN_DATA_UINT8 | DataType::CUDNN_DATA_UINT8x4 => each!(u8, 1, f64::from),
        DataType::CUDNN_DATA_BOOLEAN => each!(u8, 1, |value| f64::from(u8::from(value != 0))),
        _ => each!(i8, 1, f64::from),
    }
}

/// Appends `value` to `bytes` as an element: rounded to the nearest, and integers cut to their range.
pub(crate) fn write(data_type: DataType, value: f64, bytes: &mut Vec<u8>) {
    let whole = value.round_ties_even();
    match data_type {
        DataType::CUDNN_DATA_DOUBLE => bytes.extend(value.to_le_bytes()),
        DataType::CUDNN_DATA_FLOAT => bytes.extend((value as f32).to_le_bytes()),
        DataType::CUDNN_DATA_HALF => bytes.extend(f16::from_f64(value).to_le_bytes()),
        DataType::CUDNN_DATA_BFLOAT16 => bytes.extend(bf16::from_f64(value).to_le_bytes()),
        DataType::CUDNN_DATA_INT64 => bytes.extend((whole as i64).to_le_bytes()),
        DataType::CUDNN_DATA_INT32 => bytes.extend((whole as i32).to_le_bytes()),
        DataType::CUDNN_DATA_UINT8 | DataType::CUDNN_DATA_UINT8x4 => bytes.push(whole as u8),
        DataType::CUDNN_DATA_BOOLEAN => bytes.push(u8::from(value != 0.0)),
        _ => bytes.extend((whole as i8).to_le_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::{DataType, is_computable, read, size, write};

    #[test]
    fn every_element_comes_back_as_it_was_rounded() {
        for data_type in (0..12).map(DataType).filter(|data_type| is_computable(*data_type)) {
            for value in [0.0, 1.0, 3.0, 1.5, -2.0, 1e9, 0.1] {
                let mut bytes = Vec::new();
                write(data_type, value, &mut bytes);
                assert_eq!(Some(bytes.len()), size(data_type));

                let mut again = Vec::new();
                read(data_type, &bytes, |value| write(data_type, value, &mut again));

                assert_eq!(again, bytes, "{value} as {data_type:?}");
            }
        }
    }

    #[test]
    fn integers_are_rounded_to_even_and_cut_to_their_range() {
        let stored = |data_type, value| {
            let (mut bytes, mut back) = (Vec::new(), 0.0);
            write(data_type, value, &mut bytes);
            read(data_type, &bytes, |value| back = value);
            back
        };

        assert_eq!(stored(DataType::CUDNN_DATA_INT8, 2.5), 2.0);
        assert_eq!(stored(DataType::CUDNN_DATA_INT8, 300.0), 127.0);
        assert_eq!(stored(DataType::CUDNN_DATA_INT8, -300.0), -128.0);
        assert_eq!(stored(DataType::CUDNN_DATA_UINT8, -3.0), 0.0);
        assert_eq!(stored(DataType::CUDNN_DATA_HALF, 1e9), f64::INFINITY);
    }
}
