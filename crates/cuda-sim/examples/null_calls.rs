//! Makes one call many times in null mode, for counting instructions:
//! `valgrind --tool=callgrind target/release/examples/null_calls cuMemcpyHtoDAsync_v2 100000`, less the same with 0.

use std::ptr::null_mut;

use cuda_sim::SimConfig;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (name, count) =
        (arguments.next().unwrap_or_default(), arguments.next().unwrap_or_default().parse::<u32>()?);
    let null = arguments.next().is_none();
    cuda_sim::configure(SimConfig { null, ..SimConfig::default() })?;
    let driver = cuda_sim::driver();
    let (mut context, mut address, mut event, word) = (null_mut(), 0, null_mut(), 0u32);
    // SAFETY: the pointers are to live variables.
    unsafe {
        driver.cuInit(0)?.ok()?;
        driver.cuDevicePrimaryCtxRetain(&mut context, 0)?.ok()?;
        driver.cuCtxSetCurrent(context)?.ok()?;
        driver.cuMemAlloc_v2(&mut address, 512)?.ok()?;
        driver.cuEventCreate(&mut event, 2)?.ok()?;
    }
    for _ in 0..count {
        // SAFETY: as above.
        unsafe {
            match name.as_str() {
                "cuMemcpyHtoDAsync_v2" => {
                    driver.cuMemcpyHtoDAsync_v2(address, (&raw const word).cast(), 4, null_mut())?
                }
                "cuMemAlloc_v2" => driver.cuMemAlloc_v2(&mut address, 512)?,
                "cuEventRecord" => driver.cuEventRecord(event, null_mut())?,
                "cuStreamWaitEvent" => driver.cuStreamWaitEvent(null_mut(), event, 0)?,
                "cuCtxSetCurrent" => driver.cuCtxSetCurrent(context)?,
                "cuCtxGetDevice" => driver.cuCtxGetDevice(&mut 0)?,
                _ => return Err(format!("not one of the calls that this measures: {name}").into()),
            }
            .ok()?;
        }
    }
    Ok(())
}
