//! Green contexts: shares of a device's multiprocessors.
//!
//! A green context is its device's primary context with fewer multiprocessors, and streams of its own. The context that
//! `cuCtxFromGreenCtx` gives is another name of the primary one: all that belongs to a context belongs to that.
//!
//! A resource is a structure in the client's hands. What this driver has to know of it, it keeps in the part that the header
//! calls padding, which clients copy along.

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{HandleOut, In, Out};
use crate::handle::Handle;
use crate::state::{State, lock};
use crate::stream::{GREATEST_PRIORITY, NON_BLOCKING, Order};
use crate::sys::{
    CU_DEV_SM_RESOURCE_GROUP_PARAMS, CUdevResource, CUdevResourceType as Type, CUdevSmResource,
    CUdevWorkqueueConfigResource, CUdevWorkqueueConfigScope, CUdevWorkqueueResource, CUdevice_attribute,
    CUresult,
};

const INVALID_RESOURCE_TYPE: CUresult = CUresult::CUDA_ERROR_INVALID_RESOURCE_TYPE;
const INVALID_RESOURCE_CONFIGURATION: CUresult = CUresult::CUDA_ERROR_INVALID_RESOURCE_CONFIGURATION;

/// `CU_GREEN_CTX_DEFAULT_STREAM`.
const DEFAULT_STREAM: u32 = 1;
/// `CU_DEV_SM_RESOURCE_SPLIT_IGNORE_SM_COSCHEDULING`.
const IGNORE_COSCHEDULING: u32 = 1;
/// `CU_DEV_SM_RESOURCE_SPLIT_MAX_POTENTIAL_CLUSTER_SIZE`.
const LARGEST_CLUSTERS: u32 = 2;
/// `CU_DEV_SM_RESOURCE_GROUP_BACKFILL`.
const BACKFILL: u32 = 1;
/// `CU_DEV_SM_RESOURCE_GROUP_LOCALITY_DOMAIN_ID` and its modifier. Simulated devices have no such domains.
const LOCALITY: u32 = 6;
/// Most multiprocessors that can be scheduled together from compute capability 9.0 on, and blocks of the largest clusters.
const MOST_TOGETHER: u32 = 32;
const LARGEST_CLUSTER: u32 = 16;
/// Connections that a driver has to a device unless `CUDA_DEVICE_MAX_CONNECTIONS` says otherwise.
const CONNECTIONS: u32 = 8;

/// A green context.
#[derive(Debug)]
pub(crate) struct Green {
    device: usize,
    /// The primary context that it is a share of.
    primary: Handle,
    /// Its name as a context.
    context: Handle,
    multiprocessors: CUdevSmResource,
    /// Its default stream, if it asked for one; otherwise that is the primary context's.
    pub(crate) default_stream: Option<Handle>,
    id: u64,
}

/// What a descriptor describes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Descriptor {
    device: usize,
    multiprocessors: Option<CUdevSmResource>,
}

/// What this driver keeps in a resource's padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    device: u32,
    /// The call that split it off, or zero if it has not been split: only then may it be.
    split: u64,
}

const MAGIC: [u8; 8] = *b"cuda-sim";

impl Mark {
    fn write(self, kind: Type, resource: &mut CUdevResource) {
        resource.type_ = kind;
        resource._internal_padding[..8].copy_from_slice(&MAGIC);
        resource._internal_padding[8..12].copy_from_slice(&self.device.to_ne_bytes());
        resource._internal_padding[12..20].copy_from_slice(&self.split.to_ne_bytes());
    }

    /// # Errors
    /// `INVALID_VALUE` for a resource that is none of this driver's.
    fn read(resource: &CUdevResource) -> Answer<Mark> {
        let padding = &resource._internal_padding;
        if padding[..8] != MAGIC {
            return Err(INVALID_VALUE);
        }
        let device = u32::from_ne_bytes([padding[8], padding[9], padding[10], padding[11]]);
        let split = padding[12..20].try_into().map_or(0, u64::from_ne_bytes);
        Ok(Mark { device, split })
    }
}

