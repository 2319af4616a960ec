//! Devices: what each one is, and what it says about itself.

use std::collections::BTreeMap;

use crate::attribute;
use crate::config::SimConfig;
use crate::error::{Answer, INVALID_DEVICE, INVALID_VALUE};
use crate::exports::Sim;
use crate::ffi::{Out, Text};
use crate::handle::Handle;
use crate::pool::Pool;
use crate::space::Arena;
use crate::state::{State, lock};
use crate::sys::{CUdevice_attribute, CUdevprop, CUuuid};
use core::ffi::c_char;

/// A device.
#[derive(Debug)]
pub(crate) struct Device {
    /// Its number in this process.
    pub(crate) ordinal: usize,
    /// Its number in the machine.
    slot: usize,
    pub(crate) name: String,
    pub(crate) memory_bytes: u64,
    /// How much of the memory is taken, by the client's allocations and by what pools hold.
    pub(crate) used_bytes: u64,
    pub(crate) arena: Arena,
    pub(crate) attributes: BTreeMap<u32, i32>,
    pub(crate) primary: Option<Handle>,
    pub(crate) primary_flags: u32,
    pub(crate) primary_references: u32,
    pub(crate) default_pool: Handle,
    /// The pool that `cuMemAllocAsync` takes from.
    pub(crate) current_pool: Handle,
    /// Free places of the heap that kernels allocate from are behind the arena too; this is what they hold.
    pub(crate) heap_bytes: u64,
    /// The most that graphs have had of the memory.
    pub(crate) graph_bytes_high: u64,
}

impl Device {
    /// Makes the device of that number, with its default pool.
    pub(crate) fn new(state: &mut State, ordinal: usize, slot: usize, config: &SimConfig) -> Answer<Device> {
        let pool = state.pools.insert(Pool::new(ordinal, true, 0));
        Ok(Device {
            ordinal,
            slot,
            name: config.name.clone(),
            memory_bytes: config.memory_bytes,
            used_bytes: 0,
            arena: Arena::new(config.memory_bytes)?,
            attributes: attribute::all(slot, config),
            primary: None,
            primary_flags: 0,
            primary_references: 0,
            default_pool: pool,
            graph_bytes_high: 0,
            current_pool: pool,
            heap_bytes: 0,
        })
    }

    /// Returns an attribute by its number in the header; zero if the device lacks what it counts.
    pub(crate) fn attribute(&self, attribute: CUdevice_attribute) -> i32 {
        self.attributes.get(&attribute.0).copied().unwrap_or(0)
    }

    /// Returns the bus that the device sits on: one each, from 1 on, so that none has the id of another.
    fn bus(&self) -> u32 {
        self.slot as u32 + 1
    }

    fn pci_id(&self) -> String {
        format!("0000:{:02X}:00.0", self.bus())
    }

    fn uuid(&self) -> [u8; 16] {
        let mut bytes = *b"cuda-sim\0\0\0\0\0\0\0\0";
        bytes[8] = 0x40;
        bytes[10] = 0x80;
        bytes[15] = self.slot as u8 + 1;
        bytes
    }
}

/// Leaves the id of a device, the same in every process with the same configuration.
fn put_uuid(uuid: Out<CUuuid>, device: i32) -> Answer {
    let out = uuid.required()?;
    let bytes = lock().device(device)?.uuid();
    out.put(CUuuid { bytes: bytes.map(|byte| byte as c_char) });
    Ok(())
}

impl Sim {
    pub(crate) fn cuDriverGetVersion(version: Out<i32>) -> Answer {
        let out = version.required()?;
        out.put(crate::entry::driver_version());
        Ok(())
    }

    pub(crate) fn cuDeviceGet(device: Out<i32>, ordinal: i32) -> Answer {
        let out = device.required()?;
        lock().device(ordinal)?;
        out.put(ordinal);
        Ok(())
    }

    pub(crate) fn cuDeviceGetCount(count: Out<i32>) -> Answer {
        let out = count.required()?;
        out.put(lock().devices.len() as i32);
        Ok(())
    }

    pub(crate) fn cuDeviceGetName(name: Out<c_char>, len: i32, device: i32) -> Answer {
        let out = name.required()?;
        let room = usize::try_from(len).ok().filter(|&room| room > 0).ok_or(INVALID_VALUE)?;
        out.put_text(&lock().device(device)?.name, room);
        Ok(())
    }

    pub(crate) fn cuDeviceGetUuid(uuid: Out<CUuuid>, device: i32) -> Answer {
        put_uuid(uuid, device)
    }

    pub(crate) fn cuDeviceGetUuid_v2(uuid: Out<CUuuid>, device: i32) -> Answer {
        put_uuid(uuid, device)
    }

    /// A local id exists on Windows only, but the node mask is that of one device.
    pub(crate) fn cuDeviceGetLuid(luid: Out<c_char>, node_mask: Out<u32>, device: i32) -> Answer {
        let (luid, mask) = (luid.required()?, node_mask.required()?);
        let bytes = lock().device(device)?.uuid();
        luid.put_all(bytes[8..].iter().map(|&byte| byte as c_char), 8);
        mask.put(1);
        Ok(())
    }

