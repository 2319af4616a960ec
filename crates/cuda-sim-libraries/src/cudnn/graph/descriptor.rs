//! Descriptors of the graph API: attributes that are set one by one, and what they have become once they are finalised.

use super::attribute::{self, Attribute, Use};
use super::{Product, node, plan};
use crate::cudnn::failure::{Failure, Outcome, bad_param, not_supported};
use crate::cudnn::ffi::{Out, Slot, Untyped};
use crate::cudnn::library::Dnn;
use crate::cudnn::object::{Ref, object};
use crate::cudnn::version::is_eight;
use cudnn_sys::{
    cudnnBackendAttributeName_t as Name, cudnnBackendAttributeType_t as Type,
    cudnnBackendDescriptorType_t as Kind, cudnnStatus_t as Status,
};
use std::collections::BTreeMap;

/// An attribute's values, as bytes.
#[derive(Clone, Debug)]
pub(crate) struct Values {
    of: Type,
    bytes: Vec<u8>,
}

/// A descriptor.
#[derive(Clone, Debug)]
pub(crate) struct Descriptor {
    pub(crate) kind: Kind,
    values: BTreeMap<u32, Values>,
    product: Option<Product>,
}
object!(Descriptor, "backend descriptor");

fn not_finalized(message: impl Into<String>) -> Failure {
    // cuDNN 8 has no code of its own for this.
    let status = match is_eight() {
        true => Status::CUDNN_STATUS_BAD_PARAM,
        false => Status::CUDNN_STATUS_BAD_PARAM_NOT_FINALIZED,
    };
    Failure::new(status, message)
}

impl Descriptor {
    fn new(kind: Kind) -> Self {
        Self { kind, values: BTreeMap::new(), product: None }
    }

    /// Makes a descriptor that is finalised.
    fn finished(kind: Kind, product: Product) -> Self {
        Self { kind, values: BTreeMap::new(), product: Some(product) }
    }

    pub(crate) fn has(&self, name: u32) -> bool {
        self.values.contains_key(&name)
    }

    fn values(&self, name: u32) -> Outcome<&Values> {
        self.values.get(&name).ok_or_else(|| bad_param(format!("attribute {name} was not set")))
    }

    /// Returns values of 8 bytes.
    pub(crate) fn words(&self, name: u32) -> Outcome<Vec<u64>> {
        let word = |bytes: &[u8]| u64::from_le_bytes(std::array::from_fn(|at| bytes[at]));
        Ok(self.values(name)?.bytes.chunks_exact(8).map(word).collect())
    }

    pub(crate) fn integers(&self, name: u32) -> Outcome<Vec<i64>> {
        Ok(self.words(name)?.into_iter().map(|word| word as i64).collect())
    }

    pub(crate) fn integer(&self, name: u32) -> Outcome<i64> {
        Ok(self.integers(name)?[0])
    }

    /// Returns a value of 4 bytes.
    pub(crate) fn enumeration(&self, name: u32) -> Outcome<u32> {
        let bytes = &self.values(name)?.bytes;
        Ok(u32::from_le_bytes(std::array::from_fn(|at| bytes[at])))
    }

    pub(crate) fn flag(&self, name: u32) -> bool {
        self.values.get(&name).is_some_and(|values| values.bytes[0] != 0)
    }

    /// Returns a `float` or a `double`.
    pub(crate) fn number(&self, name: u32) -> Outcome<f64> {
        match self.values(name)?.of {
            Type::CUDNN_TYPE_FLOAT => Ok(f32::from_bits(self.enumeration(name)?).into()),
            _ => Ok(f64::from_bits(self.words(name)?[0])),
        }
    }

    pub(crate) fn number_or(&self, name: u32, otherwise: f64) -> Outcome<f64> {
        if self.has(name) { self.number(name) } else { Ok(otherwise) }
    }

    /// Returns what the descriptors that an attribute points at stand for. They are looked up when this one is finalised.
    pub(crate) fn products(&self, name: u32) -> Outcome<Vec<Product>> {
        let words = self.words(name)?.into_iter();
        words.map(|raw| Ok(Ref::<Self>::new(raw as usize).get()?.finalized()?.clone())).collect()
    }

    pub(crate) fn product(&self, name: u32) -> Outcome<Product> {
        Ok(self.products(name)?.swap_remove(0))
    }

    /// Returns what the descriptor stands for, if it is finalised.
    pub(crate) fn finalized(&self) -> Outcome<&Product> {
        self.product.as_ref().ok_or_else(|| not_finalized(format!("a {:?} is not finalised", self.kind)))
    }

    /// Says that it is too late.
    fn is_finalized(&self) -> Failure {
        let status = match is_eight() {
            true => Status::CUDNN_STATUS_INVALID_VALUE,
            false => Status::CUDNN_STATUS_BAD_PARAM,
        };
        Failure::new(status, format!("a {:?} that is finalised is not changed", self.kind))
    }

