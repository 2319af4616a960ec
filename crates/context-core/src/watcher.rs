//! A thread that watches for points of devices that tell nobody when they pass.

use std::{
    sync::{Condvar, Mutex, PoisonError},
    thread,
    time::Duration,
};

use crate::{clock::lock, completion::Callback, event::Point};

struct Watched {
    points: Vec<(Box<dyn Point>, Callback)>,
    started: bool,
}

static WATCHED: Mutex<Watched> = Mutex::new(Watched { points: Vec::new(), started: false });
static ADDED: Condvar = Condvar::new();

/// How often points are asked: soon after one was added or has passed, then less and less.
const PAUSES: [Duration; 2] = [Duration::from_micros(20), Duration::from_millis(1)];

/// Calls `callback` once `point` has passed.
pub(crate) fn watch(point: Box<dyn Point>, callback: Callback) {
    let mut watched = lock(&WATCHED);
    if !watched.started {
        let thread = thread::Builder::new().name("context-core watcher".to_owned());
        if let Err(error) = thread.spawn(run) {
            drop(watched);
            // Nobody else can tell: the caller waits for it.
            tracing::warn!(%error, "starting the thread that watches events; waiting in the caller's");
            callback(point.synchronize());
            return;
        }
        watched.started = true;
    }
    watched.points.push((point, callback));
    drop(watched);
    ADDED.notify_one();
}

fn run() {
    let mut pause = PAUSES[0];
    loop {
        let mut watched = lock(&WATCHED);
        while watched.points.is_empty() {
            watched = ADDED.wait(watched).unwrap_or_else(PoisonError::into_inner);
            pause = PAUSES[0];
        }
        let points = std::mem::take(&mut watched.points);
        drop(watched);

        // Points are asked, and callbacks run, under no lock.
        let mut left = Vec::with_capacity(points.len());
        let before = points.len();
        for (point, callback) in points {
            match point.query() {
                Ok(false) => left.push((point, callback)),
                outcome => callback(outcome.map(drop)),
            }
        }
        pause = if left.len() < before { PAUSES[0] } else { (pause * 2).min(PAUSES[1]) };
        lock(&WATCHED).points.extend(left);
        thread::sleep(pause);
    }
}