/// A resource of which nothing is set.
fn blank() -> CUdevResource {
    let nothing = CUdevWorkqueueResource { reserved: [0; 40] };
    CUdevResource {
        type_: Type::CU_DEV_RESOURCE_TYPE_INVALID,
        _internal_padding: [0; 92],
        __bindgen_anon_1: crate::sys::CUdevResource_st__bindgen_ty_1 { wq: nothing },
        nextResource: std::ptr::null_mut(),
    }
}

fn multiprocessors(device: u32, split: u64, sm: CUdevSmResource) -> CUdevResource {
    let mut resource = blank();
    Mark { device, split }.write(Type::CU_DEV_RESOURCE_TYPE_SM, &mut resource);
    resource.__bindgen_anon_1.sm = sm;
    resource
}

/// Reads a client's resource of multiprocessors.
fn read(resource: &CUdevResource) -> Answer<(Mark, CUdevSmResource)> {
    if resource.type_ != Type::CU_DEV_RESOURCE_TYPE_SM {
        return Err(INVALID_RESOURCE_TYPE);
    }
    let mark = Mark::read(resource)?;
    // SAFETY: the type says which field was set, and any bits are numbers.
    Ok((mark, unsafe { resource.__bindgen_anon_1.sm }))
}

/// The smallest share of a device, and what shares are multiples of.
fn granularity(major: i32) -> (u32, u32) {
    match major {
        ..=6 => (1, 1),
        7 => (2, 2),
        8 => (4, 2),
        _ => (8, 8),
    }
}

impl State {
    /// The primary context that `context` is another name of, or itself.
    pub(crate) fn plain(&self, context: Handle) -> Handle {
        let green = self.contexts.get(context).and_then(|context| context.green);
        green.and_then(|green| self.greens.get(green)).map_or(context, |green| green.primary)
    }

    /// The green context that is current to the calling thread, if one is.
    pub(crate) fn current_green(&self) -> Option<Handle> {
        self.contexts.get(crate::thread::current())?.green
    }

    /// How many multiprocessors work of a stream has.
    pub(crate) fn multiprocessors_of(&self, stream: Handle) -> u32 {
        let Some(stream) = self.streams.get(stream) else { return 0 };
        let green = stream.green.and_then(|green| self.greens.get(green));
        green.map_or_else(
            || {
                let count = CUdevice_attribute::CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT;
                self.figure(stream.context, count) as u32
            },
            |green| green.multiprocessors.smCount,
        )
    }

    /// The default stream of the green context that is current, if that has one.
    pub(crate) fn default_stream_of_green(&self) -> Option<Handle> {
        self.greens.get(self.current_green()?)?.default_stream
    }

    fn green(&self, handle: Handle) -> Answer<&Green> {
        self.greens.get(handle).ok_or(if self.greens.issued(handle) {
            CONTEXT_IS_DESTROYED
        } else {
            INVALID_CONTEXT
        })
    }

    fn streams_of_green(&self, green: Handle) -> Vec<Handle> {
        self.streams.handles(|stream| stream.green == Some(green))
    }

