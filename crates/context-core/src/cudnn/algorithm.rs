//! Algorithms of convolutions: which there are for a problem, what they need, and how fast they are.

#![allow(unsafe_code)]

use std::{fmt, marker::PhantomData, time::Duration};

use cudnn_sys::{
    Cudnn, MissingFunction, Status, cudnnConvolutionBwdDataAlgo_t as DataNumber,
    cudnnConvolutionBwdDataAlgoPerf_t, cudnnConvolutionBwdFilterAlgo_t as FilterNumber,
    cudnnConvolutionBwdFilterAlgoPerf_t, cudnnConvolutionFwdAlgo_t as ForwardNumber,
    cudnnConvolutionFwdAlgoPerf_t, cudnnDeterminism_t, cudnnHandle_t, cudnnStatus_t,
};

use super::{
    Convolution, DataType, Determinism, Error, Handle, MathMode, Result, Settings, Workspace, memory::at,
};
use crate::backend::Address;

/// What a call of cuDNN returns.
type Returned = Result<cudnnStatus_t, MissingFunction>;

/// Which way a convolution goes: forward, or backward to the gradient of its input or of its filter.
pub trait Direction: sealed::Calls + Copy + fmt::Debug + Send + Sync + 'static {
    /// The direction's name in keys and messages.
    const NAME: &'static str;

    /// The names of cuDNN's algorithms, by number.
    const ALGORITHMS: &'static [&'static str];

    /// The numbers of those whose results may have other bits in each run, as cuDNN's manual says.
    const NOT_DETERMINISTIC: &'static [u32];
}

/// From the input to the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Forward {}

/// From the gradient of the output to that of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BackwardData {}

/// From the gradient of the output to that of the filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BackwardFilter {}

mod sealed {
    use super::*;

    /// One direction's functions.
    pub trait Calls {
        type Number: Copy;
        type Perf: Copy;

        fn number(number: u32) -> Self::Number;
        fn read(perf: &Self::Perf) -> Read;

        /// # Safety
        /// As cuDNN's function; `count` is how many `found` has room for.
        unsafe fn heuristics<T: DataType>(
            table: Cudnn,
            handle: cudnnHandle_t,
            problem: &Convolution<'_, T>,
            count: i32,
            returned: &mut i32,
            found: *mut Self::Perf,
        ) -> Returned;

        /// # Safety
        /// As cuDNN's function.
        #[allow(clippy::too_many_arguments)]
        unsafe fn measure<T: DataType>(
            table: Cudnn,
            handle: cudnnHandle_t,
            problem: &Convolution<'_, T>,
            operands: [Address; 3],
            workspace: Workspace,
            count: i32,
            returned: &mut i32,
            found: *mut Self::Perf,
        ) -> Returned;

        /// # Safety
        /// As cuDNN's function.
        unsafe fn workspace<T: DataType>(
            table: Cudnn,
            handle: cudnnHandle_t,
            problem: &Convolution<'_, T>,
            convolution: cudnn_sys::cudnnConvolutionDescriptor_t,
            number: Self::Number,
            bytes: &mut usize,
        ) -> Returned;

        const HEURISTICS: &'static str;
        const MEASURE: &'static str;
        const WORKSPACE: &'static str;
    }
}

use sealed::Calls;

/// What cuDNN says of one algorithm.
#[derive(Debug)]
pub struct Read {
    number: u32,
    status: cudnnStatus_t,
    milliseconds: f32,
    bytes: usize,
    determinism: cudnnDeterminism_t,
    math: cudnn_sys::cudnnMathType_t,
}

