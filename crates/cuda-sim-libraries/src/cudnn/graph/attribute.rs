//! The attributes of descriptors: which there are, of which type, and how many values each has.

use cudnn_sys::{cudnnBackendAttributeType_t as Type, cudnnBackendDescriptorType_t as Kind};

/// How an attribute is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// It has to be set.
    Required,
    Optional,
    /// It is only read, from a descriptor that is finalised.
    Read,
}

/// An attribute of a kind of descriptors.
#[derive(Debug)]
pub(crate) struct Attribute {
    pub(crate) kind: Kind,
    pub(crate) name: u32,
    pub(crate) types: &'static [Type],
    /// The most values that it can have.
    pub(crate) most: usize,
    pub(crate) usage: Use,
}

macro_rules! attributes {
    ($( $kind:ident { $( $name:literal $usage:ident $most:literal $($type:ident)|+, )* } )*) => {
        pub(crate) static ATTRIBUTES: &[Attribute] = &[$( $( Attribute {
            kind: Kind::$kind,
            name: $name,
            types: &[$( Type::$type ),+],
            most: $most,
            usage: Use::$usage,
        }, )* )*];
    };
}

attributes! {
    CUDNN_BACKEND_POINTWISE_DESCRIPTOR {
        0 Required 1 CUDNN_TYPE_POINTWISE_MODE,
        1 Required 1 CUDNN_TYPE_DATA_TYPE,
        2 Optional 1 CUDNN_TYPE_NAN_PROPOGATION,
        3 Optional 1 CUDNN_TYPE_DOUBLE | CUDNN_TYPE_FLOAT,
        4 Optional 1 CUDNN_TYPE_DOUBLE | CUDNN_TYPE_FLOAT,
        5 Optional 1 CUDNN_TYPE_DOUBLE | CUDNN_TYPE_FLOAT,
        6 Optional 1 CUDNN_TYPE_DOUBLE | CUDNN_TYPE_FLOAT,
        7 Optional 1 CUDNN_TYPE_DOUBLE | CUDNN_TYPE_FLOAT,
        8 Optional 1 CUDNN_TYPE_DOUBLE | CUDNN_TYPE_FLOAT,
        9 Optional 1 CUDNN_TYPE_INT64,
    }
    CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR {
        100 Required 1 CUDNN_TYPE_DATA_TYPE,
        101 Required 1 CUDNN_TYPE_CONVOLUTION_MODE,
        102 Required 6 CUDNN_TYPE_INT64,
        103 Required 6 CUDNN_TYPE_INT64,
        104 Required 6 CUDNN_TYPE_INT64,
        105 Required 6 CUDNN_TYPE_INT64,
        106 Required 1 CUDNN_TYPE_INT64,
    }
    CUDNN_BACKEND_ENGINE_DESCRIPTOR {
        1300 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        1301 Required 1 CUDNN_TYPE_INT64,
        1302 Read 64 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        1303 Read 64 CUDNN_TYPE_NUMERICAL_NOTE,
        1304 Read 64 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        1305 Read 64 CUDNN_TYPE_BEHAVIOR_NOTE,
        1306 Optional 1 CUDNN_TYPE_INT32,
    }
    CUDNN_BACKEND_ENGINECFG_DESCRIPTOR {
        300 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        301 Read 64 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        302 Optional 64 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        303 Read 1 CUDNN_TYPE_INT64,
    }
    CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR {
        200 Required 1 CUDNN_TYPE_HEUR_MODE,
        201 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        202 Read 64 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        203 Optional 1 CUDNN_TYPE_INT32,
    }
    CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR {
        400 Optional 1 CUDNN_TYPE_HANDLE,
        401 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        402 Read 1 CUDNN_TYPE_INT64,
        403 Read 64 CUDNN_TYPE_INT64,
        404 Optional 64 CUDNN_TYPE_INT64,
    }
    CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR {
        600 Required 1 CUDNN_TYPE_KNOB_TYPE,
        601 Required 1 CUDNN_TYPE_INT64,
    }
    CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR {
        700 Required 1 CUDNN_TYPE_DOUBLE | CUDNN_TYPE_FLOAT,
        701 Required 1 CUDNN_TYPE_DOUBLE | CUDNN_TYPE_FLOAT,
        702 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        703 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        704 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        705 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
    }
    CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR {
        706 Required 1 CUDNN_TYPE_DOUBLE | CUDNN_TYPE_FLOAT,
        707 Required 1 CUDNN_TYPE_DOUBLE | CUDNN_TYPE_FLOAT,
        708 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        709 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        710 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        711 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
    }
    CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR {
        712 Required 1 CUDNN_TYPE_DOUBLE | CUDNN_TYPE_FLOAT,
        713 Required 1 CUDNN_TYPE_DOUBLE | CUDNN_TYPE_FLOAT,
        714 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        715 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        716 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        717 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
    }
    CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR {
        750 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        751 Optional 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        752 Optional 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        753 Optional 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        754 Optional 1 CUDNN_TYPE_DOUBLE | CUDNN_TYPE_FLOAT,
        755 Optional 1 CUDNN_TYPE_DOUBLE | CUDNN_TYPE_FLOAT,
        756 Optional 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        757 Optional 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        758 Optional 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
    }
    CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR {
        800 Required 1 CUDNN_TYPE_HANDLE,
        801 Required 256 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        802 Read 1 CUDNN_TYPE_INT64,
    }
    CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR {
        1000 Optional 1024 CUDNN_TYPE_INT64,
        1001 Optional 1024 CUDNN_TYPE_VOID_PTR,
        1002 Optional 64 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        1003 Optional 1 CUDNN_TYPE_VOID_PTR,
    }
    CUDNN_BACKEND_TENSOR_DESCRIPTOR {
        900 Required 1 CUDNN_TYPE_INT64,
        901 Required 1 CUDNN_TYPE_DATA_TYPE,
        902 Required 8 CUDNN_TYPE_INT64,
        903 Required 8 CUDNN_TYPE_INT64,
        904 Optional 1 CUDNN_TYPE_INT64,
        905 Optional 1 CUDNN_TYPE_INT64,
        906 Required 1 CUDNN_TYPE_INT64,
        907 Optional 1 CUDNN_TYPE_BOOLEAN,
        908 Optional 1 CUDNN_TYPE_BOOLEAN,
        909 Optional 1 CUDNN_TYPE_TENSOR_REORDERING_MODE,
    }
    CUDNN_BACKEND_MATMUL_DESCRIPTOR {
        1500 Required 1 CUDNN_TYPE_DATA_TYPE,
        1503 Optional 1 CUDNN_TYPE_DOUBLE,
    }
    CUDNN_BACKEND_OPERATION_MATMUL_DESCRIPTOR {
        1520 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        1521 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        1522 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        1523 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
    }
    CUDNN_BACKEND_REDUCTION_DESCRIPTOR {
        1600 Required 1 CUDNN_TYPE_REDUCTION_OPERATOR_TYPE,
        1601 Required 1 CUDNN_TYPE_DATA_TYPE,
    }
    CUDNN_BACKEND_OPERATION_REDUCTION_DESCRIPTOR {
        1610 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        1611 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
        1612 Required 1 CUDNN_TYPE_BACKEND_DESCRIPTOR,
    }
}

/// Finds an attribute of a kind.
pub(crate) fn find(kind: Kind, name: u32) -> Option<&'static Attribute> {
    ATTRIBUTES.iter().find(|attribute| attribute.kind == kind && attribute.name == name)
}

/// Whether there are descriptors of a kind.
pub(crate) fn has(kind: Kind) -> bool {
    ATTRIBUTES.iter().any(|attribute| attribute.kind == kind)
}

/// Returns the size of a value of a type in bytes.
pub(crate) fn size(of: Type) -> usize {
    match of {
        Type::CUDNN_TYPE_HANDLE
        | Type::CUDNN_TYPE_INT64
        | Type::CUDNN_TYPE_DOUBLE
        | Type::CUDNN_TYPE_VOID_PTR
        | Type::CUDNN_TYPE_BACKEND_DESCRIPTOR => 8,
        Type::CUDNN_TYPE_BOOLEAN | Type::CUDNN_TYPE_CHAR => 1,
        Type::CUDNN_TYPE_FRACTION => 16,
        _ => 4,
    }
}
