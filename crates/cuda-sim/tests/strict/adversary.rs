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
    order_of(seed, note, || ())
}

/// The order in which four streams call `function`, if `between` runs before each is submitted.
fn order_of(seed: u64, function: unsafe extern "C" fn(*mut c_void), between: impl Fn()) -> Vec<usize> {
    let machine = seeded(seed);
    ORDER.lock().unwrap().clear();
    for stream in 0..4 {
        let handle = machine.stream();
        for step in 0..4 {
            between();
            ok!(cuLaunchHostFunc(handle, Some(function), (10 * stream + step) as *mut c_void));
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

/// Set in the process that is stopped again and again.
const STOPPED: &str = "CUDA_SIM_TEST_STOPPED";

/// Stops this process, until another lets it go on.
fn stop() {
    // SAFETY: the signal stops all threads where they are, and changes nothing.
    assert_eq!(unsafe { libc::raise(libc::SIGSTOP) }, 0);
}

unsafe extern "C" fn note_and_stop(data: *mut c_void) {
    // SAFETY: it looks at nothing.
    unsafe { note(data) };
    stop();
    // SAFETY: as above.
    unsafe { note(data) };
}

// When the process had not run for a tenth of a second, work was done that nobody had waited for, or began beside other work.
#[test]
fn the_order_does_not_depend_on_when_the_process_gets_to_run() {
    if std::env::var_os(STOPPED).is_some() {
        let order = order_with(2);
        assert_eq!(order_of(2, note, stop), order);
        let twice: Vec<usize> = order.iter().flat_map(|&it| [it, it]).collect();
        assert_eq!(order_of(2, note_and_stop, || ()), twice);
        return;
    }
    let test = "adversary::the_order_does_not_depend_on_when_the_process_gets_to_run";
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    let child =
        child.args([test, "--exact"]).env(STOPPED, "1").stdout(std::process::Stdio::piped()).spawn().unwrap();
    let id = child.id() as libc::pid_t;
    let mut stops = 0;
    while is_stopped(id) {
        std::thread::sleep(std::time::Duration::from_millis(120));
        stops += 1;
        // SAFETY: the process is a child that has not been waited for to its end, so the number is its own.
        assert_eq!(unsafe { libc::kill(id, libc::SIGCONT) }, 0);
    }

    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(stops, 32);
}

/// Waits until the child has stopped, or has ended; which of the two.
fn is_stopped(child: libc::pid_t) -> bool {
    // SAFETY: plain data, which the call fills.
    let mut found: libc::siginfo_t = unsafe { std::mem::zeroed() };
    let flags = libc::WSTOPPED | libc::WEXITED | libc::WNOWAIT;
    // SAFETY: the structure outlives the call; that the child has ended stays to be fetched.
    assert_eq!(unsafe { libc::waitid(libc::P_PID, child as libc::id_t, &mut found, flags) }, 0);
    found.si_code == libc::CLD_STOPPED
}

#[test]
fn nothing_is_done_before_somebody_waits_or_asks() {
    let machine = seeded(3);
    let (stream, event) = (machine.stream(), machine.event());
    let target = machine.pinned(4).cast::<u32>();
    // SAFETY: the driver gave four bytes; nothing runs until somebody asks, and then until the call returns.
    let read = || unsafe { target.read_volatile() };

    ok!(cuMemsetD32Async(target as u64, 7, 1, stream));
    ok!(cuEventRecord(event, stream));

    assert_eq!(read(), 0);
    // Each question lets one operation be done: the fill, and what marks the event.
    assert_eq!(cu!(cuEventQuery(event)), CUresult::CUDA_ERROR_NOT_READY);
    assert_eq!(read(), 7);
    assert_eq!(cu!(cuEventQuery(event)), CUresult::CUDA_ERROR_NOT_READY);
    ok!(cuEventQuery(event));
}

#[test]
fn work_that_nobody_waits_for_is_done_in_the_end() {
    let machine = seeded(4);
    ORDER.lock().unwrap().clear();
    ok!(cuLaunchHostFunc(machine.stream(), Some(note), null_mut()));

    while ORDER.lock().unwrap().is_empty() {
        // Not a yield, by which a thread uses next to nothing of a busy processor.
        std::hint::spin_loop();
    }
}

#[test]
fn a_program_goes_on_that_sleeps_until_work_is_done_that_nobody_waits_for() {
    let machine = seeded(4);
    let (stream, target) = (machine.stream(), machine.pinned(4).cast::<u32>());
    for value in 1..4 {
        ok!(cuMemsetD32Async(target as u64, value, 1, stream));
    }

    // SAFETY: the driver gave four bytes, which it writes as a whole.
    while unsafe { target.read_volatile() } != 3 {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}

#[test]
fn what_the_host_has_written_counts_from_its_next_call_on() {
    let order = |seed| {
        let machine = seeded(seed);
        let flag = machine.pinned(4).cast::<u32>();
        let (waiting, other) = (machine.stream(), machine.stream());
        ORDER.lock().unwrap().clear();
        ok!(cuStreamWaitValue32_v2(waiting, flag as u64, 1, 1));
        ok!(cuLaunchHostFunc(waiting, Some(note), null_mut()));
        (1..4).for_each(|step: usize| ok!(cuLaunchHostFunc(other, Some(note), step as *mut c_void)));
        // SAFETY: the driver gave four bytes, and reads them as an atomic.
        unsafe {
            (*flag.cast::<std::sync::atomic::AtomicU32>()).store(1, std::sync::atomic::Ordering::Release)
        };
        machine.reports();
        ORDER.lock().unwrap().clone()
    };
    for seed in 0..20 {
        assert_eq!(order(seed), order(seed), "seed {seed}");
    }
}

unsafe extern "C" fn wait_for_word(data: *mut c_void) {
    let word = data.cast::<u32>();
    // SAFETY: the test keeps the word alive, and writes it from the host.
    while unsafe { word.read_volatile() } == 0 {
        std::hint::spin_loop();
    }
}

#[test]
fn a_host_function_that_waits_for_the_host_does_not_hold_up_other_streams() {
    for seed in 0..2 {
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
