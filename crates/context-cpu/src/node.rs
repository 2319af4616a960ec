//! NUMA nodes: which there are, and memory on one of them.

#![allow(unsafe_code)]

use std::{fs, io, path::Path, thread};

use context_core::{
    Device, Error, Result,
    backend::{Address, AllocateError, Source},
};

use crate::{
    memory::{HostMemory, map, mapped_bytes, page_bytes, pointer, unmap},
    place::{CpuSet, parse_list},
};

/// Where the system tells of its nodes.
const SYSTEM: &str = "/sys/devices/system/node";

/// A NUMA node of the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Node {
    number: u32,
    cpus: CpuSet,
}

impl Node {
    /// Returns the nodes of the host, ascending.
    ///
    /// # Errors
    /// [`Error::Unsupported`] if the system does not tell.
    pub fn all() -> Result<Vec<Node>> {
        Node::all_below(Path::new(SYSTEM))
    }

    /// Returns the node with this number.
    ///
    /// # Errors
    /// [`Error::NoDevice`] if there is none, with the nodes that there are, or if the system does not tell.
    pub fn new(number: u32) -> Result<Node> {
        Node::below(Path::new(SYSTEM), number)
    }

    /// As [`all`](Node::all), of the nodes that a folder tells of.
    pub(crate) fn all_below(root: &Path) -> Result<Vec<Node>> {
        let unsupported =
            |reason| Error::Unsupported { device: Device::Cpu, what: "listing NUMA nodes", reason };
        numbers(root).map_err(unsupported)?.into_iter().map(|number| Node::below(root, number)).collect()
    }

    /// As [`new`](Node::new), of the nodes that a folder tells of.
    pub(crate) fn below(root: &Path, number: u32) -> Result<Node> {
        let missing = |reason: String| Error::NoDevice { device: Device::CpuNode(number), reason };
        let nodes = numbers(root).map_err(missing)?;
        if !nodes.contains(&number) {
            return Err(missing(format!("the NUMA nodes of this machine are {nodes:?}")));
        }
        let path = root.join(format!("node{number}")).join("cpulist");
        let list =
            fs::read_to_string(&path).map_err(|error| missing(format!("{}: {error}", path.display())))?;
        let cpus = parse_list(list.trim())
            .ok_or_else(|| missing(format!("{} is not a list of CPUs: {list:?}", path.display())))?;
        Ok(Node { number, cpus })
    }

    /// Returns the number.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns its CPUs; none for a node that has memory only.
    pub fn cpus(&self) -> CpuSet {
        self.cpus
    }
}

fn numbers(root: &Path) -> Result<Vec<u32>, String> {
    let path = root.join("online");
    let list = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let numbers = parse_list(list.trim());
    let numbers = numbers.ok_or_else(|| format!("{} is not a list of nodes: {list:?}", path.display()))?;
    Ok(numbers.iter().map(|number| number as u32).collect())
}

/// Memory of one node, as long as it has some: where it has run out, the system takes that of another.
#[derive(Debug)]
pub(crate) struct NodeMemory(pub(crate) Node);

impl NodeMemory {
    /// Sees to it that pages which nobody has touched come from the node.
    ///
    /// # Safety
    /// They are a mapping that nobody else has yet, from the start of a page on.
    unsafe fn place(&self, start: usize, bytes: usize) {
        // SAFETY: as the caller vouches.
        if let Err(error) = unsafe { prefer(start, bytes, self.0.number) } {
            tracing::debug!(%error, node = self.0.number, "memory is placed by touching it on the node's CPUs");
            // SAFETY: as above.
            unsafe { self.touch(start, bytes) };
        }
    }

    /// Touches every page from the node's CPUs: unless told otherwise, the system takes a page from where it is touched first.
    ///
    /// # Safety
    /// As for [`place`](NodeMemory::place).
    unsafe fn touch(&self, start: usize, bytes: usize) {
        let cpus = self.0.cpus;
        let page = page_bytes();
        let touch = || {
            cpus.pin_or_report();
            for place in (start..start + bytes).step_by(page) {
                // SAFETY: within the mapping, which is zero and stays so.
                unsafe { pointer::<u8>(place as Address).write_volatile(0) };
            }
        };
        let touched = thread::scope(|scope| thread::Builder::new().spawn_scoped(scope, touch).map(drop));
        if let Err(error) = touched {
            tracing::warn!(%error, "starting a thread; memory is where the system likes");
        }
    }
}

