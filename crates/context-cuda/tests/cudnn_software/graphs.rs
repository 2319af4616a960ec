//! Graphs of operations: described, planned and executed, against plain loops.

use context_core::cudnn::graph::{Graph, PlanCache, Pointwise};

use super::*;

/// c ← max(a · b, 0)
fn rectified_product(a: &[f32], b: &[f32], [m, k, n]: [usize; 3]) -> Vec<f32> {
    let element = |row: usize, column: usize| -> f32 {
        (0..k).map(|inner| a[row * k + inner] * b[inner * n + column]).sum::<f32>().max(0.0)
    };
    (0..m * n).map(|at| element(at / n, at % n)).collect()
}

#[test]
fn a_product_and_what_is_fused_behind_it_is_that_of_plain_loops() {
    with_both(|context| {
        let [m, k, n] = [5, 7, 3];
        let mut graph = Graph::new();
        let a = graph.dense::<f32>(&[1, m, k], Layout::ChannelsFirst).unwrap();
        let b = graph.dense::<f32>(&[1, k, n], Layout::ChannelsFirst).unwrap();
        let product = graph.intermediate::<f32>(&[1, m, n], Layout::ChannelsFirst).unwrap();
        let c = graph.dense::<f32>(&[1, m, n], Layout::ChannelsFirst).unwrap();
        graph.matmul(a, b, product).unwrap();
        graph.pointwise(Pointwise::Relu, product, None, c).unwrap();

        let (left, right) = (numbers(m * k, 1), numbers(k * n, 2));
        let (x, y) = (context.upload(&left).unwrap(), context.upload(&right).unwrap());
        let plans = PlanCache::new();
        for _ in 0..2 {
            let mut result = context.alloc::<f32>(m * n).unwrap();
            let mut handle = context.cudnn().unwrap();
            let mut cudnn = handle.operations().unwrap();
            let settings = cudnn.settings();
            let plan = plans.plan(&graph, cudnn.handle(), settings).unwrap();
            let bindings = [
                graph.read(a, &x).unwrap(),
                graph.read(b, &y).unwrap(),
                graph.write(c, &mut result).unwrap(),
            ];
            cudnn.execute(&graph, &plan, &bindings, None).unwrap();
            let got = context.read(&result).unwrap();
            assert_close(&got, &rectified_product(&left, &right, [m, k, n]), "a graph");
        }
        assert_eq!(plans.len(), 1, "the second one is the first one's plan");
    });
}

#[test]
fn graphs_are_in_order_with_buffers_on_any_stream() {
    let sim = sim();
    cuda_sim::explore(30, || {
        let context = open(&sim, 9);
        let other = context.fork().unwrap();
        let mut graph = Graph::new();
        let a = graph.dense::<f32>(&[1, 4, 4], Layout::ChannelsFirst).unwrap();
        let b = graph.dense::<f32>(&[1, 4, 4], Layout::ChannelsFirst).unwrap();
        let c = graph.dense::<f32>(&[1, 4, 4], Layout::ChannelsFirst).unwrap();
        graph.matmul(a, b, c).unwrap();
        let x = context.filled(16, 2.0_f32).unwrap();
        let y = other.filled(16, 3.0_f32).unwrap();
        let mut z = other.alloc::<f32>(16).unwrap();
        {
            let mut handle = other.cudnn().unwrap();
            let mut cudnn = handle.operations().unwrap();
            let settings = cudnn.settings();
            let plan = graph.plan(cudnn.handle(), settings).unwrap();
            let bindings =
                [graph.read(a, &x).unwrap(), graph.read(b, &y).unwrap(), graph.write(c, &mut z).unwrap()];
            cudnn.execute(&graph, &plan, &bindings, None).unwrap();
        }
        assert_eq!(context.read(&z).unwrap(), [24.0; 16]);
    })
    .unwrap();
}