    fn attribute(&self, name: Name, of: Type) -> Outcome<&'static Attribute> {
        let found = attribute::find(self.kind, name.0)
            .ok_or_else(|| bad_param(format!("{:?} has no attribute {}", self.kind, name.0)))?;
        if found.types.contains(&of) {
            return Ok(found);
        }
        let message = format!("attribute {} is of {:?}, not of {of:?}", name.0, found.types);
        let status = match is_eight() {
            true => Status::CUDNN_STATUS_BAD_PARAM,
            false => Status::CUDNN_STATUS_BAD_PARAM_ATTRIBUTE_TYPE,
        };
        Err(Failure::new(status, message))
    }

    /// Makes what the descriptor stands for.
    fn build(&self) -> Outcome<Product> {
        let missing = attribute::ATTRIBUTES.iter().find(|attribute| {
            attribute.kind == self.kind && attribute.usage == Use::Required && !self.has(attribute.name)
        });
        if let Some(missing) = missing {
            return Err(bad_param(format!("attribute {} of {:?} was not set", missing.name, self.kind)));
        }
        match self.kind {
            Kind::CUDNN_BACKEND_ENGINE_DESCRIPTOR
            | Kind::CUDNN_BACKEND_ENGINECFG_DESCRIPTOR
            | Kind::CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR
            | Kind::CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR
            | Kind::CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR
            | Kind::CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR => plan::build(self),
            _ => node::build(self),
        }
    }
}

/// What is read of a finalised descriptor.
pub(crate) enum Answer {
    Words(Vec<u64>),
    Enumerations(Vec<u32>),
    /// Descriptors of the client's are filled with these.
    Descriptors(Kind, Vec<Product>),
}

/// Tells what is read, as far as there is room.
fn answer(answer: Answer, requested: usize, count: Out<i64>, places: Untyped) -> Outcome {
    match answer {
        Answer::Words(words) => {
            count.set_if_any(words.len() as i64);
            places.write(&words[..words.len().min(requested)]);
        }
        Answer::Enumerations(values) => {
            count.set_if_any(values.len() as i64);
            places.write(&values[..values.len().min(requested)]);
        }
        Answer::Descriptors(kind, products) => {
            count.set_if_any(products.len() as i64);
            if places.is_null() || requested == 0 {
                return Ok(());
            }
            let filled = products.len().min(requested);
            for (raw, product) in places.array::<usize>(filled, "arrayOfElements")?.into_iter().zip(products)
            {
                let target = Ref::<Descriptor>::new(raw);
                if target.get()?.kind != kind {
                    return Err(bad_param(format!("a descriptor to be filled is no {kind:?}")));
                }
                target.set(Descriptor::finished(kind, product))?;
            }
            count.set_if_any(filled as i64);
        }
    }
    Ok(())
}

impl Dnn {
    pub(crate) fn cudnnBackendCreateDescriptor(descriptorType: Kind, descriptor: Slot) -> Outcome {
        if !attribute::has(descriptorType) {
            return Err(not_supported(format!("{descriptorType:?} is not built in software")));
        }
        descriptor.create(Descriptor::new(descriptorType))
    }

    pub(crate) fn cudnnBackendDestroyDescriptor(descriptor: Ref<Descriptor>) -> Outcome {
        descriptor.destroy_if_any()
    }

    /// Makes a descriptor as it was when it was created.
    pub(crate) fn cudnnBackendInitialize(descriptor: Ref<Descriptor>) -> Outcome {
        descriptor.update(|descriptor| *descriptor = Descriptor::new(descriptor.kind))
    }

    pub(crate) fn cudnnBackendFinalize(descriptor: Ref<Descriptor>) -> Outcome {
        let mut own = descriptor.get()?;
        if own.product.is_some() {
            return Err(own.is_finalized());
        }
        own.product = Some(own.build()?);
        descriptor.set(own)
    }

    pub(crate) fn cudnnBackendSetAttribute(
        descriptor: Ref<Descriptor>,
        attributeName: Name,
        attributeType: Type,
        elementCount: i64,
        arrayOfElements: Untyped,
    ) -> Outcome {
        let mut own = descriptor.get()?;
        if own.product.is_some() {
            return Err(own.is_finalized());
        }
        let found = own.attribute(attributeName, attributeType)?;
        let name = found.name;
        let settable = found.usage != Use::Read;
        if !settable || elementCount < 0 || elementCount as usize > found.most {
            return Err(bad_param(format!("attribute {name} is not set to {elementCount} values")));
        }
        let count = elementCount as usize;
        if count == 0 {
            own.values.remove(&name);
            return descriptor.set(own);
        }
        let bytes = arrayOfElements.array::<u8>(count * attribute::size(attributeType), "arrayOfElements")?;
        own.values.insert(name, Values { of: attributeType, bytes });
        descriptor.set(own)
    }

    pub(crate) fn cudnnBackendGetAttribute(
        descriptor: Ref<Descriptor>,
        attributeName: Name,
        attributeType: Type,
        requestedElementCount: i64,
        elementCount: Out<i64>,
        arrayOfElements: Untyped,
    ) -> Outcome {
        let own = descriptor.get()?;
        let found = own.attribute(attributeName, attributeType)?;
        let early = |failure: Failure| Failure::new(Status::CUDNN_STATUS_NOT_INITIALIZED, failure.message);
        let product = own.finalized().map_err(early)?;
        if requestedElementCount < 0 {
            return Err(bad_param(format!("{requestedElementCount} values are asked for")));
        }
        let requested = requestedElementCount as usize;
        if let Some(read) = plan::read(product, found.name)? {
            return answer(read, requested, elementCount, arrayOfElements);
        }
        let Some(values) = own.values.get(&found.name) else {
            elementCount.set_if_any(0);
            return Ok(());
        };
        let size = attribute::size(values.of);
        elementCount.set_if_any((values.bytes.len() / size) as i64);
        let count = (requested * size).min(values.bytes.len());
        arrayOfElements.write(&values.bytes[..count]);
        Ok(())
    }
}
