//! The rules by which graphs order what is in them and around them, each way.

use std::ptr::{null, null_mut};

use crate::check::{CAPTURABLE, check_pairs};
use crate::support::*;

/// Records `first` and `second` in a graph, with an edge between them or not, and launches it.
fn captured(machine: &Machine, buffer: CUdeviceptr, pair: (Touch, Touch), ordered: bool) {
    let (a, b, fork) = (machine.stream(), machine.stream(), machine.event());
    ok!(cuStreamBeginCapture_v2(a, CUstreamCaptureMode::CU_STREAM_CAPTURE_MODE_RELAXED));
    ok!(cuEventRecord(fork, a));
    ok!(cuStreamWaitEvent(b, fork, 0));
    pair.0.run(machine, buffer, a, 0);
    if ordered {
        join(machine, a, b);
    }
    pair.1.run(machine, buffer, b, 0);
    join(machine, b, a);
    let (mut graph, mut executable) = (null_mut(), null_mut());
    ok!(cuStreamEndCapture(a, &mut graph));
    ok!(cuGraphInstantiateWithFlags(&mut executable, graph, 0));
    ok!(cuGraphLaunch(executable, a));
    // A graph does not overlap with itself.
    ok!(cuGraphLaunch(executable, a));
    ok!(cuStreamSynchronize(a));
    ok!(cuGraphExecDestroy(executable));
    ok!(cuGraphDestroy(graph));
}

#[test]
fn branches_of_a_graph_are_ordered_by_its_edges_alone() {
    let machine = Machine::new();
    for pair in CAPTURABLE {
        for ordered in [true, false] {
            let buffer = machine.buffer();
            captured(&machine, buffer, pair, ordered);
            let reports = machine.reports();
            match ordered {
                true => assert!(reports.is_empty(), "{pair:?}: a false alarm: {}", reports[0]),
                // Once for each launch.
                false => assert_eq!(reports.len(), 2, "{pair:?}: {reports:?}"),
            }
        }
    }
    println!("rule `edges of a capture`: 10 correct programs without an alarm, 10 races reported");
}

#[test]
fn a_graph_is_ordered_against_the_stream_it_is_launched_in() {
    check_pairs("around a graph", &CAPTURABLE, |machine, buffer, (first, second), ordered| {
        let (a, b) = (machine.stream(), machine.stream());
        let (mut graph, mut executable) = (null_mut(), null_mut());
        ok!(cuStreamBeginCapture_v2(b, CUstreamCaptureMode::CU_STREAM_CAPTURE_MODE_RELAXED));
        first.run(machine, buffer, b, 0);
        ok!(cuStreamEndCapture(b, &mut graph));
        ok!(cuGraphInstantiateWithFlags(&mut executable, graph, 0));
        ok!(cuGraphLaunch(executable, a));
        second.run(machine, buffer, if ordered { a } else { b }, 0);
    });
}

/// A graph of what is given to the stream that the function is called with.
fn graph_of(machine: &Machine, record: impl FnOnce(CUstream)) -> CUgraph {
    let (stream, mut graph) = (machine.stream(), null_mut());
    ok!(cuStreamBeginCapture_v2(stream, CUstreamCaptureMode::CU_STREAM_CAPTURE_MODE_RELAXED));
    record(stream);
    ok!(cuStreamEndCapture(stream, &mut graph));
    graph
}

fn instantiate(graph: CUgraph) -> CUgraphExec {
    let mut executable = null_mut();
    ok!(cuGraphInstantiateWithFlags(&mut executable, graph, 0));
    executable
}

fn child(graph: CUgraph, after: &[CUgraphNode], inner: CUgraph) -> CUgraphNode {
    let mut node = null_mut();
    ok!(cuGraphAddChildGraphNode(&mut node, graph, after.as_ptr(), after.len(), inner));
    node
}

#[test]
fn nodes_are_ordered_by_the_dependencies_that_were_given() {
    check_pairs("dependencies of nodes", &CAPTURABLE, |machine, buffer, (first, second), ordered| {
        let first = graph_of(machine, |stream| first.run(machine, buffer, stream, 0));
        let second = graph_of(machine, |stream| second.run(machine, buffer, stream, 0));
        let mut graph = null_mut();
        ok!(cuGraphCreate(&mut graph, 0));
        let (before, after) = (child(graph, &[], first), child(graph, &[], second));
        if ordered {
            ok!(cuGraphAddDependencies_v2(graph, &before, &after, null(), 1));
        }
        ok!(cuGraphLaunch(instantiate(graph), machine.stream()));
    });
}

