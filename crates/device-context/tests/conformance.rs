//! What every context promises, run on every kind of context that this build has.
//!
//! A promise is a function, generic over the context, in a file of `conformance/`. Each kind of context is one line below.
#![cfg(any(feature = "cpu", feature = "sim"))]

use device_context::Result;

mod conformance {
    pub(crate) mod copies;
    pub(crate) mod errors;
    pub(crate) mod gemm;
    pub(crate) mod graphs;
    pub(crate) mod kernels;
    pub(crate) mod memory;
    #[cfg(feature = "cpu")]
    pub(crate) mod pinned;
    pub(crate) mod random;
    pub(crate) mod streams;

    /// The memory limit of each context, in bytes. It gives every test a pool of its own.
    pub(crate) const LIMIT: usize = 32 << 20;
}

/// Makes a test of each promise, for each kind of context.
macro_rules! conformance {
    ($($(#[$meta:meta])* $kind:ident $(($test:meta))?: $make:expr;)*) => {
        $(
            $(#[$meta])*
            mod $kind {
                promises! {
                    [$($test)?]
                    $make;
                    copies:
                        what_is_uploaded_is_read_back,
                        large_copies_arrive_whole,
                        parts_are_written_read_and_copied_and_the_rest_stays,
                        filling_repeats_an_element_of_any_size_up_to_sixteen_bytes,
                        a_source_on_the_host_is_free_when_the_call_returns,
                        empty_buffers_are_buffers,
                        parts_of_matrices_are_copied_written_and_read,
                        a_copy_of_rows_turns_nothing_and_leaves_no_part,
                        copies_between_contexts_are_ordered_on_both_sides;
                    errors:
                        what_belongs_to_another_pool_is_refused_by_name,
                        lengths_that_differ_are_refused;
                    gemm:
                        products_are_those_of_plain_loops,
                        an_empty_inner_dimension_scales_or_clears,
                        a_product_of_parts_leaves_the_rest,
                        shapes_that_do_not_agree_are_refused;
                    graphs:
                        capturing_runs_nothing_and_each_replay_runs_it_once,
                        a_graph_keeps_alive_what_it_touches,
                        a_graph_gives_its_memory_back,
                        memory_of_a_capture_is_used_again_in_it_and_by_nobody_else,
                        random_numbers_go_on_from_replay_to_replay,
                        an_abandoned_capture_is_undone,
                        replays_are_ordered_with_every_context,
                        forks_made_while_capturing_take_part,
                        what_waits_or_is_seen_by_the_host_is_not_captured,
                        what_is_written_while_capturing_is_written_by_each_replay,
                        parameters_are_changed_by_capturing_again,
                        a_graph_outlives_the_context_that_captured_it,
                        a_graph_of_another_pool_is_refused,
                        a_thread_that_reads_never_meets_a_replay_of_another;
                    kernels:
                        no_threads_are_no_work,
                        every_element_is_reached_whatever_the_length,
                        values_of_every_size_arrive,
                        threads_of_two_and_three_dimensions_cover_each_place_once,
                        several_buffers_are_read_and_written_by_one_call,
                        parts_of_one_buffer_are_arguments_and_the_rest_stays,
                        calls_of_one_context_run_in_their_order,
                        a_broken_requirement_is_refused_and_nothing_runs;
                    memory:
                        statistics_count_what_lives_and_what_is_kept,
                        freed_memory_is_used_again,
                        trimming_gives_back_what_is_idle,
                        the_limit_is_kept_and_the_refusal_has_the_numbers,
                        cached_memory_of_other_sizes_makes_room,
                        a_size_that_overflows_is_refused,
                        threads_allocate_from_one_pool;
                    pinned:
                        pinned_memory_takes_part_in_the_order,
                        pinned_lengths_that_differ_are_refused,
                        dropping_pinned_memory_in_use_is_safe,
                        a_result_on_its_way_is_what_was_there_when_it_was_asked_for,
                        a_result_is_awaited_on_any_executor,
                        contexts_of_any_two_devices_copy_to_each_other,
                        a_context_keeps_what_its_owner_gives_it,
                        a_duplicate_is_a_buffer_of_its_own;
                    random:
                        draws_are_the_floats_of_philox_words,
                        a_range_is_scaled_alike_everywhere,
                        draws_continue_each_other,
                        forks_draw_from_sequences_of_their_own,
                        a_range_without_numbers_is_refused,
                        words_and_normals_are_the_same_bits_everywhere;
                    streams:
                        every_context_has_a_stream_of_its_own,
                        contexts_that_take_turns_on_a_buffer_run_in_order,
                        a_write_follows_the_reads_of_every_context,
                        threads_pass_buffers_on_without_waiting,
                        halves_of_a_buffer_are_written_by_two_contexts,
                        an_event_is_complete_when_it_was_waited_for,
                        an_event_orders_what_no_buffer_does,
                        synchronizing_ends_what_was_given_before,
                        dropping_a_context_loses_no_work,
                        dropping_a_buffer_in_use_is_safe,
                        buffers_and_events_may_outlive_their_contexts,
                        one_context_alone_inserts_no_wait,
                        a_manual_order_inserts_no_wait_and_ends_with_its_scope,
                        a_context_has_a_label_and_is_reproducible_unless_asked;
                }
            }
        )*
    };
}

macro_rules! promises {
    ($test:tt $make:expr; $($area:ident: $($promise:ident),*;)*) => {
        $(
            mod $area {
                $(promise! { $test $make; $area $promise })*
            }
        )*
    };
}

macro_rules! promise {
    ([$($test:meta)?] $make:expr; $area:ident $promise:ident) => {
        #[test]
        $(#[$test])?
        fn $promise() -> crate::Result<()> {
            use crate::*;
            conformance::$area::$promise(&|| $make)
        }
    };
}

#[cfg(feature = "cuda")]
use device_context::CudaContext;
#[cfg(feature = "sim")]
use device_context::sim;
#[cfg(feature = "cpu")]
use device_context::{CpuContext, cpu::StreamKind};

use conformance::LIMIT;

conformance! {
    #[cfg(feature = "cpu")]
    cpu_inline: CpuContext::builder().memory_limit(LIMIT).build().expect("a CPU");
    #[cfg(feature = "cpu")]
    cpu_worker:
        CpuContext::builder().stream(StreamKind::Worker).memory_limit(LIMIT).build().expect("a CPU");
    #[cfg(feature = "sim")]
    cuda_sim: CudaContext::builder().driver(sim::driver()).memory_limit(LIMIT).build().expect("a device");
    #[cfg(feature = "cuda")]
    cuda(ignore = "needs a GPU: `cargo xtask test --gpu`"):
        CudaContext::builder().memory_limit(LIMIT).build().expect("the system's driver and a device");
}
