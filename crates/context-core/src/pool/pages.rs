//! The physical pages of a pool, and where in its range of addresses they are mapped.
//!
//! The first half of the addresses is where pages are at *home*: each is mapped there once, when it is made, and stays so until it goes back to the
//! device. The second half is *abroad*: there pages are mapped a second time, side by side, for blocks that found no room at home. A page is *in
//! place* where the arena has a node that is used or free; free pages are always at home, and what is mapped abroad is kept, so that the
//! next block of that size needs no driver call.

use std::collections::BTreeMap;

use super::arena::NONE;

/// A page.
#[derive(Clone, Copy, Debug)]
struct Page {
    /// The device's name for it; zero once it was given back.
    handle: u64,
    /// Its place at home.
    home: u32,
    /// Where it is in place, or none while a thread has it in its hands.
    place: u32,
    /// At how many places it is mapped.
    mappings: u32,
}

/// What is mapped at a place.
#[derive(Clone, Copy, Debug)]
struct Mapping {
    /// The page's number.
    page: u32,
    /// The stale node, while the page is in place elsewhere.
    stale: u32,
}

const UNMAPPED: Mapping = Mapping { page: NONE, stale: NONE };

/// Pages that were mapped abroad side by side.
#[derive(Clone, Copy, Debug)]
struct Alias {
    /// Where the first one is.
    place: u32,
    /// Which of them was not free when somebody last looked: most of the time it still is not, and nothing else need be looked at.
    missed: u32,
}

/// Free memory of whole pages: whether using it takes no wait, its bytes, its node, and where it begins.
pub(super) type Candidate = (bool, u64, u32, u64);

/// The pages that are mapped into one range of addresses.
#[derive(Debug)]
pub(super) struct Pages {
    pub(super) base: u64,
    pub(super) bytes: u64,
    /// The size of a page, and which power of two that is.
    pub(super) page: u64,
    shift: u32,
    /// How many bytes there are at home: behind them pages are mapped a second time.
    home_bytes: u64,
    /// By place at home, and by place abroad.
    at: [Vec<Mapping>; 2],
    pages: Vec<Page>,
    vacant: Vec<u32>,
    /// How many places abroad have a page.
    abroad: usize,
    /// By number of pages: what was mapped abroad, in that order.
    aliases: BTreeMap<u64, Vec<Alias>>,
    /// The free memory that a search has seen, and by place at home, a bit for each: whether that page is in it.
    noted: Vec<(u32, u64, u64)>,
    /// Whether there was free memory that the search might not use.
    pub(super) is_withheld: bool,
    /// Room for the list of free memory among which a plan chooses.
    pub(super) candidates: Vec<Candidate>,
    notes: Vec<u64>,
}

impl Pages {
    /// `page` is a power of two.
    pub(super) fn new(base: u64, bytes: u64, page: u64) -> Pages {
        Pages {
            base,
            bytes,
            page,
            shift: page.trailing_zeros(),
            home_bytes: bytes / page / 2 * page,
            at: [Vec::new(), Vec::new()],
            pages: Vec::new(),
            vacant: Vec::new(),
            abroad: 0,
            aliases: BTreeMap::new(),
            noted: Vec::new(),
            is_withheld: false,
            candidates: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// How many pages there is room for at home.
    fn room(&self) -> u64 {
        self.home_bytes >> self.shift
    }

    /// Returns where the addresses begin at which pages are mapped a second time.
    pub(super) fn abroad_from(&self) -> u64 {
        self.base + self.home_bytes
    }

    /// Tells whether an address is at home.
    #[inline]
    pub(super) fn is_at_home(&self, address: u64) -> bool {
        address.wrapping_sub(self.base) < self.home_bytes
    }

    #[inline]
    pub(super) fn is_abroad(&self, address: u64) -> bool {
        address >= self.abroad_from() && self.contains(address)
    }

    fn place(&self, address: u64) -> u32 {
        ((address - self.base) >> self.shift) as u32
    }

    pub(super) fn address(&self, place: u32) -> u64 {
        self.base + u64::from(place) * self.page
    }

    /// Returns the places of a range of addresses, and the table that has them.
    fn range(&self, start: u64, bytes: u64) -> (usize, std::ops::Range<usize>) {
        let half = usize::from(self.is_abroad(start));
        let first = self.place(start) as usize - half * self.room() as usize;
        (half, first..first + (bytes >> self.shift) as usize)
    }

    #[inline]
    pub(super) fn contains(&self, address: u64) -> bool {
        (self.base..self.base + self.bytes).contains(&address)
    }

    fn mapped(&self, start: u64, bytes: u64) -> &[Mapping] {
        let (half, range) = self.range(start, bytes);
        &self.at[half][range]
    }

    /// Returns the numbers of the pages that are mapped in a range.
    pub(super) fn numbers(&self, start: u64, bytes: u64) -> impl Iterator<Item = u32> + '_ {
        self.mapped(start, bytes).iter().map(|mapping| mapping.page)
    }

    /// Returns the stale node at an address.
    pub(super) fn stale_at(&self, address: u64) -> u32 {
        self.mapped(address, self.page)[0].stale
    }

    /// Takes note of a stale node.
    pub(super) fn note_stale(&mut self, start: u64, bytes: u64, node: u32) {
        let (half, range) = self.range(start, bytes);
        self.at[half][range].iter_mut().for_each(|mapping| mapping.stale = node);
    }

    /// Returns the addresses at which the pages that are mapped in a range are at home, in the order of the range.
    pub(super) fn homes(&self, start: u64, bytes: u64) -> impl Iterator<Item = u64> + '_ {
        self.numbers(start, bytes).map(|number| self.address(self.pages[number as usize].home))
    }

