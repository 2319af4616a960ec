//! What the driver promises of its configuration, its journal and failures on demand: things of the whole process, so that
//! these tests take turns.

use std::ptr::null_mut;
use std::sync::{Mutex, MutexGuard, PoisonError};

use cuda_sim::{ConfigError, SimConfig, fault};
use cuda_sys::Driver;
use cuda_sys::driver::*;

const OK: CUresult = CUresult::CUDA_SUCCESS;

macro_rules! cu {
    ($driver:ident.$name:ident($($argument:expr),* $(,)?)) => {
        // SAFETY: the tests pass pointers to live variables of theirs, and handles or addresses that the driver checks.
        unsafe { $driver.$name($($argument),*) }.unwrap()
    };
}

/// Takes the process for one test, with a machine of its own.
fn alone(config: SimConfig) -> (MutexGuard<'static, ()>, Driver) {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    cuda_sim::configure(config).unwrap();
    cuda_sim::clear_journal();
    fault::clear();
    (turn, cuda_sim::driver())
}

fn retain(driver: Driver) -> CUcontext {
    let mut context = null_mut();
    assert_eq!(cu!(driver.cuDevicePrimaryCtxRetain(&mut context, 0)), OK);
    assert_eq!(cu!(driver.cuCtxSetCurrent(context)), OK);
    context
}

#[test]
fn nothing_works_before_the_driver_is_initialised() {
    let (_turn, driver) = alone(SimConfig::default());
    let (mut count, mut version) = (-1, 0);

    assert_eq!(cu!(driver.cuDeviceGetCount(&mut count)), CUresult::CUDA_ERROR_NOT_INITIALIZED);
    assert_eq!(cu!(driver.cuCtxSynchronize()), CUresult::CUDA_ERROR_NOT_INITIALIZED);
    assert_eq!(count, -1);
    assert_eq!(cu!(driver.cuDriverGetVersion(&mut version)), OK);
    assert_eq!(version, CUDA_VERSION as i32);
    assert_eq!(cu!(driver.cuInit(1)), CUresult::CUDA_ERROR_INVALID_VALUE);
    assert_eq!(cu!(driver.cuInit(0)), OK);
    assert_eq!(cu!(driver.cuInit(0)), OK);
    assert_eq!(cu!(driver.cuDeviceGetCount(&mut count)), OK);
    assert_eq!(count, 1);
}

#[test]
fn in_null_mode_calls_succeed_and_do_nothing() {
    let (_turn, driver) = alone(SimConfig { null: true, ..SimConfig::default() });
    assert_eq!(cu!(driver.cuInit(0)), OK);
    let context = retain(driver);
    let (mut a, mut b, mut stream, mut event, mut current) = (0, 0, null_mut(), null_mut(), null_mut());

    assert_eq!(cu!(driver.cuMemAlloc_v2(&mut a, 1 << 40)), OK);
    assert_eq!(cu!(driver.cuMemAlloc_v2(&mut b, 16)), OK);
    assert_eq!(cu!(driver.cuStreamCreate(&mut stream, 1)), OK);
    assert_eq!(cu!(driver.cuEventCreate(&mut event, 0)), OK);
    let mut word = 5u32;
    assert_eq!(cu!(driver.cuMemsetD32Async(b, 7, 4, stream)), OK);
    assert_eq!(cu!(driver.cuMemcpyDtoH_v2((&raw mut word).cast(), b, 4)), OK);
    assert_eq!(cu!(driver.cuEventRecord(event, stream)), OK);
    assert_eq!(cu!(driver.cuEventQuery(event)), OK);
    assert_eq!(
        cu!(driver.cuLaunchKernel(null_mut(), 1, 1, 1, 1, 1, 1, 0, stream, null_mut(), null_mut())),
        OK
    );
    assert_eq!(cu!(driver.cuCtxGetCurrent(&mut current)), OK);

    assert_eq!((word, current), (5, context));
    assert!(b >= a + (1 << 40));
    assert!(!stream.is_null() && !event.is_null() && stream.cast() != event);
    let journal = cuda_sim::journal();
    assert_eq!(
        (journal.count("cuMemAlloc_v2"), journal.count("cuEventQuery"), journal.count("cuInit")),
        (2, 1, 1)
    );
    assert_eq!(cu!(driver.cuCtxSetCurrent(null_mut())), OK);
    assert_eq!(cu!(driver.cuDevicePrimaryCtxRelease_v2(0)), OK);
}

#[test]
fn a_machine_without_devices_says_so() {
    let (_turn, driver) = alone(SimConfig { devices: 0, ..SimConfig::default() });
    let mut count = -1;

    assert_eq!(cu!(driver.cuInit(0)), CUresult::CUDA_ERROR_NO_DEVICE);
    assert_eq!(cu!(driver.cuDeviceGetCount(&mut count)), CUresult::CUDA_ERROR_NOT_INITIALIZED);
}

#[test]
fn a_machine_does_not_change_under_a_running_program() {
    let (_turn, driver) = alone(SimConfig::default());
    assert_eq!(cu!(driver.cuInit(0)), OK);
    retain(driver);

    let refused = cuda_sim::configure(SimConfig { devices: 2, ..SimConfig::default() });

    assert_eq!(refused, Err(ConfigError::InUse { contexts: 1 }));
    assert_eq!(cu!(driver.cuDevicePrimaryCtxRelease_v2(0)), OK);
    cuda_sim::configure(SimConfig { devices: 2, ..SimConfig::default() }).unwrap();
    assert_eq!(cu!(driver.cuInit(0)), OK);
    let mut count = 0;
    assert_eq!(cu!(driver.cuDeviceGetCount(&mut count)), OK);
    assert_eq!(count, 2);
}