// SAFETY: mappings are zeroed memory of the size, aligned to a page, that nobody else has.
unsafe impl Source for NodeMemory {
    fn allocate(&self, bytes: usize) -> Result<Address, AllocateError> {
        let address = map(bytes)?;
        // SAFETY: just mapped.
        unsafe { self.place(address as usize, bytes) };
        Ok(address)
    }

    unsafe fn free(&self, address: Address, bytes: usize) -> Result<()> {
        // SAFETY: the caller vouches that `map(bytes)` made it.
        unsafe { unmap(address as usize, mapped_bytes(bytes)) };
        Ok(())
    }

    fn allocate_guarded(&self, bytes: usize) -> Option<Result<Address, AllocateError>> {
        HostMemory.allocate_guarded(bytes).map(|allocated| {
            let address = allocated?;
            let pages = bytes.next_multiple_of(page_bytes());
            // SAFETY: just mapped; the block is at the end of its pages.
            unsafe { self.place(address as usize + bytes - pages, pages) };
            Ok(address)
        })
    }

    unsafe fn free_guarded(&self, address: Address, bytes: usize) -> Result<()> {
        // SAFETY: the caller vouches that `allocate_guarded` made it, which had it from there.
        unsafe { HostMemory.free_guarded(address, bytes) }
    }
}

