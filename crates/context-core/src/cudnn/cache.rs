//! What was found out about algorithms, kept for the next problem of the same kind, and for the next run of the program.

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
    fs, io,
    marker::PhantomData,
    path::Path,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use cudnn_sys::cudnnStatus_t;

use super::{
    Algorithm, Convolution, CudnnVersion, DataType, Direction, MathMode, Performance, Settings, Status,
};

/// The first line of a cache's text.
const HEADER: &str = "device-context cuDNN algorithms 1";

/// All that the best algorithm depends on: the direction, the convolution with its sizes, strides and types, the device's name, cuDNN's
/// version, and what was demanded.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AlgorithmKey<D: Direction> {
    text: String,
    version: CudnnVersion,
    direction: PhantomData<D>,
}

impl<D: Direction> AlgorithmKey<D> {
    /// Makes a key.
    pub fn new<T: DataType>(
        problem: &Convolution<'_, T>,
        device: &str,
        version: CudnnVersion,
        settings: Settings,
    ) -> AlgorithmKey<D> {
        let Convolution { convolution, x, filter, y } = problem;
        let Settings { determinism, math, workspace_limit } = settings;
        let limit = workspace_limit.map_or_else(|| "none".to_owned(), |limit| limit.to_string());
        let text = format!(
            "{}; {convolution:?}; x {x:?}; {filter:?}; y {y:?}; {device}; cuDNN {version}; determinism {determinism:?}; math {math:?}; limit {limit}",
            D::NAME,
        );
        // One line, and one field of it.
        let text = text.replace(|character: char| character.is_control(), " ");
        AlgorithmKey { text, version, direction: PhantomData }
    }
}

impl<D: Direction> fmt::Display for AlgorithmKey<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What is known for one key.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Entry {
    number: u32,
    math: MathMode,
    workspace_bytes: usize,
    deterministic: bool,
    time: Option<Duration>,
}

/// The algorithms that were found to be the best, by what they depend on. Threads share it.
///
/// It is saved as text, a line for each problem, and read again: what another device, another cuDNN or other demands have found is in its key, so that
/// one file serves for all of them.
///
/// # Examples
/// ```no_run
/// use context_core::cudnn::AlgorithmCache;
///
/// let cache = AlgorithmCache::load("algorithms.txt").unwrap_or_default();
/// // … `Operations::cached_algorithm(&cache, …)` …
/// cache.save("algorithms.txt")?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct AlgorithmCache {
    entries: Mutex<BTreeMap<String, Entry>>,
}

/// A text that is no saved cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl fmt::Display for CacheError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a cache of cuDNN's algorithms, line {}: {}", self.line, self.reason)
    }
}

impl std::error::Error for CacheError {}