    /// All that a device has of a kind of resource.
    fn resource(&mut self, device: i32, kind: Type) -> Answer<CUdevResource> {
        use CUdevice_attribute as A;
        let found = self.device(device)?;
        let count = found.attribute(A::CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT) as u32;
        let major = found.attribute(A::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
        let (least, step) = granularity(major);
        let sm = CUdevSmResource {
            smCount: count,
            minSmPartitionSize: least,
            smCoscheduledAlignment: step,
            ..CUdevSmResource::default()
        };
        describe(device as u32, kind, sm)
    }
}

/// A resource of any kind, for a share that has the multiprocessors `sm`.
fn describe(device: u32, kind: Type, sm: CUdevSmResource) -> Answer<CUdevResource> {
    let mut resource = blank();
    match kind {
        Type::CU_DEV_RESOURCE_TYPE_SM => return Ok(multiprocessors(device, 0, sm)),
        Type::CU_DEV_RESOURCE_TYPE_WORKQUEUE_CONFIG => {
            resource.__bindgen_anon_1.wqConfig = CUdevWorkqueueConfigResource {
                device: device as i32,
                wqConcurrencyLimit: CONNECTIONS,
                sharingScope: CUdevWorkqueueConfigScope::CU_WORKQUEUE_SCOPE_DEVICE_CTX,
            };
        }
        Type::CU_DEV_RESOURCE_TYPE_WORKQUEUE => {}
        _ => return Err(INVALID_RESOURCE_TYPE),
    }
    Mark { device, split: 0 }.write(kind, &mut resource);
    Ok(resource)
}

/// What is left over: nothing, or a resource without structure.
fn remainder(mark: Mark, split: u64, input: CUdevSmResource, left: u32) -> CUdevResource {
    if left == 0 {
        blank()
    } else {
        multiprocessors(mark.device, split, CUdevSmResource { smCount: left, ..input })
    }
}

/// Works out one group of `cuDevSmResourceSplit`, of which `left` multiprocessors can be taken.
fn group(
    wanted: &CU_DEV_SM_RESOURCE_GROUP_PARAMS,
    (input, left): (&CUdevSmResource, u32),
    modern: bool,
    makes: bool,
) -> Answer<CUdevSmResource> {
    let together = match wanted.coscheduledSmCount {
        0 => input.smCoscheduledAlignment.max(2),
        count => count,
    };
    let most = if modern { MOST_TOGETHER } else { 2 };
    let preferred = wanted.preferredCoscheduledSmCount;
    let reserved = wanted.reserved.iter().any(|&word| word != 0);
    if reserved
        || wanted.flags & !(BACKFILL | LOCALITY) != 0
        || together > most
        || !together.is_multiple_of(2)
    {
        return Err(INVALID_VALUE);
    }
    if !preferred.is_multiple_of(together) {
        return Err(INVALID_VALUE);
    }
    if wanted.flags & LOCALITY != 0 {
        return Err(INVALID_RESOURCE_CONFIGURATION);
    }
    let backfill = wanted.flags & BACKFILL != 0;
    let count = match wanted.smCount {
        0 if backfill => left / 2 * 2,
        0 => left / together * together,
        count if count > input.smCount || !count.is_multiple_of(2) => return Err(INVALID_VALUE),
        count if !backfill && wanted.coscheduledSmCount != 0 && !count.is_multiple_of(together) => {
            return Err(INVALID_VALUE);
        }
        count => count,
    };
    if count > left || (makes && (count == 0 || count < together)) {
        return Err(INVALID_RESOURCE_CONFIGURATION);
    }
    Ok(CUdevSmResource {
        smCount: count,
        minSmPartitionSize: together,
        smCoscheduledAlignment: together,
        flags: wanted.flags,
        localityDomainId: 0,
    })
}

// Resources.
impl Sim {
    pub(crate) fn cuDeviceGetDevResource(device: i32, resource: Out<CUdevResource>, kind: Type) -> Answer {
        let out = resource.required()?;
        out.put(lock().resource(device, kind)?);
        Ok(())
    }

    pub(crate) fn cuCtxGetDevResource(context: Handle, resource: Out<CUdevResource>, kind: Type) -> Answer {
        let out = resource.required()?;
        let mut state = lock();
        state.check_context(context)?;
        let found = state.contexts.get(context).ok_or(INVALID_CONTEXT)?;
        let device = found.device;
        out.put(match found.green {
            Some(green) => describe(device as u32, kind, state.green(green)?.multiprocessors)?,
            None => state.resource(device as i32, kind)?,
        });
        Ok(())
    }