macro_rules! calls {
    (
        $direction:ident, $name:literal, $number:ident, $perf:ident, [$($algorithm:literal),* $(,)?],
        not deterministic [$($number_of:literal),*],
        $heuristics:ident, $measure:ident, $workspace:ident,
        |$problem:ident| ($first:expr, $second:expr, $third:expr), operands ($a:ident, $b:ident, $c:ident)
    ) => {
        impl Direction for $direction {
            const NAME: &'static str = $name;
            const ALGORITHMS: &'static [&'static str] = &[$($algorithm),*];
            const NOT_DETERMINISTIC: &'static [u32] = &[$($number_of),*];
        }

        impl Calls for $direction {
            type Number = $number;
            type Perf = $perf;
            const HEURISTICS: &'static str = stringify!($heuristics);
            const MEASURE: &'static str = stringify!($measure);
            const WORKSPACE: &'static str = stringify!($workspace);

            fn number(number: u32) -> $number {
                $number(number)
            }

            fn read(perf: &$perf) -> Read {
                Read {
                    number: perf.algo.0,
                    status: perf.status,
                    milliseconds: perf.time,
                    bytes: perf.memory,
                    determinism: perf.determinism,
                    math: perf.mathType,
                }
            }

            unsafe fn heuristics<T: DataType>(
                table: Cudnn,
                handle: cudnnHandle_t,
                $problem: &Convolution<'_, T>,
                count: i32,
                returned: &mut i32,
                found: *mut $perf,
            ) -> Returned {
                let convolution = $problem.convolution.as_raw();
                // SAFETY: the caller's promise is the same.
                unsafe {
                    table.$heuristics(
                        handle, $first.as_raw(), $second.as_raw(), convolution, $third.as_raw(), count, returned, found,
                    )
                }
            }

            unsafe fn measure<T: DataType>(
                table: Cudnn,
                handle: cudnnHandle_t,
                $problem: &Convolution<'_, T>,
                [$a, $b, $c]: [Address; 3],
                workspace: Workspace,
                count: i32,
                returned: &mut i32,
                found: *mut $perf,
            ) -> Returned {
                let convolution = $problem.convolution.as_raw();
                // SAFETY: the caller's promise is the same.
                unsafe {
                    table.$measure(
                        handle, $first.as_raw(), at($a), $second.as_raw(), at($b), convolution, $third.as_raw(), at($c),
                        count, returned, found, at(workspace.address), workspace.bytes,
                    )
                }
            }

            unsafe fn workspace<T: DataType>(
                table: Cudnn,
                handle: cudnnHandle_t,
                $problem: &Convolution<'_, T>,
                convolution: cudnn_sys::cudnnConvolutionDescriptor_t,
                number: $number,
                bytes: &mut usize,
            ) -> Returned {
                // SAFETY: the caller's promise is the same.
                unsafe {
                    table.$workspace(
                        handle, $first.as_raw(), $second.as_raw(), convolution, $third.as_raw(), number, bytes,
                    )
                }
            }
        }
    };
}

calls!(
    Forward,
    "forward",
    ForwardNumber,
    cudnnConvolutionFwdAlgoPerf_t,
    [
        "implicit GEMM",
        "implicit precomputed GEMM",
        "GEMM",
        "direct",
        "FFT",
        "FFT in tiles",
        "Winograd",
        "Winograd, not fused",
    ],
    not deterministic [],
    cudnnGetConvolutionForwardAlgorithm_v7,
    cudnnFindConvolutionForwardAlgorithmEx,
    cudnnGetConvolutionForwardWorkspaceSize,
    |problem| (problem.x, problem.filter, problem.y),
    operands(x, filter, y)
);

calls!(
    BackwardData,
    "backward data",
    DataNumber,
    cudnnConvolutionBwdDataAlgoPerf_t,
    ["0 (sums in any order)", "1", "FFT", "FFT in tiles", "Winograd", "Winograd, not fused"],
    not deterministic [0],
    cudnnGetConvolutionBackwardDataAlgorithm_v7,
    cudnnFindConvolutionBackwardDataAlgorithmEx,
    cudnnGetConvolutionBackwardDataWorkspaceSize,
    |problem| (problem.filter, problem.y, problem.x),
    operands(filter, y, x)
);

