//! The handwritten digits: reading them, checking them, and dividing them into what is trained on and what is held out.

use std::{fmt, fs, path::PathBuf};

use device_context::random::Philox;

/// Pixels of an image, 8 × 8.
pub const PIXELS: usize = 64;
/// Digits.
pub const CLASSES: usize = 10;
/// What a pixel is at the most.
const BRIGHTEST: u32 = 16;
/// The share of images that is held out: one in so many.
const HELD_OUT: usize = 5;

const BUILT_IN: &str = include_str!("../data/digits.csv");

/// Images with their digits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Images {
    /// Row by row, [`PIXELS`] each, scaled to 0 to 1.
    pub pixels: Vec<f32>,
    pub labels: Vec<u32>,
}

/// Why a data file cannot be used.
#[derive(Debug)]
pub struct DataError {
    name: String,
    line: Option<usize>,
    reason: String,
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reading digits from {}", self.name)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(
            f,
            ": {}; a line holds {PIXELS} pixels from 0 to {BRIGHTEST} and the digit, separated by commas (see examples/data/README.md)",
            self.reason
        )
    }
}

impl std::error::Error for DataError {}

impl Images {
    /// Reads the images of `file`, or those that come with the example.
    pub fn load(file: Option<&PathBuf>) -> Result<Images, DataError> {
        let Some(file) = file else { return Images::parse("the built-in set", BUILT_IN) };
        let name = format!("`{}`", file.display());
        match fs::read(file) {
            Err(error) => Err(DataError { name, line: None, reason: error.to_string() }),
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Images::parse(&name, &text),
                Err(error) => {
                    let line = error.as_bytes()[..error.utf8_error().valid_up_to()]
                        .iter()
                        .filter(|byte| **byte == b'\n')
                        .count();
                    Err(DataError { name, line: Some(line + 1), reason: "not text".to_owned() })
                }
            },
        }
    }

    /// Parses comma-separated lines; `name` is for messages.
    pub fn parse(name: &str, text: &str) -> Result<Images, DataError> {
        let mut images = Images::default();
        let refuse = |line, reason| DataError { name: name.to_owned(), line, reason };
        for (index, line) in text.lines().enumerate() {
            images.push(line).map_err(|reason| {
                // A whole last line without its end is fine; a broken one was cut.
                let cut = !text.ends_with('\n') && index + 1 == text.lines().count();
                let note = if cut { "the file ends within this line, it is truncated: " } else { "" };
                refuse(Some(index + 1), format!("{note}{reason}"))
            })?;
        }
        if images.labels.len() < HELD_OUT {
            let reason = format!("{} images, at least {HELD_OUT} are needed", images.labels.len());
            return Err(refuse(None, reason));
        }
        Ok(images)
    }

    /// Appends the image of one line, or says what is wrong with it.
    fn push(&mut self, line: &str) -> Result<(), String> {
        let columns = line.split(',').count();
        if columns != PIXELS + 1 {
            return Err(format!("{columns} columns instead of {}", PIXELS + 1));
        }
        for (column, field) in line.split(',').enumerate() {
            let place = column + 1;
            let value: u32 = field
                .trim()
                .parse()
                .map_err(|_| format!("column {place}, `{field}`, is not a whole number"))?;
            if column < PIXELS && value > BRIGHTEST {
                return Err(format!("column {place}: {value} is no pixel"));
            }
            if column == PIXELS && value >= CLASSES as u32 {
                return Err(format!("column {place}: {value} is no digit"));
            }
            match column {
                PIXELS => self.labels.push(value),
                _ => self.pixels.push(value as f32 / BRIGHTEST as f32),
            }
        }
        Ok(())
    }

    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Copies the images with these indices.
    pub fn gather(&self, indices: &[usize]) -> Images {
        let mut gathered = Images::default();
        for &index in indices {
            gathered.pixels.extend_from_slice(&self.pixels[index * PIXELS..][..PIXELS]);
            gathered.labels.push(self.labels[index]);
        }
        gathered
    }

    /// Divides into what is trained on and the fifth that is held out, chosen by `order`.
    pub fn split(&self, order: &mut Order) -> (Images, Images) {
        let indices = order.shuffled(self.len());
        let (held_out, trained) = indices.split_at(self.len() / HELD_OUT);
        (self.gather(trained), self.gather(held_out))
    }
}

/// Random orders, the same for a seed on every device: they are made on the host.
pub struct Order(Philox);

impl Order {
    /// Takes a sequence that no context draws from.
    pub fn new(seed: u64) -> Order {
        Order(Philox::new(seed).with_fork(u32::MAX))
    }

    /// Returns the numbers below `len` in random order (Fisher and Yates).
    pub fn shuffled(&mut self, len: usize) -> Vec<usize> {
        let mut indices: Vec<usize> = (0..len).collect();
        for last in (1..len).rev() {
            // Unbiased enough: `len` is far below 2³².
            let chosen = (u64::from(self.0.word(0)) * (last as u64 + 1)) >> 32;
            self.0.advance(1);
            indices.swap(last, chosen as usize);
        }
        indices
    }
}