/// Has the system take pages from a node while it has some.
///
/// # Safety
/// They are a mapping that nobody else has yet, from the start of a page on.
#[cfg(target_os = "linux")]
unsafe fn prefer(start: usize, bytes: usize, node: u32) -> io::Result<()> {
    const MPOL_PREFERRED: libc::c_int = 1;
    const WORDS: usize = 16;
    let bits = libc::c_ulong::BITS;
    let mut mask = [0 as libc::c_ulong; WORDS];
    let word = mask.get_mut((node / bits) as usize).ok_or_else(|| io::Error::other("a number too large"))?;
    *word = 1 << (node % bits);
    // The kernel reads one bit less than it is told.
    let most = WORDS * bits as usize + 1;
    // SAFETY: the mask is of that size and only read; the caller vouches for the range, whose contents do not change.
    let done =
        unsafe { libc::syscall(libc::SYS_mbind, start, bytes, MPOL_PREFERRED, mask.as_ptr(), most, 0_usize) };
    if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Says that the system is not known how to be told.
///
/// # Safety
/// None.
#[cfg(not(target_os = "linux"))]
unsafe fn prefer(_start: usize, _bytes: usize, _node: u32) -> io::Result<()> {
    Err(io::Error::other("only Linux is known how to ask"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CpuContext, StreamKind};
    use context_core::{Buffer, Context, MemoryDebug, MemoryOptions};
    use std::path::PathBuf;

    /// A folder as the system would have it, with these nodes.
    fn system(name: &str, online: &str, nodes: &[(u32, &str)]) -> PathBuf {
        let root = std::env::temp_dir().join(format!("context-cpu-{}-{name}", std::process::id()));
        drop(fs::remove_dir_all(&root));
        fs::create_dir_all(&root).unwrap();
        fs::write(root.join("online"), online).unwrap();
        for (number, cpus) in nodes {
            fs::create_dir(root.join(format!("node{number}"))).unwrap();
            fs::write(root.join(format!("node{number}")).join("cpulist"), cpus).unwrap();
        }
        root
    }

    #[test]
    fn nodes_are_read_as_the_system_tells_them() {
        let root = system("told", "0-1,3\n", &[(0, "0-3,8-11\n"), (1, "4-7\n"), (3, "\n")]);
        let nodes = Node::all_below(&root).unwrap();
        assert_eq!(nodes.iter().map(Node::number).collect::<Vec<_>>(), [0, 1, 3]);
        assert_eq!(nodes[0].cpus(), CpuSet::new([0, 1, 2, 3, 8, 9, 10, 11]));
        assert!(nodes[2].cpus().is_empty(), "a node of memory only");
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_node_that_is_not_there_is_refused_with_those_that_are() {
        let root = system("missing", "0,2", &[(0, "0"), (2, "garbage")]);
        let message = |number| Node::below(&root, number).unwrap_err().to_string();
        assert!(message(1).contains("cpu:1") && message(1).contains("[0, 2]"), "{}", message(1));
        assert!(message(2).contains("garbage"), "{}", message(2));
        fs::remove_dir_all(&root).unwrap();
        assert!(message(0).contains("online"), "{}", message(0));
        assert!(matches!(Node::all_below(&root), Err(Error::Unsupported { .. })));
    }

    #[test]
    fn each_node_has_a_pool_of_its_own_and_copies_reach_between_them() {
        let root = system("pools", "0-1", &[(0, "0"), (1, "0")]);
        let open = |number| {
            CpuContext::builder().node(Node::below(&root, number).unwrap()).stream(StreamKind::Worker).build()
        };
        let (zero, again, one, anywhere) =
            (open(0).unwrap(), open(0).unwrap(), open(1).unwrap(), CpuContext::new().unwrap());
        assert_eq!([zero.device(), one.device()], [Device::cpu_on_node(0), Device::cpu_on_node(1)]);

        let x = zero.filled(100, 3_u32).unwrap();
        assert_eq!(again.read(&x).unwrap(), [3; 100]);
        let refused = one.read(&x).unwrap_err();
        assert!(matches!(refused, Error::WrongDevice { .. }), "{refused}");
        for other in [one, anywhere] {
            let mut y: Buffer<u32, CpuContext> = other.zeros(100).unwrap();
            other.copy_from(&mut y, &zero, &x).unwrap();
            assert_eq!(other.read(&y).unwrap(), [3; 100]);
        }
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_nodes_workers_stay_on_its_cpus() {
        let Ok(node) = Node::new(0) else { return };
        let ctx = CpuContext::builder().node(node).stream(StreamKind::Worker).build().unwrap();
        let (tell, told) = std::sync::mpsc::channel();
        ctx.core()
            .stream()
            .submit(move || {
                tell.send(CpuSet::current()).unwrap();
                Ok(())
            })
            .unwrap();
        let cpus = told.recv().unwrap().unwrap();
        assert!(!cpus.is_empty() && cpus.iter().all(|cpu| node.cpus().iter().any(|own| own == cpu)));
    }

    #[test]
    fn memory_is_zero_and_usable_where_the_system_places_it_and_where_touching_does() {
        // The second one is no node of any machine: the system refuses it.
        for number in [0, 1000] {
            let memory = NodeMemory(Node { number, cpus: CpuSet::new([0]) });
            for bytes in [1, 5000, (4 << 20) + 1] {
                let address = memory.allocate(bytes).unwrap();
                // SAFETY: just allocated, of that size.
                let slice = unsafe { std::slice::from_raw_parts_mut(pointer::<u8>(address), bytes) };
                assert!(slice.iter().all(|byte| *byte == 0));
                slice.fill(1);
                // SAFETY: allocated above.
                unsafe { memory.free(address, bytes) }.unwrap();
            }
            let address = memory.allocate_guarded(100).unwrap().unwrap();
            // SAFETY: just allocated, of that size, and freed once.
            unsafe {
                pointer::<u8>(address).write_bytes(1, 100);
                memory.free_guarded(address, 100).unwrap();
            }
        }
    }

    #[test]
    fn memory_of_this_machines_node_is_there() {
        let Ok(node) = Node::new(0) else { return };
        let debug = MemoryOptions {
            debug: Some(MemoryDebug { guard_pages: true, ..MemoryDebug::default() }),
            ..MemoryOptions::default()
        };
        for options in [MemoryOptions::default(), debug] {
            let ctx = CpuContext::builder().node(node).memory(options).build().unwrap();
            let x = ctx.filled(1 << 20, 1_u8).unwrap();
            if let Some(number) = node_of(x.as_raw()) {
                assert_eq!(number, 0);
            }
        }
    }

    /// Asks the system on which node an address is, where it may be asked.
    fn node_of(address: Address) -> Option<libc::c_int> {
        const NODE_OF_ADDRESS: usize = 1 | 2;
        let mut node: libc::c_int = -1;
        let none = std::ptr::null_mut::<libc::c_ulong>();
        // SAFETY: `node` outlives the call, which writes nothing else.
        let done = unsafe {
            libc::syscall(libc::SYS_get_mempolicy, &raw mut node, none, 0_usize, address, NODE_OF_ADDRESS)
        };
        (done == 0).then_some(node)
    }
}
