//! What a device is and can do, asked without a context.

#![allow(unsafe_code)]

use cuda_sys::{
    CUresult, Driver,
    driver::{CUdevice_P2PAttribute, CUdevice_attribute, CUuuid},
};

use super::{Context, Device, Error, Result, call, devices, driver_call};

/// Where a device sits on the PCI bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PciAddress {
    /// The domain.
    pub domain: u32,
    /// The bus.
    pub bus: u32,
    /// The slot on the bus.
    pub device: u32,
}

/// What a device is and can do. An ability that the driver does not know of is one that the device does not have.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Properties {
    /// The name that its maker gives it.
    pub name: String,
    /// A number that no other device has, whatever their order.
    pub uuid: [u8; 16],
    /// Where it sits on the PCI bus.
    pub pci: PciAddress,
    /// The size of its memory in bytes.
    pub total_memory: usize,
    /// Its compute capability, as (major, minor).
    pub compute_capability: (u32, u32),
    /// How many multiprocessors it has.
    pub multiprocessors: u32,
    /// How many threads run in step.
    pub warp: u32,
    /// The most threads in a block.
    pub max_threads_per_block: u32,
    /// The most threads of a block along x, y and z.
    pub max_block: [u32; 3],
    /// The most blocks of a grid along x, y and z.
    pub max_grid: [u32; 3],
    /// Shared memory of a block in bytes, without asking for more.
    pub shared_bytes_per_block: u32,
    /// Shared memory of a block in bytes, for a function that asks for it.
    pub shared_bytes_per_block_opt_in: u32,
    /// 32-bit registers of a block.
    pub registers_per_block: u32,
    /// The size of its second-level cache in bytes.
    pub l2_bytes: u32,
    /// Whether it has stream-ordered memory pools.
    pub memory_pools: bool,
    /// Whether memory can be mapped to addresses.
    pub virtual_memory: bool,
    /// Whether it has managed memory.
    pub managed_memory: bool,
    /// Whether the host may touch managed memory while it works.
    pub concurrent_managed_access: bool,
    /// Whether all blocks of a grid can wait for each other.
    pub cooperative_launch: bool,
    /// Whether blocks can be started in clusters.
    pub cluster_launch: bool,
    /// Whether [streams wait for numbers](super::Stream::wait_for_value) in memory.
    pub waits_for_values: bool,
    /// The host's NUMA node that is the nearest to it, if the driver tells (12.2 and later).
    pub numa_node: Option<u32>,
}

impl Device {
    /// Returns what the device is and can do.
    ///
    /// # Errors
    /// [`Error::Call`].
    pub fn properties(&self) -> Result<Properties> {
        use CUdevice_attribute as A;
        let number = |attribute| self.attribute_or(attribute, 0).map(|value| value.max(0) as u32);
        let able = |attribute| number(attribute).map(|value| value != 0);
        Ok(Properties {
            name: self.name()?,
            uuid: self.uuid()?,
            pci: PciAddress {
                domain: number(A::CU_DEVICE_ATTRIBUTE_PCI_DOMAIN_ID)?,
                bus: number(A::CU_DEVICE_ATTRIBUTE_PCI_BUS_ID)?,
                device: number(A::CU_DEVICE_ATTRIBUTE_PCI_DEVICE_ID)?,
            },
            total_memory: self.total_memory()?,
            compute_capability: self.compute_capability()?,
            multiprocessors: number(A::CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT)?,
            warp: number(A::CU_DEVICE_ATTRIBUTE_WARP_SIZE)?,
            max_threads_per_block: number(A::CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK)?,
            max_block: [
                number(A::CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X)?,
                number(A::CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y)?,
                number(A::CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z)?,
            ],
            max_grid: [
                number(A::CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X)?,
                number(A::CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y)?,
                number(A::CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z)?,
            ],
            shared_bytes_per_block: number(A::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK)?,
            shared_bytes_per_block_opt_in: number(A::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN)?,
            registers_per_block: number(A::CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK)?,
            l2_bytes: number(A::CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE)?,
            memory_pools: able(A::CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED)?,
            virtual_memory: able(A::CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED)?,
            managed_memory: able(A::CU_DEVICE_ATTRIBUTE_MANAGED_MEMORY)?,
            concurrent_managed_access: able(A::CU_DEVICE_ATTRIBUTE_CONCURRENT_MANAGED_ACCESS)?,
            cooperative_launch: able(A::CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH)?,
            cluster_launch: able(A::CU_DEVICE_ATTRIBUTE_CLUSTER_LAUNCH)?,
            waits_for_values: self.waits_for_values()?,
            numa_node: u32::try_from(self.attribute_or(A::CU_DEVICE_ATTRIBUTE_HOST_NUMA_ID, -1)?).ok(),
        })
    }

