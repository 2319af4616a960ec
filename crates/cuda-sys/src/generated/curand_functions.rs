// Made by `cargo xtask bindings` from curand.h of cuRAND 10.4.5. Do not edit.

/// Hands the list of cuRAND's functions to another macro, as
/// [`for_each_driver_function!`](crate::for_each_driver_function) does; the types are those of [`curand`](crate::curand).
/// `since` is cuRAND's own version.
#[macro_export]
macro_rules! for_each_curand_function {
    ($($callback:ident)::+ $({ $($extra:tt)* })?) => { $($callback)::+! {
        $($($extra)*)?
        current {
            fn curandCreateGenerator(generator: *mut curandGenerator_t, rng_type: curandRngType_t) -> curandStatus_t; since 10.3;
            fn curandCreateGeneratorHost(generator: *mut curandGenerator_t, rng_type: curandRngType_t) -> curandStatus_t; since 10.3;
            fn curandDestroyGenerator(generator: curandGenerator_t) -> curandStatus_t; since 10.3;
            fn curandGetVersion(version: *mut c_int) -> curandStatus_t; since 10.3;
            fn curandGetProperty(type_: libraryPropertyType, value: *mut c_int) -> curandStatus_t; since 10.3;
            fn curandSetStream(generator: curandGenerator_t, stream: cudaStream_t) -> curandStatus_t; since 10.3;
            fn curandSetPseudoRandomGeneratorSeed(generator: curandGenerator_t, seed: c_ulonglong) -> curandStatus_t; since 10.3;
            fn curandSetGeneratorOffset(generator: curandGenerator_t, offset: c_ulonglong) -> curandStatus_t; since 10.3;
            fn curandSetGeneratorOrdering(generator: curandGenerator_t, order: curandOrdering_t) -> curandStatus_t; since 10.3;
            fn curandSetQuasiRandomGeneratorDimensions(generator: curandGenerator_t, num_dimensions: c_uint) -> curandStatus_t; since 10.3;
            fn curandGenerate(generator: curandGenerator_t, outputPtr: *mut c_uint, num: usize) -> curandStatus_t; since 10.3;
            fn curandGenerateLongLong(generator: curandGenerator_t, outputPtr: *mut c_ulonglong, num: usize) -> curandStatus_t; since 10.3;
            fn curandGenerateUniform(generator: curandGenerator_t, outputPtr: *mut f32, num: usize) -> curandStatus_t; since 10.3;
            fn curandGenerateUniformDouble(generator: curandGenerator_t, outputPtr: *mut f64, num: usize) -> curandStatus_t; since 10.3;
            fn curandGenerateNormal(generator: curandGenerator_t, outputPtr: *mut f32, n: usize, mean: f32, stddev: f32) -> curandStatus_t; since 10.3;
            fn curandGenerateNormalDouble(generator: curandGenerator_t, outputPtr: *mut f64, n: usize, mean: f64, stddev: f64) -> curandStatus_t; since 10.3;
            fn curandGenerateLogNormal(generator: curandGenerator_t, outputPtr: *mut f32, n: usize, mean: f32, stddev: f32) -> curandStatus_t; since 10.3;
            fn curandGenerateLogNormalDouble(generator: curandGenerator_t, outputPtr: *mut f64, n: usize, mean: f64, stddev: f64) -> curandStatus_t; since 10.3;
            fn curandCreatePoissonDistribution(lambda: f64, discrete_distribution: *mut curandDiscreteDistribution_t) -> curandStatus_t; since 10.3;
            fn curandDestroyDistribution(discrete_distribution: curandDiscreteDistribution_t) -> curandStatus_t; since 10.3;
            fn curandGeneratePoisson(generator: curandGenerator_t, outputPtr: *mut c_uint, n: usize, lambda: f64) -> curandStatus_t; since 10.3;
            fn curandGeneratePoissonMethod(generator: curandGenerator_t, outputPtr: *mut c_uint, n: usize, lambda: f64, method: curandMethod_t) -> curandStatus_t; since 10.3;
            fn curandGenerateBinomial(generator: curandGenerator_t, outputPtr: *mut c_uint, num: usize, n: c_uint, p: f64) -> curandStatus_t; since 10.3;
            fn curandGenerateBinomialMethod(generator: curandGenerator_t, outputPtr: *mut c_uint, num: usize, n: c_uint, p: f64, method: curandMethod_t) -> curandStatus_t; since 10.3;
            fn curandGenerateSeeds(generator: curandGenerator_t) -> curandStatus_t; since 10.3;
            fn curandGetDirectionVectors32(vectors: *mut *mut curandDirectionVectors32_t, set: curandDirectionVectorSet_t) -> curandStatus_t; since 10.3;
            fn curandGetScrambleConstants32(constants: *mut *mut c_uint) -> curandStatus_t; since 10.3;
            fn curandGetDirectionVectors64(vectors: *mut *mut curandDirectionVectors64_t, set: curandDirectionVectorSet_t) -> curandStatus_t; since 10.3;
            fn curandGetScrambleConstants64(constants: *mut *mut c_ulonglong) -> curandStatus_t; since 10.3;
        }
        legacy {
        }
    } };
}