    pub(crate) fn cuGreenCtxGetDevResource(
        green: Handle,
        resource: Out<CUdevResource>,
        kind: Type,
    ) -> Answer {
        let out = resource.required()?;
        let state = lock();
        let green = state.green(green)?;
        out.put(describe(green.device as u32, kind, green.multiprocessors)?);
        Ok(())
    }

    pub(crate) fn cuStreamGetDevResource(stream: Handle, resource: Out<CUdevResource>, kind: Type) -> Answer {
        let out = resource.required()?;
        let mut state = lock();
        let stream = state.stream_even_if_faulty(stream)?;
        if kind != Type::CU_DEV_RESOURCE_TYPE_SM {
            return Err(INVALID_RESOURCE_TYPE);
        }
        let found = state.streams.get(stream).ok_or(INVALID_HANDLE)?;
        let (green, context) = (found.green, found.context);
        out.put(match green {
            Some(green) => {
                let green = state.green(green)?;
                describe(green.device as u32, kind, green.multiprocessors)?
            }
            None => {
                let device = state.contexts.get(context).ok_or(INVALID_CONTEXT)?.device;
                state.resource(device as i32, kind)?
            }
        });
        Ok(())
    }

    /// Groups of equal size; without a place for them, how many there could be.
    pub(crate) fn cuDevSmResourceSplitByCount(
        result: Out<CUdevResource>,
        groups: Out<u32>,
        input: In<CUdevResource>,
        rest: Out<CUdevResource>,
        flags: u32,
        least: u32,
    ) -> Answer {
        let groups = groups.required()?;
        let (mark, input) = read(&input.read()?)?;
        if flags & !(IGNORE_COSCHEDULING | LARGEST_CLUSTERS) != 0 || least > input.smCount || mark.split != 0
        {
            return Err(INVALID_VALUE);
        }
        let mut state = lock();
        let device = state.device(mark.device as i32)?;
        let major = device.attribute(CUdevice_attribute::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
        if flags & LARGEST_CLUSTERS != 0 && major < 9 {
            return Err(INVALID_VALUE);
        }
        let (mut smallest, mut step) = granularity(major);
        if flags & IGNORE_COSCHEDULING != 0 {
            (smallest, step) = (smallest.min(2), step.min(2));
        }
        if flags & LARGEST_CLUSTERS != 0 {
            (smallest, step) = (LARGEST_CLUSTER, LARGEST_CLUSTER);
        }
        let each = least.max(smallest).next_multiple_of(step);
        let possible = input.smCount / each;
        if possible == 0 {
            return Err(INVALID_RESOURCE_CONFIGURATION);
        }
        if !result.is_wanted() {
            groups.put(possible);
            return Ok(());
        }
        let count = groups.current()?.min(possible);
        let split = state.next_id();
        let sm = CUdevSmResource {
            smCount: each,
            minSmPartitionSize: smallest,
            smCoscheduledAlignment: step,
            ..CUdevSmResource::default()
        };
        result.put_all((0..count).map(|_| multiprocessors(mark.device, split, sm)), count as usize);
        groups.put(count);
        rest.put(remainder(mark, split, input, input.smCount - count * each));
        Ok(())
    }

    /// Groups that differ. Those that ask for no number are told how many they get.
    pub(crate) fn cuDevSmResourceSplit(
        result: Out<CUdevResource>,
        groups: u32,
        input: In<CUdevResource>,
        rest: Out<CUdevResource>,
        flags: u32,
        wanted: Out<CU_DEV_SM_RESOURCE_GROUP_PARAMS>,
    ) -> Answer {
        let wanted = wanted.required()?;
        let (mark, input) = read(&input.read()?)?;
        // Each group takes two multiprocessors, so that more than that many are refused before they are read.
        if flags != 0 || groups == 0 || groups > input.smCount || mark.split != 0 {
            return Err(INVALID_VALUE);
        }
        let mut state = lock();
        let device = state.device(mark.device as i32)?;
        let modern = device.attribute(CUdevice_attribute::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR) >= 9;
        let asked = wanted.reader().all(groups as usize)?;
        let (mut left, mut made) = (input.smCount, Vec::new());
        for each in &asked {
            let one = group(each, (&input, left), modern, result.is_wanted())?;
            left -= one.smCount;
            made.push(one);
        }
        let split = state.next_id();
        let told = asked.iter().zip(&made);
        wanted.put_all(
            told.map(|(asked, made)| CU_DEV_SM_RESOURCE_GROUP_PARAMS { smCount: made.smCount, ..*asked }),
            groups as usize,
        );
        if result.is_wanted() {
            result.put_all(made.iter().map(|&sm| multiprocessors(mark.device, split, sm)), made.len());
        }
        rest.put(remainder(mark, split, input, left));
        Ok(())
    }

    /// Descriptors are valid as long as the process.
    pub(crate) fn cuDevResourceGenerateDesc(
        descriptor: HandleOut,
        resources: In<CUdevResource>,
        count: u32,
    ) -> Answer {
        let out = descriptor.required()?;
        if count == 0 {
            return Err(INVALID_VALUE);
        }
        let resources = resources.all(count as usize)?;
        let mut state = lock();
        let (mut device, mut shares): (_, Option<(Mark, CUdevSmResource)>) = (None, None);
        for resource in resources {
            let mark = match resource.type_ {
                Type::CU_DEV_RESOURCE_TYPE_SM => {
                    let (mark, sm) = read(&resource)?;
                    shares = Some(match shares {
                        None => (mark, sm),
                        Some((first, sum)) => {
                            let alike = sum.smCoscheduledAlignment == sm.smCoscheduledAlignment;
                            if first != mark || mark.split == 0 || !alike {
                                return Err(INVALID_RESOURCE_CONFIGURATION);
                            }
                            (mark, CUdevSmResource { smCount: sum.smCount + sm.smCount, ..sum })
                        }
                    });
                    mark
                }
                Type::CU_DEV_RESOURCE_TYPE_WORKQUEUE_CONFIG | Type::CU_DEV_RESOURCE_TYPE_WORKQUEUE => {
                    Mark::read(&resource)?
                }
                _ => return Err(INVALID_RESOURCE_TYPE),
            };
            if *device.get_or_insert(mark.device) != mark.device {
                return Err(INVALID_RESOURCE_CONFIGURATION);
            }
        }
        let device = device.ok_or(INVALID_VALUE)?;
        state.device(device as i32)?;
        let multiprocessors = shares.map(|share| share.1);
        out.put(state.descriptors.insert(Descriptor { device: device as usize, multiprocessors }));
        Ok(())
    }
}

// Green contexts.
impl Sim {
    /// Retains the primary context.
    pub(crate) fn cuGreenCtxCreate(green: HandleOut, descriptor: Handle, device: i32, flags: u32) -> Answer {
        let out = green.required()?;
        if flags & !DEFAULT_STREAM != 0 {
            return Err(INVALID_VALUE);
        }
        let mut state = lock();
        state.device(device)?;
        let found = *state.descriptors.get(descriptor).ok_or(INVALID_VALUE)?;
        if found.device != device as usize {
            return Err(INVALID_VALUE);
        }
        let multiprocessors = match found.multiprocessors {
            Some(share) => share,
            None => read(&state.resource(device, Type::CU_DEV_RESOURCE_TYPE_SM)?)?.1,
        };
        let primary = state.retain_primary(device)?;
        let id = state.next_id();
        let green = state.greens.insert(Green {
            device: device as usize,
            primary,
            context: Handle(0),
            multiprocessors,
            default_stream: None,
            id,
        });
        let context = state.name_green(device as usize, green);
        // It has the order of a stream that the primary context's default stream waits for.
        let default =
            (flags & DEFAULT_STREAM != 0).then(|| state.new_stream(primary, Order::Blocking, 0, true));
        if let Some(stream) = default.and_then(|stream| state.streams.get_mut(stream)) {
            stream.green = Some(green);
        }
        if let Some(found) = state.greens.get_mut(green) {
            (found.context, found.default_stream) = (context, default);
        }
        out.put(green);
        Ok(())
    }

