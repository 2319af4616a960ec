//! Recurrent networks on buffers.

#![allow(unsafe_code)]

use super::{Dropout, Operations, Scratch};
use crate::{
    Context, Result, View, ViewMut,
    cudnn::{
        DataType, Determinism, Error, Library, Pass, RnnDataDescriptor, RnnDescriptor, RnnRun, Settings,
        TensorDescriptor, Workspace, operand::fits,
    },
    kernel::Operand,
};

/// A recurrent network with what all its calls take.
#[derive(Debug)]
pub struct Recurrent<'a, T: DataType, C: Context> {
    /// The network.
    pub rnn: &'a RnnDescriptor<T>,
    /// How the input's sequences lie.
    pub x: &'a RnnDataDescriptor<T>,
    /// How the output's sequences lie; as many, and as long ones, as the input's.
    pub y: &'a RnnDataDescriptor<T>,
    /// The weights, as many bytes as [`Handle::rnn_weight_bytes`](crate::cudnn::Handle::rnn_weight_bytes) says.
    pub weights: View<'a, T, C>,
    /// The length of each sequence; only cuDNN 8.9.0 needs them.
    pub lengths: Option<View<'a, i32, C>>,
}

impl<T: DataType, C: Context> Clone for Recurrent<'_, T, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: DataType, C: Context> Copy for Recurrent<'_, T, C> {}

/// Hidden states, and an LSTM's cells, that are read; none for zeros. [`RnnDescriptor::states`] has their shapes.
#[derive(Debug)]
pub struct States<'a, T: DataType, C: Context> {
    /// The hidden states.
    pub hidden: Option<View<'a, T, C>>,
    /// The cells.
    pub cells: Option<View<'a, T, C>>,
}

impl<T: DataType, C: Context> States<'_, T, C> {
    /// Zeros.
    pub const ZERO: Self = States { hidden: None, cells: None };
}

impl<T: DataType, C: Context> Clone for States<'_, T, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: DataType, C: Context> Copy for States<'_, T, C> {}

/// Hidden states, and an LSTM's cells, that are written; none for those that nobody wants.
#[derive(Debug)]
pub struct StatesMut<'a, T: DataType, C: Context> {
    /// The hidden states.
    pub hidden: Option<ViewMut<'a, T, C>>,
    /// The cells.
    pub cells: Option<ViewMut<'a, T, C>>,
}

impl<T: DataType, C: Context> StatesMut<'_, T, C> {
    /// Nothing.
    pub const NONE: Self = StatesMut { hidden: None, cells: None };
}

fn read<'a, T, C: Context>(
    name: &'static str,
    view: &Option<View<'a, T, C>>,
) -> Option<Operand<'a, C::Backend>> {
    view.as_ref().map(|view| Operand::reads(name, view))
}

fn written<'v, T, C: Context>(
    name: &'static str,
    view: &'v Option<ViewMut<'_, T, C>>,
) -> Option<Operand<'v, C::Backend>> {
    view.as_ref().map(|view| Operand::writes(name, view))
}

macro_rules! address {
    ($view:expr) => {
        $view.as_ref().map_or(0, |view| view.as_raw())
    };
}

/// Refuses states that are too short.
fn states_fit<T: DataType>(
    shapes: &[TensorDescriptor<T>; 2],
    hidden: Option<usize>,
    cells: Option<usize>,
) -> Result<()> {
    for (len, shape) in [hidden, cells].into_iter().zip(shapes) {
        if let Some(len) = len {
            fits(len, shape.elements(), shape)?;
        }
    }
    Ok(())
}

/// The states' lengths, for [`states_fit`].
macro_rules! lens {
    ($states:expr) => {
        ($states.hidden.as_ref().map(|view| view.len()), $states.cells.as_ref().map(|view| view.len()))
    };
}

/// Refuses recurrent networks where results must have the same bits in every run, unless cuBLAS, with which they are computed, was told to
/// keep to one workspace: this is what NVIDIA's manual asks for.
fn check_determinism(settings: Settings) -> Result<()> {
    const VARIABLE: &str = "CUBLAS_WORKSPACE_CONFIG";
    if settings.determinism == Determinism::Relaxed {
        return Ok(());
    }
    let set = std::env::var(VARIABLE).unwrap_or_default();
    match set.as_str() {
        ":16:8" | ":4096:8" | ":4096:2:16:8" => Ok(()),
        _ => Ok(settings.refuse_unless_relaxed(
            "a recurrent network",
            "set CUBLAS_WORKSPACE_CONFIG to `:4096:8` before CUDA is started",
        )?),
    }
}

