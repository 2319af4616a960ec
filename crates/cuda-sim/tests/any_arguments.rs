//! Whatever a client passes, the driver answers with a code: handles that are gone, of another kind, or made up, and counts that nothing has.
//!
//! Every function of the generated list is called, each call in a process of its own, so that one that crashes does not take the others
//! with it. There is one test in this file, because only a process with one thread may be forked.
#![cfg(target_os = "linux")]

mod call_support;

use std::collections::BTreeMap;
use std::ptr::null_mut;

use call_support::{Case, End, FUNCTIONS, Function, Handles, World, alone, is_flags};
use cuda_sys::driver::CUresult;

/// Codes that the manual has for a handle of a kind that is not valid, or that come before anybody looks at it.
fn refusals(function: &Function) -> Vec<CUresult> {
    let mut all = vec![
        CUresult::CUDA_ERROR_INVALID_VALUE,
        CUresult::CUDA_ERROR_INVALID_HANDLE,
        CUresult::CUDA_ERROR_NOT_SUPPORTED,
        CUresult::CUDA_ERROR_INVALID_DEVICE,
    ];
    if function.arguments.iter().any(|(_, kind)| matches!(*kind, "CUcontext" | "CUgreenCtx")) {
        all.extend([CUresult::CUDA_ERROR_INVALID_CONTEXT, CUresult::CUDA_ERROR_CONTEXT_IS_DESTROYED]);
    }
    all.extend(match function.name {
        "cuMemGetAddressRange_v2" => Some(CUresult::CUDA_ERROR_NOT_FOUND),
        // Contexts are in the structure, which is zeros.
        "cuMemcpy3DPeerAsync" => Some(CUresult::CUDA_ERROR_INVALID_CONTEXT),
        // The type of the resource is zero, and one affinity is asked for.
        "cuDevSmResourceSplitByCount" | "cuDevSmResourceSplit" => {
            Some(CUresult::CUDA_ERROR_INVALID_RESOURCE_TYPE)
        }
        "cuCtxCreate_v3" => Some(CUresult::CUDA_ERROR_UNSUPPORTED_EXEC_AFFINITY),
        _ => None,
    });
    all
}

#[test]
fn no_argument_makes_the_driver_crash_or_take_what_is_not_valid() {
    let world = World::new();
    let made_up: Handles = world.live.keys().map(|&kind| (kind, 0xdead_beef_u64)).collect();
    let live = world.with(&world.live);
    let mut cases = vec![
        ("gone", world.with(&world.stale), true),
        ("of another kind", world.with(&world.foreign), true),
        ("made up", world.with(&made_up), true),
        ("live, with counts of all bits", Case { count: u64::MAX, ..live.clone() }, false),
        ("live, with flags of all bits", Case { flags: u64::MAX, ..live.clone() }, true),
        ("live, on device 99", Case { device: 99, ..live.clone() }, true),
        ("live, with null pointers", Case { page: null_mut(), ..live.clone() }, false),
    ];
    // More take longer, and have found less.
    if std::env::var_os("CUDA_SIM_TEST_ALL_ARGUMENTS").is_some() {
        cases.extend([
            ("null", world.with(&Handles::new()), false),
            ("live, with counts of 2^31 - 1", Case { count: i32::MAX as u64, ..live.clone() }, false),
            ("live, with counts of 2^61", Case { count: 1 << 61, ..live.clone() }, false),
            ("live, with sizes of nothing", Case { count: 0, ..live.clone() }, false),
        ]);
    }

    let works: BTreeMap<&str, bool> =
        cuda_sim::functions().iter().map(|function| (function.name, function.works)).collect();
    let mut wrong = Vec::new();
    for (name, case, must_fail) in &cases {
        for function in FUNCTIONS {
            let per_thread = function.name.ends_with("_ptsz") || function.name.ends_with("_ptds");
            // It takes addresses of the host too, and a made-up one is as good as any until it is read.
            if per_thread || (function.name == "cuMemcpy" && *must_fail) {
                continue;
            }
            let concerned = function.arguments.iter().any(|(argument, kind)| match () {
                () if case.flags != 1 => is_flags(argument, kind),
                () if case.device != 0 => *kind == "CUdevice",
                () => case.handles.contains_key(kind),
            });
            match alone(function, case) {
                // What is said to be missing is, and nothing else.
                End::Missing if !works[function.name] => {}
                End::Code(code) if works[function.name] => {
                    let refused = refusals(function).contains(&CUresult(code));
                    if *must_fail && concerned && !refused {
                        wrong.push(format!("{} with handles {name}: {:?}", function.name, CUresult(code)));
                    }
                }
                other => wrong.push(format!("{} with handles {name}: {other:?}", function.name)),
            }
        }
    }

    assert!(wrong.is_empty(), "{} of the calls:\n{}", wrong.len(), wrong.join("\n"));
}