calls!(
    BackwardFilter,
    "backward filter",
    FilterNumber,
    cudnnConvolutionBwdFilterAlgoPerf_t,
    [
        "0 (sums in any order)",
        "1",
        "FFT",
        "3 (sums in any order)",
        "Winograd",
        "Winograd, not fused",
        "FFT in tiles"
    ],
    not deterministic [0, 3],
    cudnnGetConvolutionBackwardFilterAlgorithm_v7,
    cudnnFindConvolutionBackwardFilterAlgorithmEx,
    cudnnGetConvolutionBackwardFilterWorkspaceSize,
    |problem| (problem.x, problem.y, problem.filter),
    operands(x, y, filter)
);

/// An algorithm for one direction of a convolution, with the arithmetic that it uses.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Algorithm<D: Direction> {
    number: u32,
    math: MathMode,
    direction: PhantomData<D>,
}

impl<D: Direction> Algorithm<D> {
    /// Takes cuDNN's number of an algorithm. Which of them can do what, the library knows.
    ///
    /// # Examples
    /// An algorithm for one direction is none for another:
    ///
    /// ```compile_fail,E0308
    /// use context_core::{MathMode, cudnn::{Algorithm, BackwardData, Forward}};
    ///
    /// let algorithm: Algorithm<BackwardData> = Algorithm::<Forward>::new(1, MathMode::Default);
    /// ```
    #[doc(alias = "cudnnConvolutionFwdAlgo_t")]
    #[doc(alias = "cudnnConvolutionBwdDataAlgo_t")]
    #[doc(alias = "cudnnConvolutionBwdFilterAlgo_t")]
    pub const fn new(number: u32, math: MathMode) -> Algorithm<D> {
        Algorithm { number, math, direction: PhantomData }
    }

    /// Returns cuDNN's number.
    pub fn number(self) -> u32 {
        self.number
    }

    /// Returns the arithmetic.
    pub fn math(self) -> MathMode {
        self.math
    }

    #[inline]
    pub(super) fn as_raw(self) -> <D as Calls>::Number {
        D::number(self.number)
    }
}

impl<D: Direction> fmt::Debug for Algorithm<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match D::ALGORITHMS.get(self.number as usize) {
            Some(name) => write!(f, "{} algorithm {name}, {:?}", D::NAME, self.math),
            None => write!(f, "{} algorithm {}, {:?}", D::NAME, self.number, self.math),
        }
    }
}

/// What cuDNN says of an algorithm for one problem.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Performance<D: Direction> {
    /// The algorithm.
    pub algorithm: Algorithm<D>,
    /// Whether it can do this; the reason if it cannot.
    pub status: Status,
    /// How long it took, or is thought to take; `None` where cuDNN does not tell.
    pub time: Option<Duration>,
    /// How many bytes of workspace it needs.
    pub workspace_bytes: usize,
    /// Whether its results have the same bits in every run.
    pub deterministic: bool,
}

/// Takes the first algorithm, the best by cuDNN's order, that can do it and that the settings allow.
///
/// # Errors
/// [`Error::Setting`] if there are algorithms and the settings allow none of them, with what each would break; [`Error::Shape`] if there
/// are none at all.
pub fn choose<D: Direction>(found: &[Performance<D>], settings: Settings) -> Result<Performance<D>> {
    let can: Vec<_> = found.iter().filter(|one| one.status.ok().is_ok()).collect();
    let broken = |one: &Performance<D>| {
        if settings.determinism == Determinism::Reproducible && !one.deterministic {
            return Some(("determinism", "gives other bits in each run".to_owned()));
        }
        if !settings.math.allows(one.algorithm.math) {
            return Some(("math mode", format!("needs {:?}", one.algorithm.math)));
        }
        match settings.workspace_limit {
            Some(limit) if one.workspace_bytes > limit => {
                Some(("workspace limit", format!("needs {}", crate::Bytes(one.workspace_bytes))))
            }
            _ => None,
        }
    };
    if let Some(best) = can.iter().find(|one| broken(one).is_none()) {
        return Ok(**best);
    }
    let refused = can.iter().filter_map(|one| broken(one).map(|(setting, reason)| (one, setting, reason)));
    let refused: Vec<_> = refused.collect();
    let Some((_, setting, _)) = refused.first() else {
        let reasons: Vec<String> =
            found.iter().map(|one| format!("{:?}: {}", one.algorithm, one.status)).collect();
        return Err(Error::Shape {
            operation: "choosing an algorithm",
            detail: format!("cuDNN has none for this convolution: {}", reasons.join("; ")),
        });
    };
    let reasons: Vec<String> =
        refused.iter().map(|(one, _, reason)| format!("{:?} {reason}", one.algorithm)).collect();
    Err(Error::Setting {
        setting,
        reason: format!("no algorithm of cuDNN keeps to {settings:?}: {}", reasons.join("; ")),
    })
}