    /// Tells whether [streams wait for numbers](super::Stream::wait_for_value) in memory.
    ///
    /// # Errors
    /// [`Error::Call`].
    pub fn waits_for_values(&self) -> Result<bool> {
        let able =
            self.attribute_or(CUdevice_attribute::CU_DEVICE_ATTRIBUTE_CAN_USE_64_BIT_STREAM_MEM_OPS, 0)?;
        Ok(able > 0 && self.driver().has("cuStreamWaitValue64_v2"))
    }

    /// Returns an attribute, or `absent` where the driver does not know it.
    fn attribute_or(&self, attribute: CUdevice_attribute, absent: i32) -> Result<i32> {
        match self.attribute(attribute) {
            Err(error) if error.code() == Some(CUresult::CUDA_ERROR_INVALID_VALUE) => Ok(absent),
            other => other,
        }
    }

    /// Returns the number that no other device has.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cuDeviceGetUuid")]
    pub fn uuid(&self) -> Result<[u8; 16]> {
        let mut uuid = CUuuid { bytes: [0; 16] };
        // SAFETY: the device is valid; `uuid` outlives the call.
        unsafe { driver_call!(self.driver(), cuDeviceGetUuid_v2(&mut uuid, self.as_raw())) }?;
        Ok(uuid.bytes.map(|byte| byte.to_ne_bytes()[0]))
    }

    /// Tells whether kernels on this device can reach the memory of `peer`.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cuDeviceCanAccessPeer")]
    pub fn can_access(&self, peer: Device) -> Result<bool> {
        let mut can = 0;
        // SAFETY: both devices are valid; `can` outlives the call.
        unsafe {
            driver_call!(self.driver(), cuDeviceCanAccessPeer(&mut can, self.as_raw(), peer.as_raw()))
        }?;
        Ok(can != 0)
    }

    /// Tells whether atomics of this device work on the memory of `peer`.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cuDeviceGetP2PAttribute")]
    pub fn has_peer_atomics(&self, peer: Device) -> Result<bool> {
        let mut value = 0;
        let attribute = CUdevice_P2PAttribute::CU_DEVICE_P2P_ATTRIBUTE_NATIVE_ATOMIC_SUPPORTED;
        // SAFETY: both devices are valid; `value` outlives the call.
        unsafe {
            driver_call!(
                self.driver(),
                cuDeviceGetP2PAttribute(&mut value, attribute, self.as_raw(), peer.as_raw())
            )
        }?;
        Ok(value != 0)
    }
}

/// Returns for each device (row) and each peer (column) whether it can reach that one's memory.
///
/// # Errors
/// As [`devices`].
pub fn peer_matrix(driver: Driver) -> Result<Vec<Vec<bool>>> {
    let all = devices(driver)?;
    let row = |device: &Device| {
        all.iter().map(|peer| if peer == device { Ok(true) } else { device.can_access(*peer) }).collect()
    };
    all.iter().map(row).collect()
}

impl Context {
    /// Lets kernels in this context reach memory of `peer`. Again does nothing.
    ///
    /// # Errors
    /// [`Error::Call`] with `CUDA_ERROR_PEER_ACCESS_UNSUPPORTED` where the devices cannot.
    #[doc(alias = "cuCtxEnablePeerAccess")]
    pub fn enable_peer_access(&self, peer: &Context) -> Result<()> {
        self.check_driver_of(peer, "cuCtxEnablePeerAccess")?;
        self.make_current()?;
        // SAFETY: both contexts are live while borrowed (Context 1), and of one driver; the flags must be zero.
        match unsafe { call!(self, cuCtxEnablePeerAccess(peer.as_raw(), 0)) } {
            Err(error) if error.code() == Some(CUresult::CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED) => Ok(()),
            other => other.map_err(|error: Error| {
                error.doing(|| format!("letting {:?} reach the memory of {:?}", self.device(), peer.device()))
            }),
        }
    }
}
