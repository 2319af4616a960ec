//! What the simulated driver promises, through the functions that it exports.

mod batches;
mod contexts;
mod copies;
mod devices;
mod entry_points;
mod events;
mod external;
mod graph_nodes;
mod graphs;
mod green;
mod links;
mod memory;
mod modules;
mod pools;
#[cfg(target_os = "linux")]
mod semaphores;
mod sharing;
mod streams;
mod support;
mod texture_reads;
mod texture_references;
mod textures;
mod tiers;
mod virtual_memory;
