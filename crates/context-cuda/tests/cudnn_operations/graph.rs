//! Graphs: engines, plans and executions.

use super::*;

/// `y = relu(x + b)`, with the tensors.
pub(crate) fn graph() -> (Graph, [cudnn::graph::TensorId; 3]) {
    let mut graph = Graph::new();
    let dense = |graph: &mut Graph| graph.dense::<f32>(&[2, 3, 4, 5], Layout::ChannelsFirst).unwrap();
    let (x, b) = (dense(&mut graph), dense(&mut graph));
    let sum = graph.intermediate::<f32>(&[2, 3, 4, 5], Layout::ChannelsFirst).unwrap();
    let y = dense(&mut graph);
    graph.pointwise(Pointwise::Add, x, Some(b), sum).unwrap();
    graph.pointwise(Pointwise::Relu, sum, None, y).unwrap();
    (graph, [x, b, y])
}

const NOT_DETERMINISTIC: u32 = 4;
const TENSOR_CORE: u32 = 0;

pub(crate) fn engines() -> [Engine; 3] {
    [
        Engine { index: 30, notes: vec![TENSOR_CORE, NOT_DETERMINISTIC], workspace: 0 },
        Engine { index: 20, notes: vec![TENSOR_CORE], workspace: 1 << 20 },
        Engine { index: 10, notes: vec![], workspace: 512 },
    ]
}

#[test]
fn a_plan_is_made_of_the_first_engine_that_the_settings_allow() {
    let mut bench = bench();
    set_engines(&engines());
    let (graph, _) = graph();
    let mut plan = |settings| graph.plan(&mut bench.handle, settings);
    let any = relaxed();

    assert_eq!(plan(any).unwrap().engine(), 30);
    assert_eq!(plan(Settings { determinism: Determinism::Reproducible, ..any }).unwrap().engine(), 20);
    assert_eq!(plan(Settings { math: MathMode::Fma, ..any }).unwrap().engine(), 10);
    let small = Settings { workspace_limit: Some(1000), determinism: Determinism::Reproducible, ..any };
    let plan_of_small = plan(small).unwrap();
    assert_eq!((plan_of_small.engine(), plan_of_small.workspace_bytes()), (10, 512));
    let error = plan(Settings { workspace_limit: Some(100), math: MathMode::Fma, ..any }).unwrap_err();
    assert!(matches!(error, cudnn::Error::Setting { .. }), "{error}");
    assert!(error.to_string().contains("engine 10 needs 512 B"), "{error}");
}

#[test]
fn a_graph_without_an_engine_is_refused_with_the_graph() {
    let mut bench = bench();
    let (graph, _) = graph();

    let error = graph.plan(&mut bench.handle, relaxed()).unwrap_err();

    assert!(error.to_string().contains("no engine for t0: f32 [2, 3, 4, 5]"), "{error}");
}

#[test]
fn a_plan_is_executed_with_the_buffers_of_its_tensors() {
    use cudnn_sys::cudnnBackendAttributeName_t as Name;
    let mut bench = bench();
    set_engines(&engines());
    let [a, b, mut c] = bench.buffers();
    let (graph, [x, bias, y]) = graph();
    let settings = Settings { math: MathMode::Fma, ..relaxed() };
    let plan = graph.plan(&mut bench.handle, settings).unwrap();
    let other = bench.context.fork().unwrap();
    let before = bench.context.inserted_waits();
    let mut cudnn = Operations::new(&bench.context, &mut bench.handle).unwrap();

    let bindings =
        [graph.write(y, &mut c).unwrap(), graph.read(x, &a).unwrap(), graph.read(bias, &b).unwrap()];
    cudnn.execute(&graph, &plan, &bindings, None).unwrap();

    let execute = call("cudnnBackendExecute");
    let pack = execute.get("variantPack");
    assert_eq!(attribute(pack, Name::CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS), [4, 1, 2]);
    let places = attribute(pack, Name::CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS);
    assert_eq!(places, [c.as_raw(), a.as_raw(), b.as_raw()]);
    assert_ne!(attribute(pack, Name::CUDNN_ATTR_VARIANT_PACK_WORKSPACE), [0]);
    other.fill(&mut c, 1.0).unwrap();
    assert_eq!(bench.context.inserted_waits(), before + 1, "what it writes is in order");
}