#[test]
fn an_older_driver_lacks_what_came_later() {
    let (_turn, driver) = alone(SimConfig { driver_version: 12020, ..SimConfig::default() });
    let mut version = 0;

    assert_eq!(cu!(driver.cuDriverGetVersion(&mut version)), OK);

    assert_eq!(version, 12020);
    assert!(driver.has("cuLibraryLoadData"));
    assert!(!driver.has("cuStreamGetDevice"), "it came with 12.8");
    let mut function = null_mut();
    let mut status = CUdriverProcAddressQueryResult(9);
    let name = c"cuStreamGetDevice".as_ptr();
    assert_eq!(cu!(driver.cuGetProcAddress_v2(name, &mut function, 12080, 0, &mut status)), OK);
    assert!(function.is_null());
    assert_eq!(status, CUdriverProcAddressQueryResult::CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND);
}

#[test]
fn a_failure_strikes_the_call_it_was_planned_for() {
    let (_turn, driver) = alone(SimConfig::default());
    assert_eq!(cu!(driver.cuInit(0)), OK);
    retain(driver);
    let mut address = 0;
    let mut alloc = || cu!(driver.cuMemAlloc_v2(&mut address, 8));

    fault::fail_after("cuMemAlloc_v2", 2, CUresult::CUDA_ERROR_OUT_OF_MEMORY);

    assert_eq!([alloc(), alloc(), alloc(), alloc()], [OK, OK, CUresult::CUDA_ERROR_OUT_OF_MEMORY, OK]);
    fault::fail_any_after(1, CUresult::CUDA_ERROR_UNKNOWN);
    assert_eq!(cu!(driver.cuCtxSynchronize()), OK);
    assert_eq!(alloc(), CUresult::CUDA_ERROR_UNKNOWN);
    fault::fail_next("cuMemFree_v2", CUresult::CUDA_ERROR_UNKNOWN);
    assert_eq!(fault::clear(), 1);
    assert_eq!(cu!(driver.cuDevicePrimaryCtxRelease_v2(0)), OK);
}

#[test]
fn the_journal_counts_calls_and_names_what_was_left_behind() {
    let (_turn, driver) = alone(SimConfig::default());
    assert_eq!(cu!(driver.cuInit(0)), OK);
    retain(driver);
    let (mut address, mut stream, mut state) = (0, null_mut(), CUprocessState(0));
    for _ in 0..3 {
        assert_eq!(cu!(driver.cuMemAlloc_v2(&mut address, 100)), OK);
    }
    assert_eq!(cu!(driver.cuMemFree_v2(address)), OK);
    assert_eq!(cu!(driver.cuStreamCreate(&mut stream, 0)), OK);
    cu!(driver.cuCheckpointProcessGetState(1, &mut state));

    assert_eq!(cu!(driver.cuDevicePrimaryCtxRelease_v2(0)), OK);

    let journal = cuda_sim::journal();
    assert_eq!((journal.count("cuMemAlloc_v2"), journal.count("cuMemFree_v2")), (3, 1));
    assert_eq!(journal.unsupported, ["cuCheckpointProcessGetState"]);
    assert_eq!((journal.leaks.allocations, journal.leaks.bytes, journal.leaks.streams), (2, 200, 1));
    let text = journal.to_string();
    assert!(
        text.contains("3  cuMemAlloc_v2") && text.contains("not supported: cuCheckpointProcessGetState"),
        "{text}"
    );
    assert!(text.contains("left behind: 2 allocation(s) of 200 bytes, 1 stream(s), 0 event(s)"), "{text}");
}

#[test]
fn a_seeded_driver_does_the_same_work() {
    let (_turn, driver) = alone(SimConfig { seed: Some(7), ..SimConfig::default() });
    assert_eq!(cu!(driver.cuInit(0)), OK);
    retain(driver);
    let mut address = 0;
    assert_eq!(cu!(driver.cuMemAlloc_v2(&mut address, 4 * 32)), OK);
    let mut streams = [null_mut(); 32];

    for (index, stream) in streams.iter_mut().enumerate() {
        assert_eq!(cu!(driver.cuStreamCreate(stream, 1)), OK);
        let place = address + 4 * index as u64;
        assert_eq!(cu!(driver.cuMemsetD32Async(place, index as u32, 1, *stream)), OK);
    }
    assert_eq!(cu!(driver.cuCtxSynchronize()), OK);

    let mut host = [0u32; 32];
    assert_eq!(cu!(driver.cuMemcpyDtoH_v2(host.as_mut_ptr().cast(), address, 128)), OK);
    assert!(host.iter().enumerate().all(|(index, &value)| index as u32 == value));
    assert_eq!(cu!(driver.cuDevicePrimaryCtxRelease_v2(0)), OK);
}

/// Pages that the process has been given so far.
#[cfg(target_os = "linux")]
fn pages() -> u64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap();
    let mut behind_name = text.rsplit_once(')').unwrap().1.split_ascii_whitespace();
    behind_name.nth(7).unwrap().parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn a_machine_of_many_devices_starts_without_touching_their_memory() {
    let (_turn, driver) = alone(SimConfig { devices: 8, ..SimConfig::default() });

    let before = pages();
    assert_eq!(cu!(driver.cuInit(0)), OK);

    // Other tests of this process wait for their turn meanwhile.
    assert!(pages() - before < 2000, "{} pages", pages() - before);
}