/// The most algorithms that are asked for: more than any direction has, and each with each arithmetic.
const MOST: usize = 32;

impl Handle {
    /// Asks which algorithms there are for a problem, the best by cuDNN's estimate first. Runs nothing.
    ///
    /// # Errors
    /// [`Error::Call`] if the descriptors do not go together.
    #[doc(alias = "cudnnGetConvolutionForwardAlgorithm_v7")]
    #[doc(alias = "cudnnGetConvolutionBackwardDataAlgorithm_v7")]
    #[doc(alias = "cudnnGetConvolutionBackwardFilterAlgorithm_v7")]
    pub fn estimate<D: Direction, T: DataType>(
        &mut self,
        problem: &Convolution<'_, T>,
    ) -> Result<Vec<Performance<D>>> {
        self.list(problem, D::HEURISTICS, |table, handle, returned, found| {
            // SAFETY: the handle and the descriptors are live while borrowed, and there is room for `MOST`.
            unsafe { D::heuristics(table, handle, problem, MOST as i32, returned, found) }
        })
    }

    /// Runs every algorithm that the workspace is large enough for, and tells what it took, the fastest first. cuDNN waits for the
    /// device. What is written holds the result of one of them.
    ///
    /// # Errors
    /// [`Error::Call`].
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses). The operands are `x`, filter and `y`; the last of those that the direction
    /// reads comes second: forward x, filter, y; backward data filter, y, x; backward filter x, y, filter.
    #[doc(alias = "cudnnFindConvolutionForwardAlgorithmEx")]
    #[doc(alias = "cudnnFindConvolutionBackwardDataAlgorithmEx")]
    #[doc(alias = "cudnnFindConvolutionBackwardFilterAlgorithmEx")]
    pub unsafe fn measure<D: Direction, T: DataType>(
        &mut self,
        problem: &Convolution<'_, T>,
        operands: [Address; 3],
        workspace: Workspace,
    ) -> Result<Vec<Performance<D>>> {
        self.list(problem, D::MEASURE, |table, handle, returned, found| {
            // SAFETY: as above; the caller vouches for the addresses.
            unsafe { D::measure(table, handle, problem, operands, workspace, MOST as i32, returned, found) }
        })
    }

    fn list<D: Direction, T: DataType>(
        &mut self,
        problem: &Convolution<'_, T>,
        function: &'static str,
        ask: impl FnOnce(Cudnn, cudnnHandle_t, &mut i32, *mut <D as Calls>::Perf) -> Returned,
    ) -> Result<Vec<Performance<D>>> {
        self.enter()?;
        let table = self.library().table();
        let mut found = [const { std::mem::MaybeUninit::<<D as Calls>::Perf>::zeroed() }; MOST];
        let mut returned = 0;
        let asked = ask(table, self.as_raw(), &mut returned, found.as_mut_ptr().cast());
        super::check(table, function, asked)
            .map_err(|error| super::handle::explain(self.context(), error))
            .map_err(|error| error.doing(|| format!("the algorithms for {} of {problem:?}", D::NAME)))?;
        let count = usize::try_from(returned).unwrap_or(0).min(MOST);
        let list = found[..count].iter().filter_map(|found| {
            // SAFETY: numbers, zero where cuDNN has written none.
            let read = D::read(unsafe { found.assume_init_ref() });
            // Arithmetic of a later cuDNN, that no setting here speaks of.
            let math = MathMode::from_raw(read.math)?;
            let seconds = f64::from(read.milliseconds) / 1e3;
            Some(Performance {
                algorithm: Algorithm::new(read.number, math),
                status: table.status(read.status),
                time: Duration::try_from_secs_f64(seconds).ok().filter(|time| !time.is_zero()),
                workspace_bytes: read.bytes,
                deterministic: read.determinism == cudnnDeterminism_t::CUDNN_DETERMINISTIC,
            })
        });
        Ok(list.collect())
    }

    /// Returns how many bytes of workspace an algorithm needs for a problem.
    ///
    /// # Errors
    /// [`Error::Call`] if the algorithm does not do this.
    #[doc(alias = "cudnnGetConvolutionForwardWorkspaceSize")]
    #[doc(alias = "cudnnGetConvolutionBackwardDataWorkspaceSize")]
    #[doc(alias = "cudnnGetConvolutionBackwardFilterWorkspaceSize")]
    pub fn convolution_workspace_bytes<D: Direction, T: DataType>(
        &mut self,
        problem: &Convolution<'_, T>,
        algorithm: Algorithm<D>,
    ) -> Result<usize> {
        let convolution = problem.convolution.with_math(algorithm.math())?;
        self.enter()?;
        let table = self.library().table();
        let mut bytes = 0;
        // SAFETY: the handle and the descriptors are live while borrowed; `bytes` outlives the call.
        let asked = unsafe {
            D::workspace(table, self.as_raw(), problem, convolution, algorithm.as_raw(), &mut bytes)
        };
        super::check(table, D::WORKSPACE, asked)
            .map_err(|error| super::handle::explain(self.context(), error))
            .map_err(|error| error.doing(|| format!("the workspace of {algorithm:?} for {problem:?}")))?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use cudnn_sys::Version;

    use super::*;

    fn one(
        number: u32,
        status: u32,
        bytes: usize,
        deterministic: bool,
        math: MathMode,
    ) -> Performance<Forward> {
        Performance {
            algorithm: Algorithm::new(number, math),
            status: Status::new(cudnnStatus_t(status), Version::new(9, 0)),
            time: None,
            workspace_bytes: bytes,
            deterministic,
        }
    }

    fn found() -> [Performance<Forward>; 4] {
        [
            one(7, 3000, 0, true, MathMode::Default),
            one(6, 0, 4096, false, MathMode::TensorCores),
            one(1, 0, 1024, true, MathMode::Default),
            one(0, 0, 0, true, MathMode::Fma),
        ]
    }

    #[test]
    fn the_first_that_can_and_may_is_chosen() {
        let chosen = |settings| choose(&found(), settings).unwrap().algorithm.number();
        let settings = Settings { determinism: Determinism::Relaxed, ..Settings::default() };

        assert_eq!(chosen(settings), 6);
        assert_eq!(chosen(Settings { determinism: Determinism::Reproducible, ..settings }), 1);
        assert_eq!(chosen(Settings { workspace_limit: Some(100), ..settings }), 0);
        assert_eq!(chosen(Settings { math: MathMode::Fma, ..settings }), 0);
    }

    #[test]
    fn settings_that_no_algorithm_keeps_to_are_refused_with_what_each_would_break() {
        let only = [one(6, 0, 4096, false, MathMode::TensorCores)];
        let refused = |settings| match choose(&only, settings).unwrap_err() {
            Error::Setting { setting, reason } => (setting, reason),
            other => panic!("{other}"),
        };
        let settings = Settings { determinism: Determinism::Relaxed, ..Settings::default() };

        let (setting, reason) = refused(Settings { determinism: Determinism::Reproducible, ..settings });
        assert_eq!(setting, "determinism");
        assert!(reason.contains("Winograd"), "{reason}");
        assert_eq!(refused(Settings { math: MathMode::Fma, ..settings }).0, "math mode");
        assert_eq!(refused(Settings { workspace_limit: Some(1), ..settings }).0, "workspace limit");
        assert!(matches!(choose(&found()[..1], settings), Err(Error::Shape { .. })));
    }
}