    /// Returns the device's names of the pages that are mapped in a range.
    pub(super) fn handles(&self, start: u64, bytes: u64) -> impl Iterator<Item = u64> + '_ {
        self.numbers(start, bytes).map(|number| self.pages[number as usize].handle)
    }

    /// Forgets what was noted about free memory, and returns the list for the next notes.
    pub(super) fn begin_notes(&mut self) -> Vec<(u32, u64, u64)> {
        let mut noted = std::mem::take(&mut self.noted);
        noted.clear();
        noted
    }

    /// Takes note of free memory at home, each with its node; if `pages`, also of each page.
    pub(super) fn note_free(&mut self, noted: Vec<(u32, u64, u64)>, pages: bool) {
        self.noted = noted;
        if !pages {
            return;
        }
        self.notes.clear();
        self.notes.resize(self.at[0].len().div_ceil(64), 0);
        for &(_, start, bytes) in &self.noted {
            let mut first = self.place(start) as usize;
            let end = first + (bytes >> self.shift) as usize;
            while first < end {
                let within = first % 64;
                let count = (end - first).min(64 - within);
                self.notes[first / 64] |= u64::MAX >> (64 - count) << within;
                first += count;
            }
        }
    }

    /// Takes note of the pages of an alias, and of no others.
    pub(super) fn note_alias(&mut self, start: u64, bytes: u64) {
        let (half, range) = self.range(start, bytes);
        self.notes.fill(0);
        for mapping in &self.at[half][range] {
            let home = self.pages[mapping.page as usize].home as usize;
            self.notes[home / 64] |= 1 << (home % 64);
        }
    }

    /// Returns the free memory that was noted last: nodes, and the whole pages of each.
    pub(super) fn noted(&self) -> &[(u32, u64, u64)] {
        &self.noted
    }

    /// Calls `visit` with the runs of noted pages in a range at home, in the order of their addresses.
    pub(super) fn noted_runs(&self, start: u64, bytes: u64, mut visit: impl FnMut(u64, u64)) {
        let mut at = self.place(start) as usize;
        let end = at + (bytes >> self.shift) as usize;
        while at < end {
            let within = at % 64;
            let count = (end - at).min(64 - within);
            let mut word = self.notes[at / 64] & u64::MAX >> (64 - count) << within;
            while word != 0 {
                let first = word.trailing_zeros();
                let run = (word >> first).trailing_ones();
                word &= !(u64::MAX >> (64 - run) << first);
                let place = (at - within) as u32 + first;
                visit(self.address(place), u64::from(run) * self.page);
            }
            at += count;
        }
    }

    /// Returns where the oldest alias of so many pages begins that were all noted to be free.
    pub(super) fn free_alias(&mut self, count: u64) -> Option<u64> {
        let room = self.room() as usize;
        let Pages { aliases, at, pages, notes, .. } = self;
        let is_free = |mapping: &Mapping| {
            let home = pages[mapping.page as usize].home as usize;
            notes[home / 64] & 1 << (home % 64) != 0
        };
        for alias in aliases.get_mut(&count)? {
            let first = alias.place as usize - room;
            let mappings = &at[1][first..first + count as usize];
            if !is_free(&mappings[alias.missed as usize]) {
                continue;
            }
            match mappings.iter().position(|mapping| !is_free(mapping)) {
                None => {
                    let place = alias.place;
                    return Some(self.address(place));
                }
                Some(missed) => alias.missed = missed as u32,
            }
        }
        None
    }

    /// Returns the bytes of what is mapped abroad.
    pub(super) fn abroad_bytes(&self) -> u64 {
        self.abroad as u64 * self.page
    }

    /// Takes pages in hand that are in place in a range. They stay mapped there.
    pub(super) fn take(&mut self, start: u64, bytes: u64) {
        let (half, range) = self.range(start, bytes);
        self.at[half][range].iter().for_each(|mapping| self.pages[mapping.page as usize].place = NONE);
    }

    /// Takes note of pages that were made and mapped side by side at home.
    pub(super) fn add(&mut self, start: u64, handles: &[u64]) {
        let first = self.place(start);
        let Pages { at: [at, _], pages, vacant, .. } = self;
        let mappings = with_room(at, first as usize, handles.len());
        for ((home, &handle), mapping) in (first..).zip(handles).zip(mappings) {
            let page = Page { handle, home, place: NONE, mappings: 1 };
            let number = match vacant.pop() {
                Some(number) => {
                    pages[number as usize] = page;
                    number
                }
                None => {
                    pages.push(page);
                    pages.len() as u32 - 1
                }
            };
            *mapping = Mapping { page: number, stale: NONE };
        }
    }

    /// Takes note of pages that were mapped abroad side by side.
    pub(super) fn add_alias(&mut self, start: u64, numbers: &[u32]) {
        let (place, room) = (self.place(start), self.room() as usize);
        for (mapping, &page) in
            with_room(&mut self.at[1], place as usize - room, numbers.len()).iter_mut().zip(numbers)
        {
            *mapping = Mapping { page, stale: NONE };
            self.pages[page as usize].mappings += 1;
        }
        self.abroad += numbers.len();
        self.aliases.entry(numbers.len() as u64).or_default().push(Alias { place, missed: 0 });
    }

    /// Tells whether so many pages are mapped side by side abroad.
    pub(super) fn has_alias(&self, count: u64) -> bool {
        self.aliases.get(&count).is_some_and(|aliases| !aliases.is_empty())
    }

    /// Puts the pages in place that are mapped in a range.
    pub(super) fn put(&mut self, start: u64, bytes: u64) {
        let (half, range) = self.range(start, bytes);
        for (place, mapping) in (self.place(start)..).zip(&self.at[half][range]) {
            self.pages[mapping.page as usize].place = place;
        }
    }

    /// Takes note that a range was unmapped.
    pub(super) fn unmapped(&mut self, start: u64, bytes: u64) {
        let (half, range) = self.range(start, bytes);
        self.abroad -= half * range.len();
        for place in range {
            let number = std::mem::replace(&mut self.at[half][place], UNMAPPED).page;
            self.pages[number as usize].mappings -= 1;
            self.vacate_if_gone(number);
        }
        if half == 1 {
            let gone = self.place(start)..self.place(start + bytes);
            for (count, aliases) in &mut self.aliases {
                let end = *count as u32;
                aliases.retain(|alias| alias.place + end <= gone.start || gone.end <= alias.place);
            }
        }
    }

    /// Takes note that pages in hand were given back to the device.
    pub(super) fn destroyed(&mut self, numbers: &[u32]) {
        for &number in numbers {
            self.pages[number as usize].handle = 0;
            self.vacate_if_gone(number);
        }
    }

    fn vacate_if_gone(&mut self, number: u32) {
        let page = &self.pages[number as usize];
        if page.handle == 0 && page.mappings == 0 {
            self.vacant.push(number);
        }
    }

    /// Returns the runs of pages in place, with the device's names for them.
    pub(super) fn in_place(&self) -> Vec<(u64, Vec<u64>)> {
        let mut runs: Vec<(u64, Vec<u64>)> = Vec::new();
        for (half, at) in self.at.iter().enumerate() {
            let mut beside = false;
            for (place, mapping) in (half as u32 * self.room() as u32..).zip(at) {
                let page = self.pages.get(mapping.page as usize);
                let page = page.filter(|page| page.place == place && page.handle != 0);
                match (page, runs.last_mut().filter(|_| beside)) {
                    (Some(page), Some(run)) => run.1.push(page.handle),
                    (Some(page), None) => runs.push((self.address(place), vec![page.handle])),
                    (None, _) => {}
                }
                beside = page.is_some();
            }
        }
        runs
    }

    /// Returns the whole pages of a range, as a range: empty if there is none.
    #[inline]
    pub(super) fn whole(&self, start: u64, bytes: u64) -> (u64, u64) {
        // A page is a power of two, and the base aligned to it.
        let within = self.page - 1;
        let first = (start + within) & !within;
        let last = (start + bytes) & !within;
        (first, last.saturating_sub(first))
    }
}

/// Returns so many places of a table from one on, which it gets if it is shorter.
fn with_room(at: &mut Vec<Mapping>, first: usize, count: usize) -> &mut [Mapping] {
    if at.len() < first + count {
        at.resize(first + count, UNMAPPED);
    }
    &mut at[first..first + count]
}