impl AlgorithmCache {
    /// Makes an empty one.
    pub fn new() -> AlgorithmCache {
        AlgorithmCache::default()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns how many problems are known.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Tells whether none is known.
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Returns what was found for `key`.
    pub fn get<D: Direction>(&self, key: &AlgorithmKey<D>) -> Option<Performance<D>> {
        let entry = *self.lock().get(&key.text)?;
        Some(Performance {
            algorithm: Algorithm::new(entry.number, entry.math),
            status: Status::new(cudnnStatus_t::CUDNN_STATUS_SUCCESS, key.version.into()),
            time: entry.time,
            workspace_bytes: entry.workspace_bytes,
            deterministic: entry.deterministic,
        })
    }

    /// Keeps what was found for `key`, in place of what was known before. What cannot do it is not kept.
    pub fn insert<D: Direction>(&self, key: &AlgorithmKey<D>, found: Performance<D>) {
        if found.status.ok().is_err() {
            return;
        }
        let entry = Entry {
            number: found.algorithm.number(),
            math: found.algorithm.math(),
            workspace_bytes: found.workspace_bytes,
            deterministic: found.deterministic,
            time: found.time,
        };
        self.lock().insert(key.text.clone(), entry);
    }

    /// Forgets what was found for `key`, for example because it does not work any more.
    pub fn remove<D: Direction>(&self, key: &AlgorithmKey<D>) {
        self.lock().remove(&key.text);
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// Returns all of it as text: one line for each problem, in the order of the keys, with fields that tabs separate.
    pub fn to_text(&self) -> String {
        let mut text = format!("{HEADER}\n");
        for (key, Entry { number, math, workspace_bytes, deterministic, time }) in self.lock().iter() {
            let nanoseconds = time.map_or(0, |time| time.as_nanos());
            // Writing to a text does not fail.
            let _ = writeln!(
                text,
                "{number}\t{}\t{workspace_bytes}\t{deterministic}\t{nanoseconds}\t{key}",
                math.name()
            );
        }
        text
    }

    /// Reads what [`to_text`](AlgorithmCache::to_text) wrote.
    ///
    /// # Errors
    /// [`CacheError`] names the first line that was not written so.
    pub fn from_text(text: &str) -> Result<AlgorithmCache, CacheError> {
        let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
        if lines.next().is_none_or(|(_, line)| line != HEADER) {
            return Err(CacheError { line: 1, reason: "this is not a cache of this version" });
        }
        let mut entries = BTreeMap::new();
        for (number, line) in lines.filter(|(_, line)| !line.is_empty()) {
            let (key, entry) = read(line).map_err(|reason| CacheError { line: number, reason })?;
            entries.insert(key.to_owned(), entry);
        }
        Ok(AlgorithmCache { entries: Mutex::new(entries) })
    }

    /// Takes over what another one knows, in place of what this one does.
    pub fn merge(&self, other: AlgorithmCache) {
        let entries = other.entries.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.lock().extend(entries);
    }

    /// Writes all of it to a file. It is written aside and moved into place, so that no reader finds half of it.
    ///
    /// # Errors
    /// The system's.
    pub fn save(&self, path: impl AsRef<Path>) -> io::Result<()> {
        let path = path.as_ref();
        let aside = path.with_extension(format!("{}.partial", std::process::id()));
        fs::write(&aside, self.to_text())?;
        fs::rename(&aside, path).inspect_err(|_| {
            let _ = fs::remove_file(&aside);
        })
    }

    /// Reads a file that [`save`](AlgorithmCache::save) wrote.
    ///
    /// # Errors
    /// The system's; one of kind `InvalidData` with a [`CacheError`].
    pub fn load(path: impl AsRef<Path>) -> io::Result<AlgorithmCache> {
        AlgorithmCache::from_text(&fs::read_to_string(path)?)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }
}

fn read(line: &str) -> Result<(&str, Entry), &'static str> {
    let mut fields = line.splitn(6, '\t');
    let mut field = || fields.next().ok_or("there are six fields, separated by tabs");
    let number = field()?.parse().map_err(|_| "the algorithm is not a number")?;
    let math = field()?;
    let math = MathMode::ALL.into_iter().find(|mode| mode.name() == math);
    let math = math.ok_or("the arithmetic is not known")?;
    let workspace_bytes = field()?.parse().map_err(|_| "the workspace is not a number of bytes")?;
    let deterministic = field()?.parse().map_err(|_| "whether it is deterministic is not true or false")?;
    let nanoseconds: u64 = field()?.parse().map_err(|_| "the time is not a number of nanoseconds")?;
    let time = Some(Duration::from_nanos(nanoseconds)).filter(|time| !time.is_zero());
    let key = field()?;
    if key.is_empty() {
        return Err("the problem is missing");
    }
    Ok((key, Entry { number, math, workspace_bytes, deterministic, time }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cudnn::{BackwardData, Forward};

    fn key<D: Direction>(text: &str) -> AlgorithmKey<D> {
        let text = format!("{}; {text}", D::NAME);
        AlgorithmKey { text, version: CudnnVersion::new(9, 1, 0), direction: PhantomData }
    }

    fn found<D: Direction>(number: u32, status: u32) -> Performance<D> {
        Performance {
            algorithm: Algorithm::new(number, MathMode::TensorCores),
            status: Status::new(cudnnStatus_t(status), CudnnVersion::new(9, 1, 0).into()),
            time: Some(Duration::from_micros(35)),
            workspace_bytes: 4096,
            deterministic: true,
        }
    }

    #[test]
    fn what_is_saved_is_read_again() {
        let cache = AlgorithmCache::new();
        cache.insert(&key::<Forward>("a 3 × 3"), found(6, 0));
        cache.insert(&key::<BackwardData>("a 3 × 3"), found(1, 0));
        let untimed = Performance { time: None, deterministic: false, ..found(0, 0) };
        cache.insert(&key::<Forward>("a 5 × 5\twith a tab"), untimed);

        let again = AlgorithmCache::from_text(&cache.to_text()).unwrap();

        assert_eq!(again.len(), 3);
        assert_eq!(again.get(&key::<Forward>("a 3 × 3")), Some(found(6, 0)));
        assert_eq!(again.get(&key::<BackwardData>("a 3 × 3")), Some(found(1, 0)));
        assert_eq!(again.get(&key::<Forward>("a 5 × 5\twith a tab")), Some(untimed));
        assert_eq!(again.get(&key::<Forward>("a 7 × 7")), None);
        assert_eq!(again.to_text(), cache.to_text());
    }

    #[test]
    fn an_algorithm_that_cannot_do_it_is_not_kept() {
        let cache = AlgorithmCache::new();

        cache.insert(&key::<Forward>("a 3 × 3"), found(6, 3000));

        assert!(cache.is_empty());
    }

    #[test]
    fn a_damaged_text_is_refused_with_its_line() {
        let refused = |text: &str| AlgorithmCache::from_text(text).unwrap_err();

        assert_eq!(refused("").line, 1);
        assert_eq!(refused("device-context cuDNN algorithms 2\n").line, 1);
        for line in [
            "x\tfma\t0\ttrue\t0\tkey",
            "1\tslow\t0\ttrue\t0\tkey",
            "1\tfma\t-1\ttrue\t0\tkey",
            "1\tfma\t0\tyes\t0\tkey",
            "1\tfma\t0\ttrue\t\tkey",
            "1\tfma\t0\ttrue\t0\t",
            "1\tfma",
        ] {
            assert_eq!(refused(&format!("{HEADER}\n\n{line}\n")).line, 3, "{line}");
        }
    }

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let file = std::env::temp_dir().join(format!("cudnn-algorithms-{}", std::process::id()));
        let cache = AlgorithmCache::new();
        cache.insert(&key::<Forward>("a 3 × 3"), found(6, 0));

        cache.save(&file).unwrap();
        cache.insert(&key::<Forward>("a 5 × 5"), found(1, 0));
        cache.save(&file).unwrap();
        let again = AlgorithmCache::load(&file);
        std::fs::write(&file, "something else").unwrap();
        let other = AlgorithmCache::load(&file);
        std::fs::remove_file(&file).unwrap();

        assert_eq!(again.unwrap().len(), 2);
        assert_eq!(other.unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn what_another_knows_is_taken_over() {
        let (one, two) = (AlgorithmCache::new(), AlgorithmCache::new());
        one.insert(&key::<Forward>("a 3 × 3"), found(6, 0));
        two.insert(&key::<Forward>("a 3 × 3"), found(1, 0));
        two.insert(&key::<Forward>("a 5 × 5"), found(0, 0));

        one.merge(two);

        assert_eq!(one.len(), 2);
        assert_eq!(one.get(&key::<Forward>("a 3 × 3")), Some(found(1, 0)));
    }
}