    /// Its streams are left, of no use but to be destroyed.
    pub(crate) fn cuGreenCtxDestroy(green: Handle) -> Answer {
        let mut state = lock();
        let context = state.green(green)?.context;
        let streams = state.streams_of_green(green);
        for &stream in &streams {
            state.spoil_captures_of(stream);
            if let Some(stream) = state.streams.get_mut(stream) {
                stream.detached = true;
            }
        }
        let Some(gone) = state.greens.remove(green) else { return Err(INVALID_CONTEXT) };
        state.contexts.remove(context);
        drop(state);
        Sim::cuDevicePrimaryCtxRelease_v2(gone.device as i32)
    }

    pub(crate) fn cuCtxFromGreenCtx(context: HandleOut, green: Handle) -> Answer {
        let out = context.required()?;
        out.put(lock().green(green)?.context);
        Ok(())
    }

    /// Null is the one that is current.
    pub(crate) fn cuGreenCtxGetId(green: Handle, id: Out<u64>) -> Answer {
        let out = id.required()?;
        let state = lock();
        let green = if green.is_null() { state.current_green().ok_or(INVALID_CONTEXT)? } else { green };
        out.put(state.green(green)?.id);
        Ok(())
    }

    pub(crate) fn cuGreenCtxStreamCreate(
        stream: HandleOut,
        green: Handle,
        flags: u32,
        priority: i32,
    ) -> Answer {
        let out = stream.required()?;
        if flags != NON_BLOCKING {
            return Err(INVALID_VALUE);
        }
        let mut state = lock();
        let primary = state.green(green)?.primary;
        state.check_fault(primary)?;
        let priority = priority.clamp(GREATEST_PRIORITY, 0);
        let stream = state.new_stream(primary, Order::NonBlocking, priority, false);
        if let Some(stream) = state.streams.get_mut(stream) {
            stream.green = Some(green);
        }
        out.put(stream);
        Ok(())
    }