#[test]
fn bindings_that_do_not_fit_a_graph_are_refused_before_the_call() {
    let mut bench = bench();
    set_engines(&engines());
    let [a, b, mut c, mut d] = bench.buffers();
    let (one, [x, bias, y]) = graph();
    let (other, [stranger, ..]) = graph();
    let plan = one.plan(&mut bench.handle, relaxed()).unwrap();
    let halves = bench.context.zeros::<context_core::f16>(LEN).unwrap();

    assert!(one.read(stranger, &a).is_err(), "of another graph");
    assert!(one.read(y, &a).is_err(), "the graph writes it");
    assert!(one.write(x, &mut c).is_err(), "the graph reads it");
    assert!(one.read(x, &halves).is_err(), "of another type");
    assert!(one.read(x, a.slice(1..).unwrap()).is_err(), "too short");
    let large = bench.context.zeros::<f32>(LEN + 1).unwrap();
    assert!(one.read(x, large.slice(1..).unwrap()).is_err(), "not aligned");

    let mut cudnn = Operations::new(&bench.context, &mut bench.handle).unwrap();
    let missing = [one.read(x, &a).unwrap(), one.write(y, &mut c).unwrap()];
    refused(cudnn.execute(&one, &plan, &missing, None));
    let twice = [
        one.read(x, &a).unwrap(),
        one.read(bias, &b).unwrap(),
        one.write(y, &mut c).unwrap(),
        one.write(y, &mut d).unwrap(),
    ];
    refused(cudnn.execute(&one, &plan, &twice, None));
    let mut larger = Graph::new();
    let p = larger.dense::<f32>(&[4, 3, 4, 5], Layout::ChannelsFirst).unwrap();
    let q = larger.dense::<f32>(&[4, 3, 4, 5], Layout::ChannelsFirst).unwrap();
    larger.pointwise(Pointwise::Relu, p, None, q).unwrap();
    refused(cudnn.execute(&larger, &plan, &[], None));
    let settings = Settings { determinism: Determinism::Reproducible, ..Settings::default() };
    let mut strict = cudnn.with_settings(settings);
    let all = [one.read(x, &a).unwrap(), one.read(bias, &b).unwrap(), one.write(y, &mut c).unwrap()];
    assert!(matches!(refused(strict.execute(&one, &plan, &all, None)), cudnn::Error::Setting { .. }));
    assert_eq!(other.key(), one.key());
    assert!(calls("cudnnBackendExecute").is_empty());
}

#[test]
fn a_plan_is_made_once_for_equal_graphs_and_settings() {
    let mut bench = bench();
    set_engines(&engines());
    let cache = PlanCache::new();
    let plans = || calls("cudnnBackendFinalize").len();
    let ((one, _), (same, _)) = (graph(), graph());

    let first = cache.plan(&one, &mut bench.handle, relaxed()).unwrap();
    let made = plans();
    let second = cache.plan(&same, &mut bench.handle, relaxed()).unwrap();
    assert!(Arc::ptr_eq(&first, &second));
    assert_eq!(plans(), made, "nothing was built");

    let strict = Settings { determinism: Determinism::Reproducible, ..Settings::default() };
    let third = cache.plan(&one, &mut bench.handle, strict).unwrap();
    assert!(!Arc::ptr_eq(&first, &third));
    let own = context_core::cuda::Context::own(bench.context.cuda_context().device()).unwrap();
    let mut elsewhere = Handle::new(&own, bench.library).unwrap();
    let fourth = cache.plan(&one, &mut elsewhere, strict).unwrap();
    assert!(!Arc::ptr_eq(&third, &fourth));
    assert_eq!(cache.len(), 3);

    drop((second, third, fourth));
    cache.trim();
    assert_eq!(cache.len(), 1, "one is held here");
    drop(first);
    cache.trim();
    assert!(cache.is_empty());
}
