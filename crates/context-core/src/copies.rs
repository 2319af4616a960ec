//! Copies of rows, copies between contexts of any two devices, and those from and to the host where there is something to look at.

#![allow(unsafe_code)]

use std::any::Any;

use crate::{
    Backend, Context, Element, Error, Matrix, MatrixMut, Result, View, ViewMut,
    backend::{Given, Rows},
    buffer::same_length,
    clock::Dependency,
    core::Core,
    graph::write_captured,
    kernel::Operand,
    pool::Memory,
};

/// As [`Context::write`], whatever there is to be refused or waited for.
#[inline(never)]
pub(crate) fn write_late<T: Element, C: Context>(ctx: &C, target: ViewMut<'_, T, C>, source: &[T]) -> Given {
    same_length("writing a buffer from the host", target.len(), source.len())?;
    let bytes = size_of_val(source);
    if bytes == 0 {
        return Ok(());
    }
    let core = ctx.core();
    if core.clock().capture().is_some() {
        return Ok(write_captured(ctx, target, source)?);
    }
    let operands = [Some(Operand::write("the target", target.memory))];
    core.operate_late("write", &operands, None, |backend, stream| {
        // SAFETY: as in `Context::write`.
        Ok(unsafe { backend.upload(stream, target.address, source.as_ptr().cast(), bytes) }?)
    })
}

/// As [`Context::read_into`], whatever there is to be refused or waited for.
#[inline(never)]
pub(crate) fn read_late<T: Element, C: Context>(ctx: &C, source: View<'_, T, C>, target: &mut [T]) -> Given {
    same_length("reading a buffer to the host", target.len(), source.len())?;
    let bytes = size_of_val(target);
    if bytes == 0 {
        return Ok(());
    }
    let core = ctx.core();
    if let Some(capture) = core.clock().capture() {
        return Err(capture.refuse("reading a buffer to the host").into());
    }
    let operands = [Some(Operand::read("the source", source.memory))];
    core.operate_late("read", &operands, None, |backend, stream| {
        // SAFETY: as in `Context::read_into`.
        Ok(unsafe { backend.download(stream, target.as_mut_ptr().cast(), source.address, bytes) }?)
    })?;
    core.clock().note_synchronized()
}

/// How two matrices, or one and a dense slice of the host, lie in rows of contiguous elements.
struct Shape {
    rows: usize,
    row_bytes: usize,
    target_pitch: usize,
    source_pitch: usize,
}

impl Shape {
    fn rows(&self) -> Rows {
        Rows { count: self.rows, bytes: self.row_bytes }
    }
}

/// Finds rows in which both lie, by their extents and the strides along rows and columns, in elements.
fn rows_of<T>(
    operation: &'static str,
    extents: [[usize; 2]; 2],
    [target, source]: [[usize; 2]; 2],
) -> Result<Option<Shape>> {
    let refuse = |detail: String| Err(Error::Shape { operation, detail });
    let [[rows, columns], of_source] = extents;
    if [rows, columns] != of_source {
        return refuse(format!("{} × {} into {rows} × {columns}", of_source[0], of_source[1]));
    }
    if rows == 0 || columns == 0 || size_of::<T>() == 0 {
        return Ok(None);
    }
    // Where there is one column only, its stride means nothing; the same holds for rows.
    let contiguous = |strides: [usize; 2], axis: usize| strides[axis] == 1 || extents[0][axis] == 1;
    let (rows, columns, across) = if contiguous(target, 1) && contiguous(source, 1) {
        (rows, columns, 0)
    } else if contiguous(target, 0) && contiguous(source, 0) {
        (columns, rows, 1)
    } else {
        return refuse(
            "one is transposed and the other is not; a copy moves rows and does not turn them".to_owned(),
        );
    };
    Ok(Some(Shape {
        rows,
        row_bytes: columns * size_of::<T>(),
        target_pitch: target[across] * size_of::<T>(),
        source_pitch: source[across] * size_of::<T>(),
    }))
}

