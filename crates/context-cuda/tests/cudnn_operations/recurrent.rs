//! Dropout and recurrent networks.

use super::*;

#[test]
fn a_dropout_gives_its_states_to_every_pass_and_they_are_in_order() {
    let mut bench = bench();
    set_bytes(64);
    let [x, mut y, mut z] = bench.buffers();
    let mut reserve = bench.context.zeros::<u8>(64).unwrap();
    let mut reserves = bench.context.zeros::<u8>(64).unwrap();
    let shape = &bench.shape;
    let mut cudnn = Operations::new(&bench.context, &mut bench.handle).unwrap();
    let mut dropout = Dropout::new(&mut cudnn, 0.5, 1234).unwrap();
    let made = call("cudnnSetDropoutDescriptor");
    assert_eq!(made.get("states"), dropout.states().as_raw());
    assert_eq!((made.get("stateSizeInBytes"), made.get("seed")), (64, 1234));

    let output = shape.of_mut(&mut y).unwrap();
    cudnn.dropout_forward(&mut dropout, shape.of(&x).unwrap(), output, reserve.view_mut()).unwrap();
    let forward = call("cudnnDropoutForward");
    let places = ["x", "y", "reserveSpace"].map(|name| forward.get(name));
    assert_eq!(places, [x.as_raw(), y.as_raw(), reserve.as_raw()]);

    // Another stream draws from the same states: it must follow, although it shares no tensor with the first.
    let other = bench.context.fork().unwrap();
    let before = other.inserted_waits();
    let mut handle = Handle::new(bench.context.cuda_context(), bench.library).unwrap();
    let mut elsewhere = Operations::new(&other, &mut handle).unwrap();
    let output = shape.of_mut(&mut z).unwrap();
    elsewhere.dropout_forward(&mut dropout, shape.of(&x).unwrap(), output, reserves.view_mut()).unwrap();
    assert_eq!(other.inserted_waits(), before + 1);

    let output = shape.of_mut(&mut z).unwrap();
    let mut cudnn = Operations::new(&bench.context, &mut bench.handle).unwrap();
    cudnn.dropout_backward(&dropout, shape.of(&y).unwrap(), output, reserve.view_mut()).unwrap();
    let backward = call("cudnnDropoutBackward");
    let places = ["dy", "dx", "reserveSpace"].map(|name| backward.get(name));
    assert_eq!(places, [y.as_raw(), z.as_raw(), reserve.as_raw()]);

    let short = reserve.slice_mut(..10).unwrap();
    let output = shape.of_mut(&mut z).unwrap();
    let error = cudnn.dropout_forward(&mut dropout, shape.of(&x).unwrap(), output, short);
    assert!(matches!(refused(error), cudnn::Error::Shape { .. }));
    assert!(matches!(refused(Dropout::new(&mut cudnn, 1.5, 0)), cudnn::Error::Shape { .. }));
}