impl<C: Context> Operations<'_, C> {
    /// Checks what all calls have in common, and returns the shapes of the states.
    fn check_network<T: DataType>(
        &mut self,
        operation: &'static str,
        network: &Recurrent<'_, T, C>,
        dropout: Option<&Dropout<C>>,
    ) -> Result<[TensorDescriptor<T>; 2]> {
        let Recurrent { rnn, x, y, weights, lengths } = network;
        let libraries: [Library; 3] = [rnn.library(), x.library(), y.library()];
        self.check_libraries(operation, &libraries)?;
        self.check_math(&rnn, rnn.options().math)?;
        check_determinism(self.settings)?;
        let refuse = |detail: String| Err(Error::Shape { operation, detail }.into());
        if x.lengths() != y.lengths() {
            return refuse(format!("x {:?} and y {:?}: the same sequences", x.lengths(), y.lengths()));
        }
        let options = rnn.options();
        let wide = options.projection * options.directions();
        if x.vector() != options.input || y.vector() != wide {
            return refuse(format!(
                "vectors of {} in and {} out; {rnn:?} takes {} and gives {wide}",
                x.vector(),
                y.vector(),
                options.input
            ));
        }
        // States in memory must be told to the context with every call.
        let known = match dropout {
            Some(dropout) => dropout.is_of(rnn.dropout()),
            None => rnn.dropout().states().bytes == 0,
        };
        if !known {
            return refuse("the network's dropout is not the one that was given".to_owned());
        }
        if let Some(lengths) = lengths {
            fits(lengths.len(), x.lengths().len(), x)?;
        }
        let (has, needs) = (weights.len() * size_of::<T>(), self.handle.rnn_weight_bytes(rnn)?);
        if has < needs {
            return refuse(format!("{has} bytes of weights given, {needs} needed by {rnn:?}"));
        }
        Ok(rnn.states(x.lengths().len())?)
    }

    /// Takes the workspace of a pass, and checks its reserve.
    fn network_scratch<'w, T: DataType>(
        &mut self,
        operation: &'static str,
        network: &Recurrent<'_, T, C>,
        pass: Pass,
        workspace: Option<ViewMut<'w, u8, C>>,
        reserve: usize,
    ) -> Result<Scratch<'w, C>> {
        let (bytes, kept) = self.handle.rnn_temporary_bytes(network.rnn, pass, network.x)?;
        if pass == Pass::Training && reserve < kept {
            let detail = format!("{reserve} bytes of reserve given, {kept} needed by {:?}", network.rnn);
            return Err(Error::Shape { operation, detail }.into());
        }
        self.scratch(bytes, workspace)
    }

    /// Runs a network without keeping anything for the way back. `dropout` is the one between its layers, where there is one; nothing
    /// is dropped.
    ///
    /// # Errors
    /// [`cudnn::Error::Shape`](Error::Shape) for a buffer that is too short, or sequences that do not go together;
    /// [`Setting`](Error::Setting) where the same bits are demanded and cuBLAS was not told so; [`Call`](Error::Call); whatever giving an
    /// operation to the context can fail with.
    #[doc(alias = "cudnnRNNForward")]
    #[allow(clippy::too_many_arguments)]
    pub fn rnn_inference<T: DataType>(
        &mut self,
        network: Recurrent<'_, T, C>,
        dropout: Option<&mut Dropout<C>>,
        workspace: Option<ViewMut<'_, u8, C>>,
        x: View<'_, T, C>,
        first: States<'_, T, C>,
        y: ViewMut<'_, T, C>,
        last: StatesMut<'_, T, C>,
    ) -> Result<()> {
        let (input, output) = ((x, first), (y, last));
        self.rnn_forward(
            "recurrent network",
            network,
            Pass::Inference,
            workspace,
            input,
            output,
            None,
            dropout,
        )
    }

    /// Runs a network, and keeps in `reserve` what the way back needs: as many bytes as
    /// [`Handle::rnn_temporary_bytes`](crate::cudnn::Handle::rnn_temporary_bytes) says. `dropout` is the one between its layers, where
    /// there is one.
    ///
    /// # Errors
    /// As [`rnn_inference`](Operations::rnn_inference).
    #[doc(alias = "cudnnRNNForward")]
    #[allow(clippy::too_many_arguments)]
    pub fn rnn_training<T: DataType>(
        &mut self,
        network: Recurrent<'_, T, C>,
        dropout: Option<&mut Dropout<C>>,
        workspace: Option<ViewMut<'_, u8, C>>,
        x: View<'_, T, C>,
        first: States<'_, T, C>,
        y: ViewMut<'_, T, C>,
        last: StatesMut<'_, T, C>,
        reserve: ViewMut<'_, u8, C>,
    ) -> Result<()> {
        let operation = "recurrent network, training";
        let (input, output) = ((x, first), (y, last));
        self.rnn_forward(operation, network, Pass::Training, workspace, input, output, Some(reserve), dropout)
    }

    #[allow(clippy::too_many_arguments)]
    fn rnn_forward<T: DataType>(
        &mut self,
        operation: &'static str,
        network: Recurrent<'_, T, C>,
        pass: Pass,
        workspace: Option<ViewMut<'_, u8, C>>,
        (x, first): (View<'_, T, C>, States<'_, T, C>),
        (y, last): (ViewMut<'_, T, C>, StatesMut<'_, T, C>),
        reserve: Option<ViewMut<'_, u8, C>>,
        dropout: Option<&mut Dropout<C>>,
    ) -> Result<()> {
        let shapes = self.check_network(operation, &network, dropout.as_deref())?;
        fits(x.len(), network.x.elements(), network.x)?;
        fits(y.len(), network.y.elements(), network.y)?;
        let (hidden, cells) = lens!(first);
        states_fit(&shapes, hidden, cells)?;
        let (hidden, cells) = lens!(last);
        states_fit(&shapes, hidden, cells)?;
        let kept = reserve.as_ref().map_or(0, ViewMut::len);
        let scratch = self.network_scratch(operation, &network, pass, workspace, kept)?;
        let states = dropout.map(Dropout::states_mut);
        let operands = [
            Some(Operand::reads("x", &x)),
            Some(Operand::writes("y", &y)),
            Some(Operand::reads("the weights", &network.weights)),
            read("the lengths", &network.lengths),
            read("the first hidden states", &first.hidden),
            read("the first cells", &first.cells),
            written("the last hidden states", &last.hidden),
            written("the last cells", &last.cells),
            written("the reserve", &reserve),
            written("the dropout's states", &states),
            scratch.operand(),
        ];
        self.give(operation, &[], &operands, |handle| {
            let run = run(&network, &shapes, &scratch, &reserve);
            let (hx, cx) = (address!(first.hidden), address!(first.cells));
            let (hy, cy) = (address!(last.hidden), address!(last.cells));
            // SAFETY: each view is as long as its descriptor or cuDNN says, borrowed for the call, those that are written exclusively (Buffer
            // 1), and in order on the stream of the context, to which the handle is set (Order 1, Call 1).
            unsafe { handle.rnn_forward(&run, pass, (x.as_raw(), y.as_raw()), (hx, hy), (cx, cy)) }
        })
    }

    /// Computes the gradients of the input and of the first states, from those of the output `dy` and of the last states `dlast`. `reserve` is
    /// what a training pass kept.
    ///
    /// # Errors
    /// As [`rnn_inference`](Operations::rnn_inference).
    #[doc(alias = "cudnnRNNBackwardData_v8")]
    #[allow(clippy::too_many_arguments)]
    pub fn rnn_backward_data<T: DataType>(
        &mut self,
        network: Recurrent<'_, T, C>,
        dropout: Option<&mut Dropout<C>>,
        workspace: Option<ViewMut<'_, u8, C>>,
        (y, dy): (View<'_, T, C>, View<'_, T, C>),
        (first, dlast): (States<'_, T, C>, States<'_, T, C>),
        dx: ViewMut<'_, T, C>,
        dfirst: StatesMut<'_, T, C>,
        reserve: ViewMut<'_, u8, C>,
    ) -> Result<()> {
        let operation = "recurrent network, backward to its input";
        let shapes = self.check_network(operation, &network, dropout.as_deref())?;
        fits(y.len(), network.y.elements(), network.y)?;
        fits(dy.len(), network.y.elements(), network.y)?;
        fits(dx.len(), network.x.elements(), network.x)?;
        for (hidden, cells) in [lens!(first), lens!(dlast), lens!(dfirst)] {
            states_fit(&shapes, hidden, cells)?;
        }
        let scratch = self.network_scratch(operation, &network, Pass::Training, workspace, reserve.len())?;
        let reserve = Some(reserve);
        let states = dropout.map(Dropout::states_mut);
        let operands = [
            Some(Operand::reads("y", &y)),
            Some(Operand::reads("dy", &dy)),
            Some(Operand::writes("dx", &dx)),
            Some(Operand::reads("the weights", &network.weights)),
            read("the lengths", &network.lengths),
            read("the first hidden states", &first.hidden),
            read("the first cells", &first.cells),
            read("the gradient of the last hidden states", &dlast.hidden),
            read("the gradient of the last cells", &dlast.cells),
            written("the gradient of the first hidden states", &dfirst.hidden),
            written("the gradient of the first cells", &dfirst.cells),
            written("the reserve", &reserve),
            written("the dropout's states", &states),
            scratch.operand(),
        ];
        self.give(operation, &[], &operands, |handle| {
            let run = run(&network, &shapes, &scratch, &reserve);
            let h = (address!(first.hidden), address!(dlast.hidden), address!(dfirst.hidden));
            let c = (address!(first.cells), address!(dlast.cells), address!(dfirst.cells));
            // SAFETY: as in `rnn_forward`.
            unsafe { handle.rnn_backward_data(&run, (y.as_raw(), dy.as_raw(), dx.as_raw()), h, c) }
        })
    }

    /// Adds the gradients of the weights to `dweights`, behind [`rnn_backward_data`](Operations::rnn_backward_data) of the same pass.
    ///
    /// # Errors
    /// As [`rnn_inference`](Operations::rnn_inference).
    #[doc(alias = "cudnnRNNBackwardWeights_v8")]
    #[allow(clippy::too_many_arguments)]
    pub fn rnn_backward_weights<T: DataType>(
        &mut self,
        network: Recurrent<'_, T, C>,
        dropout: Option<&mut Dropout<C>>,
        workspace: Option<ViewMut<'_, u8, C>>,
        x: View<'_, T, C>,
        first: Option<View<'_, T, C>>,
        y: View<'_, T, C>,
        dweights: ViewMut<'_, T, C>,
        reserve: ViewMut<'_, u8, C>,
    ) -> Result<()> {
        let operation = "recurrent network, backward to its weights";
        let shapes = self.check_network(operation, &network, dropout.as_deref())?;
        fits(x.len(), network.x.elements(), network.x)?;
        fits(y.len(), network.y.elements(), network.y)?;
        states_fit(&shapes, first.as_ref().map(View::len), None)?;
        // cuDNN is told one size for both.
        if dweights.len() != network.weights.len() {
            let detail =
                format!("{} weights and {} gradients of them", network.weights.len(), dweights.len());
            return Err(Error::Shape { operation, detail }.into());
        }
        let scratch = self.network_scratch(operation, &network, Pass::Training, workspace, reserve.len())?;
        let reserve = Some(reserve);
        let states = dropout.map(Dropout::states_mut);
        let operands = [
            Some(Operand::reads("x", &x)),
            Some(Operand::reads("y", &y)),
            read("the first hidden states", &first),
            read("the lengths", &network.lengths),
            Some(Operand::writes("the gradients of the weights", &dweights)),
            written("the reserve", &reserve),
            written("the dropout's states", &states),
            scratch.operand(),
        ];
        self.give(operation, &[], &operands, |handle| {
            let run = run(&network, &shapes, &scratch, &reserve);
            let inputs = (x.as_raw(), y.as_raw(), address!(first));
            // SAFETY: as in `rnn_forward`.
            unsafe { handle.rnn_backward_weights(&run, inputs, dweights.as_raw()) }
        })
    }
}

/// Puts together what all calls take.
fn run<'d, T: DataType, C: Context>(
    network: &Recurrent<'d, T, C>,
    states: &'d [TensorDescriptor<T>; 2],
    scratch: &Scratch<'_, C>,
    reserve: &Option<ViewMut<'_, u8, C>>,
) -> RnnRun<'d, T> {
    RnnRun {
        rnn: network.rnn,
        x: network.x,
        y: network.y,
        states,
        lengths: address!(network.lengths),
        weights: Workspace {
            address: network.weights.as_raw(),
            bytes: network.weights.len() * size_of::<T>(),
        },
        workspace: scratch.raw(),
        reserve: reserve
            .as_ref()
            .map_or(Workspace::NONE, |view| Workspace { address: view.as_raw(), bytes: view.len() }),
    }
}