pub(crate) fn copy_matrix<T: Element, C: Context>(
    ctx: &C,
    target: MatrixMut<'_, T, C>,
    source: Matrix<'_, T, C>,
) -> Result<()> {
    let (to, from) = (target.as_raw(), source.as_raw());
    let extents = [[target.rows(), target.columns()], [source.rows(), source.columns()]];
    let strides = [[to.row_stride, to.column_stride], [from.row_stride, from.column_stride]];
    let Some(shape) = rows_of::<T>("copying a matrix", extents, strides)? else { return Ok(()) };
    let operands = [
        Some(Operand::write("the target", target.view.memory)),
        Some(Operand::read("the source", source.view.memory)),
    ];
    ctx.core().operate("copy_matrix", &operands, |backend, stream| {
        let (to, from) = ((to.address, shape.target_pitch), (from.address, shape.source_pitch));
        // SAFETY: rows and pitches are those of matrices that lie within borrowed views (Layout::dense), the target's exclusively, so
        // that they do not overlap (Buffer 1); ordered (Order 1).
        unsafe { backend.copy_rows(stream, to, from, shape.rows()) }
    })
}

pub(crate) fn write_matrix<T: Element, C: Context>(
    ctx: &C,
    target: MatrixMut<'_, T, C>,
    source: &[T],
) -> Result<()> {
    let extents = [target.rows(), target.columns()];
    same_length("writing a matrix from the host", extents[0] * extents[1], source.len())?;
    if ctx.core().clock().capture().is_some() {
        // A constant of the graph, copied by each replay.
        let kept = ctx.upload(source)?;
        return copy_matrix(ctx, target, kept.matrix(extents[0], extents[1])?);
    }
    let to = target.as_raw();
    let strides = [[to.row_stride, to.column_stride], [extents[1], 1]];
    let shape = rows_of::<T>("writing a matrix from the host", [extents, extents], strides)?;
    let Some(shape) = shape else { return Ok(()) };
    let operands = [Some(Operand::write("the target", target.view.memory))];
    ctx.core().operate("write_matrix", &operands, |backend, stream| {
        let to = (to.address, shape.target_pitch);
        // SAFETY: as in `copy_matrix`; the source is dense, of as many elements, and borrowed until this returns, when `upload_rows`
        // is done with it (Backend).
        unsafe { backend.upload_rows(stream, to, source.as_ptr().cast(), shape.rows()) }
    })
}

pub(crate) fn read_matrix<T: Element, C: Context>(
    ctx: &C,
    source: Matrix<'_, T, C>,
    target: &mut [T],
) -> Result<()> {
    let extents = [source.rows(), source.columns()];
    same_length("reading a matrix to the host", target.len(), extents[0] * extents[1])?;
    crate::graph::refuse_captured(ctx, "reading a buffer to the host")?;
    let from = source.as_raw();
    let strides = [[extents[1], 1], [from.row_stride, from.column_stride]];
    let shape = rows_of::<T>("reading a matrix to the host", [extents, extents], strides)?;
    let Some(shape) = shape else { return Ok(()) };
    let core = ctx.core();
    let operands = [Some(Operand::read("the source", source.view.memory))];
    core.operate("read_matrix", &operands, |backend, stream| {
        let from = (from.address, shape.source_pitch);
        // SAFETY: as in `copy_matrix`; the target is dense, of as many elements, and exclusively borrowed until the copy has ended, which
        // it has when `download_rows` returns (Backend).
        unsafe { backend.download_rows(stream, target.as_mut_ptr().cast(), from, shape.rows()) }
    })?;
    Ok(core.clock().note_synchronized()?)
}

/// Copies between contexts of any two devices, by the shortest way that there is.
pub(crate) fn between<T: Element, C: Context, D: Context>(
    ctx: &C,
    target: ViewMut<'_, T, C>,
    other: &D,
    source: View<'_, T, D>,
) -> Result<()> {
    same_length("copying between contexts", target.len(), source.len())?;
    let bytes = source.len() * size_of::<T>();
    if bytes == 0 {
        return Ok(());
    }
    let captured = ctx.core().clock().capture().is_some() || other.core().clock().capture().is_some();
    if !captured {
        let theirs = (other.core() as &dyn Any).downcast_ref::<Core<C::Backend>>();
        let memory = (source.memory as &dyn Any).downcast_ref::<Memory<C::Backend>>();
        if let (Some(theirs), Some(memory)) = (theirs, memory)
            && ctx.core().state().backend().reaches(theirs.state().backend())
        {
            return between_peers(ctx.core(), &target, theirs, (memory, source.address), bytes);
        }
        if D::Backend::MEMORY_IS_HOST {
            return from_host(ctx, &target, other, &source, bytes);
        }
        if C::Backend::MEMORY_IS_HOST {
            return to_host(ctx, &target, other, &source, bytes);
        }
    }
    let elements = other.read(source)?;
    ctx.write(target, &elements)
}