#[test]
fn a_recurrent_network_gives_cudnn_its_buffers_in_their_places() {
    let mut bench = bench();
    set_bytes(64);
    let (library, context) = (bench.library, &bench.context);
    let none = Arc::new(DropoutDescriptor::none(&mut bench.handle).unwrap());
    let rnn = RnnDescriptor::<f32>::new(&RnnOptions::new(Cell::Lstm, 5, 8), &none).unwrap();
    let layout = SequenceLayout::TimeFirst;
    let xs = RnnDataDescriptor::new(library, layout, 7, 5, &[7, 4], None).unwrap();
    let ys = RnnDataDescriptor::new(library, layout, 7, 8, &[7, 4], None).unwrap();
    let buffer = |len| context.zeros::<f32>(len).unwrap();
    let (x, mut y, weights) = (buffer(7 * 2 * 5), buffer(7 * 2 * 8), buffer(16));
    let (hx, cx) = (buffer(16), buffer(16));
    let (mut hy, mut cy) = (buffer(16), buffer(16));
    let mut reserve = context.zeros::<u8>(64).unwrap();
    let (dy, mut dx, mut dweights) = (buffer(7 * 2 * 8), buffer(7 * 2 * 5), buffer(16));
    let network = Recurrent { rnn: &rnn, x: &xs, y: &ys, weights: weights.view(), lengths: None };
    let first = States { hidden: Some(hx.view()), cells: Some(cx.view()) };
    let mut cudnn = Operations::new(context, &mut bench.handle).unwrap();

    let last = StatesMut { hidden: Some(hy.view_mut()), cells: Some(cy.view_mut()) };
    cudnn.rnn_training(network, None, None, x.view(), first, y.view_mut(), last, reserve.view_mut()).unwrap();
    let forward = call("cudnnRNNForward");
    let names = [
        ("fwdMode", 1),
        ("x", x.as_raw()),
        ("y", y.as_raw()),
        ("hx", hx.as_raw()),
        ("hy", hy.as_raw()),
        ("cx", cx.as_raw()),
        ("cy", cy.as_raw()),
        ("weightSpace", weights.as_raw()),
        ("weightSpaceSize", 64),
        ("reserveSpace", reserve.as_raw()),
        ("workSpaceSize", 64),
        ("devSeqLengths", 0),
    ];
    for (name, value) in names {
        assert_eq!(forward.get(name), value, "{name}");
    }

    let dlast = States { hidden: Some(hx.view()), cells: None };
    let dfirst = StatesMut { hidden: Some(hy.view_mut()), cells: Some(cy.view_mut()) };
    cudnn
        .rnn_backward_data(
            network,
            None,
            None,
            (y.view(), dy.view()),
            (first, dlast),
            dx.view_mut(),
            dfirst,
            reserve.view_mut(),
        )
        .unwrap();
    let backward = call("cudnnRNNBackwardData_v8");
    let places = ["y", "dy", "dx", "hx", "dhy", "dhx", "cx", "dcy", "dcx"].map(|name| backward.get(name));
    let expected = [
        y.as_raw(),
        dy.as_raw(),
        dx.as_raw(),
        hx.as_raw(),
        hx.as_raw(),
        hy.as_raw(),
        cx.as_raw(),
        0,
        cy.as_raw(),
    ];
    assert_eq!(places, expected);

    cudnn
        .rnn_backward_weights(
            network,
            None,
            None,
            x.view(),
            Some(hx.view()),
            y.view(),
            dweights.view_mut(),
            reserve.view_mut(),
        )
        .unwrap();
    let backward = call("cudnnRNNBackwardWeights_v8");
    let places = ["x", "hx", "y", "dweightSpace"].map(|name| backward.get(name));
    assert_eq!(places, [x.as_raw(), hx.as_raw(), y.as_raw(), dweights.as_raw()]);

    // What does not go together is refused before the call.
    let shape = |result| assert!(matches!(refused(result), cudnn::Error::Shape { .. }));
    let others = RnnDataDescriptor::new(library, layout, 7, 8, &[7, 3], None).unwrap();
    let wrong = Recurrent { y: &others, ..network };
    shape(cudnn.rnn_inference(wrong, None, None, x.view(), first, y.view_mut(), StatesMut::NONE));
    let short = x.slice(..3).unwrap();
    shape(cudnn.rnn_inference(network, None, None, short, first, y.view_mut(), StatesMut::NONE));
    let light = Recurrent { weights: weights.slice(..3).unwrap(), ..network };
    shape(cudnn.rnn_inference(light, None, None, x.view(), first, y.view_mut(), StatesMut::NONE));
    let little = reserve.slice_mut(..3).unwrap();
    shape(cudnn.rnn_training(network, None, None, x.view(), first, y.view_mut(), StatesMut::NONE, little));
    assert_eq!(calls("cudnnRNNForward").len(), 1);
    let temporary = cudnn.handle().rnn_temporary_bytes(&rnn, Pass::Training, &xs).unwrap();
    assert_eq!(temporary, (64, 64));
}

#[test]
fn a_network_with_a_dropout_is_given_that_dropout() {
    let mut bench = bench();
    set_bytes(64);
    let (library, context) = (bench.library, &bench.context);
    let mut cudnn = Operations::new(context, &mut bench.handle).unwrap();
    let mut dropout = Dropout::new(&mut cudnn, 0.5, 1).unwrap();
    let mut another = Dropout::new(&mut cudnn, 0.5, 1).unwrap();
    let rnn = RnnDescriptor::<f32>::new(&RnnOptions::new(Cell::Gru, 5, 8), dropout.descriptor()).unwrap();
    let data = |vector| {
        RnnDataDescriptor::new(library, SequenceLayout::TimeFirst, 7, vector, &[7, 4], None).unwrap()
    };
    let (xs, ys) = (data(5), data(8));
    let buffer = |len| context.zeros::<f32>(len).unwrap();
    let (x, mut y, weights) = (buffer(70), buffer(112), buffer(16));
    let network = Recurrent { rnn: &rnn, x: &xs, y: &ys, weights: weights.view(), lengths: None };
    let mut run = |dropout: Option<&mut Dropout<CudaContext>>| {
        cudnn.rnn_inference(network, dropout, None, x.view(), States::ZERO, y.view_mut(), StatesMut::NONE)
    };

    assert!(matches!(refused(run(None)), cudnn::Error::Shape { .. }));
    assert!(matches!(refused(run(Some(&mut another))), cudnn::Error::Shape { .. }));
    run(Some(&mut dropout)).unwrap();
}