    /// Gives null for a stream that no green context has.
    pub(crate) fn cuStreamGetGreenCtx(stream: Handle, green: HandleOut) -> Answer {
        let out = green.required()?;
        let mut state = lock();
        out.put(state.green_of_stream(stream)?);
        Ok(())
    }

    /// Captures what the streams of the green context have been given so far.
    pub(crate) fn cuGreenCtxRecordEvent(green: Handle, event: Handle) -> Answer {
        let mut state = lock();
        let primary = state.green(green)?.primary;
        state.check_fault(primary)?;
        if state.event(event)?.context != primary {
            return Err(INVALID_HANDLE);
        }
        let streams = state.streams_of_green(green);
        state.refuse_if_any_captures(&streams)?;
        state.record_streams(event, &streams)
    }

    /// What the streams of the green context are given from now on waits for the event.
    pub(crate) fn cuGreenCtxWaitEvent(green: Handle, event: Handle) -> Answer {
        let mut state = lock();
        let primary = state.green(green)?.primary;
        state.check_fault(primary)?;
        if state.event(event)?.captured.is_some() {
            state.refuse_captured(event).ok();
            return Err(CUresult::CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
        }
        let streams = state.streams_of_green(green);
        state.refuse_if_any_captures(&streams)?;
        streams.into_iter().try_for_each(|stream| state.wait_for_event(event, stream))
    }
}

impl State {
    /// The green context of the stream that the client names, or null.
    pub(crate) fn green_of_stream(&mut self, named: Handle) -> Answer<Handle> {
        let current = self.current_green();
        let stream = self.stream_even_if_faulty(named)?;
        let found = self.streams.get(stream).ok_or(INVALID_HANDLE)?;
        let green = if found.is_default { current } else { found.green };
        Ok(green.unwrap_or_default())
    }
}