const COPY: &str = "copy_from";

/// Copies on the stream of the target's context, between two orders: it follows what the other context's stream was given, and that
/// stream goes on behind it.
fn between_peers<T: Element, C: Context>(
    ours: &Core<C::Backend>,
    target: &ViewMut<'_, T, C>,
    theirs: &Core<C::Backend>,
    (memory, source): (&Memory<C::Backend>, u64),
    bytes: usize,
) -> Result<()> {
    let (to, from) = (ours.state(), theirs.state());
    // Until the read is published: what waits for another turn here waits for a replay at most, which waits for none.
    let _turn = theirs.take_turn_on(COPY, memory, false)?;
    let operands = [Some(Operand::read("the source", memory))];
    theirs.operate(COPY, &operands, |_, _| Ok(()))?;
    let before = from.attempt(|| theirs.clock().record(from))?;
    to.attempt(|| ours.clock().wait_for(to, theirs.clock().id(), &before, Dependency::Data))?;
    let written = [Some(Operand::write("the target", target.memory))];
    let copied = ours.operate(COPY, &written, |backend, stream| {
        // SAFETY: both are borrowed memory of that size, the target exclusively; the copy follows the source's writers by the
        // event, and whoever writes the source next follows the copy by the one below (Order 1).
        unsafe { backend.copy_from_peer(stream, target.address, from.backend(), source, bytes) }
    });
    // Also behind a failure: the copy may have started.
    let followed = to
        .attempt(|| ours.clock().record(to))
        .and_then(|after| {
            from.attempt(|| theirs.clock().wait_for(from, ours.clock().id(), &after, Dependency::Order))
        })
        .and_then(|()| theirs.operate(COPY, &operands, |_, _| Ok(())));
    if followed.is_err() && !to.is_lost() {
        // Nothing on the device would keep the source until it is read: the host waits. If that fails too, nothing is left to do.
        let _ = to.attempt(|| ours.clock().synchronize(to));
    }
    copied.and(followed)
}

/// Copies straight out of memory of the host.
fn from_host<T: Element, C: Context, D: Context>(
    ctx: &C,
    target: &ViewMut<'_, T, C>,
    other: &D,
    source: &View<'_, T, D>,
    bytes: usize,
) -> Result<()> {
    let operands = [Some(Operand::read("the source", source.memory))];
    other.core().operate(COPY, &operands, |backend, stream| {
        // Everything that the read must follow is in this stream or was waited for by it.
        backend.synchronize(stream)?;
        other.core().clock().host_waits().check()?;
        let written = [Some(Operand::write("the target", target.memory))];
        ctx.core().operate(COPY, &written, |backend, stream| {
            let source = std::ptr::with_exposed_provenance::<u8>(source.address as usize);
            // SAFETY: the source is borrowed memory of the host (MEMORY_IS_HOST) of that size, whose writers have ended, and `upload` is
            // done with it when it returns; the target is borrowed exclusively, and ordered (Order 1).
            Ok(unsafe { backend.upload(stream, target.address, source, bytes) }?)
        })
    })
}

/// Copies straight into memory of the host.
fn to_host<T: Element, C: Context, D: Context>(
    ctx: &C,
    target: &ViewMut<'_, T, C>,
    other: &D,
    source: &View<'_, T, D>,
    bytes: usize,
) -> Result<()> {
    let written = [Some(Operand::write("the target", target.memory))];
    ctx.core().operate(COPY, &written, |backend, stream| {
        backend.synchronize(stream)?;
        let operands = [Some(Operand::read("the source", source.memory))];
        other.core().operate(COPY, &operands, |backend, stream| {
            let target = std::ptr::with_exposed_provenance_mut::<u8>(target.address as usize);
            // SAFETY: the target is exclusively borrowed memory of the host (MEMORY_IS_HOST) of that size, whose users have ended, until
            // the copy has, which is when `download` returns; the source is ordered behind its writers (Order 1).
            unsafe { backend.download(stream, target, source.address, bytes) }?;
            other.core().clock().host_waits().check()
        })
    })
}
