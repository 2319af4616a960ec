//! The list of everything whose layout or value a C compiler can be asked about.

use crate::bindings::header::spell;
use crate::bindings::output::enum_values;
use anyhow::Result;
use quote::ToTokens;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use syn::{Fields, Item};

/// A structure or union: its fields with their types, in order.
type Members = Vec<(String, String)>;

/// Writes the list. The test that includes it defines the macro `abi!`.
pub(crate) fn list(items: &[Item], header: &str, note: &str, newest: &str) -> Result<String> {
    let types: BTreeMap<String, Members> = items.iter().filter_map(members).collect();
    let mut text = format!("{note}abi! {{\n    newest {newest:?}\n");
    for item in items {
        let Some((name, fields)) = members(item) else { continue };
        // An unnamed type is asked about through the type that it is in; an opaque one has nothing to ask about.
        if name.contains("__bindgen_ty_") || fields.iter().all(|(field, _)| field == "_unused") {
            continue;
        }
        let Some(c_name) = c_name(&name, header) else { continue };
        let mut paths = Vec::new();
        walk(&fields, &types, "", &mut paths);
        writeln!(text, "    type {name} {c_name:?} {{")?;
        for path in paths {
            writeln!(text, "        {path} {:?},", c_path(&path))?;
        }
        text.push_str("    }\n");
    }
    for (name, values) in items.iter().filter_map(enum_values) {
        let values: Vec<String> = values.into_iter().map(|(value, _)| value).collect();
        writeln!(text, "    enum {name} {{\n        {},\n    }}", values.join(",\n        "))?;
    }
    for item in items {
        if let Item::Const(constant) = item
            && constant.ident != "_"
            // A string is no value that C could print as a number.
            && !matches!(*constant.ty, syn::Type::Reference(_))
        {
            writeln!(text, "    constant {}", constant.ident)?;
        }
    }
    text.push_str("}\n");
    Ok(text)
}

/// Takes the fields out of a structure or union.
fn members(item: &Item) -> Option<(String, Members)> {
    let (name, fields) = match item {
        Item::Struct(item) => match &item.fields {
            Fields::Named(fields) => (&item.ident, fields),
            _ => return None,
        },
        Item::Union(item) => (&item.ident, &item.fields),
        _ => return None,
    };
    let fields = fields
        .named
        .iter()
        .filter_map(|field| Some((field.ident.as_ref()?.to_string(), spell(field.ty.to_token_stream()))));
    Some((name.to_string(), fields.collect()))
}

/// Collects the paths of all fields, going into types that have no name of their own in C.
fn walk(fields: &Members, types: &BTreeMap<String, Members>, prefix: &str, paths: &mut Vec<String>) {
    for (field, ty) in fields {
        // C cannot take the offset of a bit field, and bindgen's padding does not exist in C.
        if field.starts_with("_bitfield") || field.starts_with("__bindgen_padding") {
            continue;
        }
        let path = format!("{prefix}{field}");
        if !field.starts_with("__bindgen_anon") {
            paths.push(path.clone());
        }
        if ty.contains("__bindgen_ty_")
            && let Some(inner) = types.get(ty)
        {
            walk(inner, types, &format!("{path}."), paths);
        }
    }
}

/// Spells a field as C does: members of an unnamed union are its owner's, and Rust's keywords lose their underscore.
fn c_path(path: &str) -> String {
    let parts = path.split('.').filter(|part| !part.starts_with("__bindgen_anon"));
    let parts = parts.map(|part| match part.strip_suffix('_') {
        Some(keyword @ ("type" | "fn" | "ref" | "in" | "mod" | "impl")) => keyword,
        _ => part,
    });
    parts.collect::<Vec<_>>().join(".")
}

/// Spells a type as C does: by its tag if the header gives it one. bindgen names a type within another after both, and C
/// puts it beside the other.
fn c_name(name: &str, header: &str) -> Option<String> {
    for candidate in
        [name, name.rsplit_once("_CU").map_or(name, |(_, inner)| &name[name.len() - inner.len() - 2..])]
    {
        for keyword in ["struct", "union"] {
            let tag = format!("{keyword} {candidate}");
            let is_tag = |rest: &str| rest.starts_with([' ', '\n', '\r', '{', ';', '*']);
            if header.split(&tag).skip(1).any(is_tag) {
                return Some(tag);
            }
        }
    }
    header.contains(name).then(|| name.to_owned())
}