#[test]
fn a_dependency_that_is_removed_orders_nothing() {
    check_pairs("removed dependencies", &CAPTURABLE, |machine, buffer, (first, second), ordered| {
        let first = graph_of(machine, |stream| first.run(machine, buffer, stream, 0));
        let second = graph_of(machine, |stream| second.run(machine, buffer, stream, 0));
        let mut graph = null_mut();
        ok!(cuGraphCreate(&mut graph, 0));
        let before = child(graph, &[], first);
        let after = child(graph, &[before], second);
        if !ordered {
            ok!(cuGraphRemoveDependencies_v2(graph, &before, &after, null(), 1));
        }
        ok!(cuGraphLaunch(instantiate(graph), machine.stream()));
    });
}

#[test]
fn an_event_that_a_graph_records_orders_who_waits_for_it() {
    check_pairs("event recorded in a graph", &CAPTURABLE, |machine, buffer, (first, second), ordered| {
        let (a, b, event) = (machine.stream(), machine.stream(), machine.event());
        let graph = graph_of(machine, |stream| {
            if !ordered {
                ok!(cuEventRecordWithFlags(event, stream, 1));
            }
            first.run(machine, buffer, stream, 0);
            if ordered {
                ok!(cuEventRecordWithFlags(event, stream, 1));
            }
        });
        ok!(cuGraphLaunch(instantiate(graph), a));
        ok!(cuStreamWaitEvent(b, event, 0));
        second.run(machine, buffer, b, 0);
    });
}

#[test]
fn a_graph_that_waits_for_an_event_comes_after_it() {
    check_pairs("event awaited in a graph", &CAPTURABLE, |machine, buffer, (first, second), ordered| {
        let (a, b, event) = (machine.stream(), machine.stream(), machine.event());
        let graph = graph_of(machine, |stream| {
            ok!(cuStreamWaitEvent(stream, event, 1));
            second.run(machine, buffer, stream, 0);
        });
        if !ordered {
            ok!(cuEventRecord(event, a));
        }
        first.run(machine, buffer, a, 0);
        if ordered {
            ok!(cuEventRecord(event, a));
        }
        ok!(cuGraphLaunch(instantiate(graph), b));
    });
}

#[test]
fn what_follows_a_conditional_node_comes_after_its_body() {
    check_pairs("conditional node", &CAPTURABLE, |machine, buffer, (first, second), ordered| {
        let first = graph_of(machine, |stream| first.run(machine, buffer, stream, 0));
        let second = graph_of(machine, |stream| second.run(machine, buffer, stream, 0));
        let (mut graph, mut handle, mut node) = (null_mut(), 0, null_mut());
        ok!(cuGraphCreate(&mut graph, 0));
        ok!(cuGraphConditionalHandleCreate(&mut handle, graph, machine.contexts[0], 1, 1));
        let mut given = CUgraphNodeParams {
            type_: CUgraphNodeType::CU_GRAPH_NODE_TYPE_CONDITIONAL,
            ..CUgraphNodeParams::default()
        };
        given.__bindgen_anon_1.conditional = CUDA_CONDITIONAL_NODE_PARAMS {
            handle,
            type_: CUgraphConditionalNodeType::CU_GRAPH_COND_TYPE_IF,
            size: 1,
            ctx: machine.contexts[0],
            ..CUDA_CONDITIONAL_NODE_PARAMS::default()
        };
        ok!(cuGraphAddNode_v2(&mut node, graph, null(), null(), 0, &mut given));
        // SAFETY: the call has filled it in.
        let body = unsafe { *given.__bindgen_anon_1.conditional.phGraph_out };
        child(body, &[], first);
        child(graph, if ordered { std::slice::from_ref(&node) } else { &[] }, second);
        ok!(cuGraphLaunch(instantiate(graph), machine.stream()));
    });
}

#[test]
fn launches_of_one_executable_do_not_overlap_and_those_of_two_may() {
    let machine = Machine::new();
    for (first, second) in CAPTURABLE {
        for ordered in [true, false] {
            machine.enter(0);
            let buffer = machine.buffer();
            let graph = graph_of(&machine, |stream| {
                first.run(&machine, buffer, stream, 0);
                second.run(&machine, buffer, stream, 0);
            });
            let executable = instantiate(graph);
            let other = if ordered { executable } else { instantiate(graph) };
            ok!(cuGraphLaunch(executable, machine.stream()));
            ok!(cuGraphLaunch(other, machine.stream()));
            let reports = machine.reports();
            match ordered {
                true => assert!(reports.is_empty(), "{first:?}, {second:?}: a false alarm: {}", reports[0]),
                false => assert!(!reports.is_empty(), "{first:?}, {second:?}: a race was missed"),
            }
        }
    }
    println!("rule `one executable`: 10 correct programs without an alarm, 10 races reported");
}
