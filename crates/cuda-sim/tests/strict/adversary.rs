use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::Mutex;

use crate::support::*;

fn seeded(seed: u64) -> Machine {
    Machine::with(SimConfig { seed: Some(seed), ..SimConfig::default() })
}

static ORDER: Mutex<Vec<usize>> = Mutex::new(Vec::new());

unsafe extern "C" fn note(data: *mut c_void) {
    ORDER.lock().unwrap().push(data as usize);
}

/// The order in which host functions of four streams are called.
fn order_with(seed: u64) -> Vec<usize> {
    let machine = seeded(seed);
    ORDER.lock().unwrap().clear();
    for stream in 0..4 {
        let handle = machine.stream();
        for step in 0..4 {
            ok!(cuLaunchHostFunc(handle, Some(note), (10 * stream + step) as *mut c_void));
        }
    }
    machine.reports();
    ORDER.lock().unwrap().clone()
}

#[test]
fn the_same_seed_gives_the_same_order_and_others_give_others() {
    let orders: Vec<Vec<usize>> = (0..10).map(order_with).collect();

    assert_eq!(orders, (0..10).map(order_with).collect::<Vec<_>>());
    for order in &orders {
        for stream in 0..4 {
            let own: Vec<usize> = order.iter().copied().filter(|it| it / 10 == stream).collect();
            assert_eq!(
                own,
                (0..4).map(|step| 10 * stream + step).collect::<Vec<_>>(),
                "streams are in order"
            );
        }
    }
    let mut different = orders.clone();
    different.sort();
    different.dedup();
    assert!(different.len() > 8, "{different:?}");
}

#[test]
fn nothing_is_done_before_somebody_waits_or_asks() {
    // Work that nobody waits for is done after a tenth of a second; a machine that is busy for so long tells nothing.
    let timely = (0..100).any(|_| {
        let machine = seeded(3);
        let (stream, event) = (machine.stream(), machine.event());
        let target = machine.pinned(4).cast::<u32>();
        let start = std::time::Instant::now();

        ok!(cuMemsetD32Async(target as u64, 7, 1, stream));
        ok!(cuEventRecord(event, stream));

        // SAFETY: the driver gave four bytes; nothing runs until somebody asks.
        let (value, code) = (unsafe { target.read_volatile() }, cu!(cuEventQuery(event)));
        let timely = start.elapsed().as_millis() < 50;
        if timely {
            assert_eq!((value, code), (0, CUresult::CUDA_ERROR_NOT_READY));
        }
        while cu!(cuEventQuery(event)) != OK {
            std::thread::yield_now();
        }
        // SAFETY: as above, and the fill is done.
        assert_eq!(unsafe { target.read_volatile() }, 7);
        timely
    });
    assert!(timely, "the machine is too busy");
}

#[test]
fn work_that_nobody_waits_for_is_done_in_the_end() {
    let machine = seeded(4);
    ORDER.lock().unwrap().clear();
    ok!(cuLaunchHostFunc(machine.stream(), Some(note), null_mut()));

    let start = std::time::Instant::now();
    while ORDER.lock().unwrap().is_empty() {
        assert!(start.elapsed().as_secs() < 10, "the host function was never called");
        std::thread::yield_now();
    }
}

unsafe extern "C" fn wait_for_word(data: *mut c_void) {
    let word = data.cast::<u32>();
    // SAFETY: the test keeps the word alive, and writes it from the host.
    while unsafe { word.read_volatile() } == 0 {
        std::thread::yield_now();
    }
}

#[test]
fn a_host_function_that_waits_for_the_host_does_not_hold_up_other_streams() {
    for seed in 0..5 {
        let machine = seeded(seed);
        let (a, b, buffer) = (machine.stream(), machine.stream(), machine.alloc(BYTES));
        let word = machine.pinned(4).cast::<u32>();
        ok!(cuLaunchHostFunc(a, Some(wait_for_word), word.cast()));
        ok!(cuMemsetD32Async(buffer, 1, WORDS, b));
        ok!(cuStreamSynchronize(b));

        // SAFETY: the driver gave four bytes.
        unsafe { word.write_volatile(1) };
        ok!(cuStreamSynchronize(a));
    }
}

/// Two streams that hand a value over, rightly or not.
fn hand_over(rightly: bool) {
    let (mut context, mut streams, mut address, mut event) = (null_mut(), [null_mut(); 2], 0, null_mut());
    ok!(cuDevicePrimaryCtxRetain(&mut context, 0));
    ok!(cuCtxSetCurrent(context));
    for stream in &mut streams {
        ok!(cuStreamCreate(stream, 1));
    }
    ok!(cuMemAlloc_v2(&mut address, 4));
    ok!(cuEventCreate(&mut event, 2));
    ok!(cuMemsetD32Async(address, 0, 1, streams[0]));
    ok!(cuStreamSynchronize(streams[0]));
    ok!(cuMemsetD32Async(address, 1, 1, streams[0]));
    ok!(cuEventRecord(event, streams[0]));
    if rightly {
        ok!(cuStreamWaitEvent(streams[1], event, 0));
    }
    let mut word = 0u32;
    ok!(cuMemcpyDtoHAsync_v2((&raw mut word).cast(), address, 4, streams[1]));
    ok!(cuCtxSynchronize());
    ok!(cuMemFree_v2(address));
    ok!(cuEventDestroy_v2(event));
    streams.iter().for_each(|&stream| ok!(cuStreamDestroy_v2(stream)));
    ok!(cuDevicePrimaryCtxRelease_v2(0));
    assert_eq!(word, 1, "what the other stream has written");
}

#[test]
fn exploring_a_program_gives_the_seed_that_fails() {
    let machine = Machine::new();

    assert!(cuda_sim::explore(100, || hand_over(true)).is_ok());
    let failure = cuda_sim::explore(100, || hand_over(false)).unwrap_err();
    assert!(failure.to_string().contains(&format!("CUDA_SIM_SEED={}", failure.seed)), "{failure}");

    // Without the checks, only an order in which it shows tells.
    drop(machine);
    let _machine = Machine::with(SimConfig { checks: Checks::NONE, ..SimConfig::default() });
    let failure = cuda_sim::explore(100, || hand_over(false)).unwrap_err();
    assert!(failure.panic.is_some() && failure.reports.is_empty(), "{failure}");
    let again = std::panic::catch_unwind(|| cuda_sim::explore(failure.seed, || hand_over(false)));
    assert!(again.unwrap().is_ok(), "the seeds before it do not fail");
}

#[test]
fn a_correct_program_of_many_streams_is_right_under_every_seed() {
    for seed in 0..50 {
        let machine = seeded(seed);
        let streams: Vec<CUstream> = (0..4).map(|_| machine.stream()).collect();
        let buffer = machine.buffer();
        for round in 0..12usize {
            let stream = streams[(round * 7 + seed as usize) % 4];
            machine.launch(0, "count", buffer, WORDS as u32, stream);
            join(&machine, stream, streams[((round + 1) * 7 + seed as usize) % 4]);
        }
        let mut words = [0u32; WORDS];
        ok!(cuCtxSynchronize());
        ok!(cuMemcpyDtoH_v2(words.as_mut_ptr().cast(), buffer, BYTES));

        assert_eq!(words, [12; WORDS]);
        let reports = machine.reports();
        assert!(reports.is_empty(), "{}", reports[0]);
    }
}