    pub(crate) fn cuDeviceTotalMem_v2(bytes: Out<usize>, device: i32) -> Answer {
        let out = bytes.required()?;
        out.put(lock().device(device)?.memory_bytes as usize);
        Ok(())
    }

    pub(crate) fn cuDeviceGetAttribute(
        value: Out<i32>,
        attribute: CUdevice_attribute,
        device: i32,
    ) -> Answer {
        let out = value.required()?;
        let mut state = lock();
        let device = state.device(device)?;
        if attribute.0 == 0 || attribute.0 >= CUdevice_attribute::CU_DEVICE_ATTRIBUTE_MAX.0 {
            return Err(INVALID_VALUE);
        }
        out.put(device.attribute(attribute));
        Ok(())
    }

    pub(crate) fn cuDeviceComputeCapability(major: Out<i32>, minor: Out<i32>, device: i32) -> Answer {
        let (major_out, minor_out) = (major.required()?, minor.required()?);
        let mut state = lock();
        let device = state.device(device)?;
        major_out.put(device.attribute(CUdevice_attribute::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR));
        minor_out.put(device.attribute(CUdevice_attribute::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR));
        Ok(())
    }

    pub(crate) fn cuDeviceGetProperties(properties: Out<CUdevprop>, device: i32) -> Answer {
        use CUdevice_attribute as A;
        let out = properties.required()?;
        let mut state = lock();
        let device = state.device(device)?;
        out.put(CUdevprop {
            maxThreadsPerBlock: device.attribute(A::CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK),
            maxThreadsDim: [
                device.attribute(A::CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X),
                device.attribute(A::CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y),
                device.attribute(A::CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z),
            ],
            maxGridSize: [
                device.attribute(A::CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X),
                device.attribute(A::CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y),
                device.attribute(A::CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z),
            ],
            sharedMemPerBlock: device.attribute(A::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK),
            totalConstantMemory: device.attribute(A::CU_DEVICE_ATTRIBUTE_TOTAL_CONSTANT_MEMORY),
            SIMDWidth: device.attribute(A::CU_DEVICE_ATTRIBUTE_WARP_SIZE),
            memPitch: device.attribute(A::CU_DEVICE_ATTRIBUTE_MAX_PITCH),
            regsPerBlock: device.attribute(A::CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK),
            clockRate: device.attribute(A::CU_DEVICE_ATTRIBUTE_CLOCK_RATE),
            textureAlign: device.attribute(A::CU_DEVICE_ATTRIBUTE_TEXTURE_ALIGNMENT),
        });
        Ok(())
    }

    pub(crate) fn cuDeviceGetPCIBusId(id: Out<c_char>, len: i32, device: i32) -> Answer {
        let out = id.required()?;
        let mut state = lock();
        let text = state.device(device)?.pci_id();
        let room = usize::try_from(len).ok().filter(|&room| room > text.len()).ok_or(INVALID_VALUE)?;
        out.put_text(&text, room);
        Ok(())
    }

    /// Takes `domain:bus:device.function`, `domain:bus:device` and `bus:device.function`, in hexadecimal.
    pub(crate) fn cuDeviceGetByPCIBusId(device: Out<i32>, id: Text) -> Answer {
        let out = device.required()?;
        let text = id.read()?;
        let (place, function) = text.split_once('.').unwrap_or((&text, "0"));
        let numbers: Option<Vec<u32>> =
            place.split(':').map(|part| u32::from_str_radix(part, 16).ok()).collect();
        let (domain, bus, slot) = match numbers.as_deref() {
            Some(&[domain, bus, slot]) => (domain, bus, slot),
            Some(&[bus, slot]) => (0, bus, slot),
            _ => return Err(INVALID_VALUE),
        };
        let state = lock();
        let at = |device: &&Device| (domain, bus, slot) == (0, device.bus(), 0) && function == "0";
        let found = state.devices.iter().find(at).ok_or(INVALID_DEVICE)?;
        out.put(found.ordinal as i32);
        Ok(())
    }

    /// A texture may not be wider than the attribute for linear textures says, whatever its format.
    pub(crate) fn cuDeviceGetTexture1DLinearMaxWidth(
        width: Out<usize>,
        _format: crate::sys::CUarray_format,
        channels: u32,
        device: i32,
    ) -> Answer {
        let out = width.required()?;
        if !matches!(channels, 1 | 2 | 4) {
            return Err(INVALID_VALUE);
        }
        lock().device(device)?;
        out.put(1 << 27);
        Ok(())
    }

    /// Affinity to multiprocessors is not simulated.
    pub(crate) fn cuDeviceGetExecAffinitySupport(
        supported: Out<i32>,
        _kind: crate::sys::CUexecAffinityType,
        device: i32,
    ) -> Answer {
        let out = supported.required()?;
        lock().device(device)?;
        out.put(0);
        Ok(())
    }
}
