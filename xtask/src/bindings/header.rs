//! Reading a C header with bindgen, and taking its items apart.

use anyhow::{Context, Result, bail};
use bindgen::{EnumVariation, Formatter, RustEdition, RustTarget};
use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::BTreeMap;
use std::path::Path;
use syn::{FnArg, ForeignItem, Item, ReturnType, UseTree};

/// How to read a header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading<'a> {
    /// What belongs to the library, as a regular expression over C names.
    pub(crate) names: &'a str,
    /// What is not to be defined though the library uses it, as a regular expression; empty for nothing.
    pub(crate) foreign: &'a str,
    /// Arguments for clang.
    pub(crate) clang: &'a [String],
}

/// One function of a header, in Rust's spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) arguments: Vec<(String, String)>,
    pub(crate) result: String,
}

/// What one header declares.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) functions: Vec<Function>,
    /// Everything but functions. Enumerations are renamed to the names that C programs use.
    pub(crate) items: Vec<Item>,
}

impl Reading<'_> {
    /// Reads everything in `header` that bears one of the names.
    pub(crate) fn all(self, header: &Path) -> Result<Header> {
        let text = self.builder(header).allowlist_item(self.names).generate();
        let text = text.with_context(|| format!("reading {}", header.display()))?.to_string();
        let items = syn::parse_file(&text).context("parsing bindgen's output")?.items;
        let (items, renames) = take_renames(items);
        let (mut functions, mut others) = (Vec::new(), Vec::new());
        for item in items {
            match item {
                Item::ForeignMod(block) => {
                    for item in block.items {
                        functions.extend(function(&item, &renames)?);
                    }
                }
                other => others.push(rename_item(&other, &renames)?),
            }
        }
        Ok(Header { functions, items: others })
    }

    /// Reads the functions in `header`, each with its signature, whose types are not looked into.
    pub(crate) fn signatures(self, header: &Path) -> Result<BTreeMap<String, String>> {
        let builder =
            self.builder(header).allowlist_function(self.names).blocklist_type(".*").layout_tests(false);
        let text = builder.generate().with_context(|| format!("reading {}", header.display()))?.to_string();
        let mut signatures = BTreeMap::new();
        for item in syn::parse_file(&text).context("parsing bindgen's output")?.items {
            let Item::ForeignMod(block) = item else { continue };
            for item in block.items {
                let Some(function) = function(&item, &BTreeMap::new())? else { continue };
                let types: Vec<String> = function.arguments.into_iter().map(|(_, ty)| ty).collect();
                signatures.insert(function.name, format!("({}) -> {}", types.join(", "), function.result));
            }
        }
        Ok(signatures)
    }

    fn builder(self, header: &Path) -> bindgen::Builder {
        // The oldest compiler that the generated code has to suit, or bindgen's default should it not know that one.
        let target = RustTarget::stable(85, 0).unwrap_or_default();
        let builder = match self.foreign {
            "" => bindgen::builder(),
            foreign => bindgen::builder().blocklist_item(foreign),
        };
        builder
            .header(header.to_string_lossy())
            .clang_args(self.clang)
            // An enumeration is an open integer: a code of a newer driver is a value like any other.
            .default_enum_style(EnumVariation::NewType { is_bitfield: false, is_global: false })
            .prepend_enum_name(false)
            .generate_comments(false)
            .merge_extern_blocks(true)
            .derive_debug(true)
            .derive_default(true)
            .derive_eq(true)
            .derive_hash(true)
            .use_core()
            .ctypes_prefix("::core::ffi")
            .rust_edition(RustEdition::Edition2024)
            .rust_target(target)
            .disable_header_comment()
            .formatter(Formatter::None)
    }
}

/// Takes the lines `pub use self::cudaError_enum as CUresult;` out: the second name will replace the first.
fn take_renames(items: Vec<Item>) -> (Vec<Item>, BTreeMap<String, String>) {
    let is_defined =
        |name: &str| items.iter().any(|item| matches!(item, Item::Struct(item) if item.ident == name));
    let mut renames = BTreeMap::new();
    let mut kept = Vec::new();
    for item in &items {
        match alias(item) {
            Some((from, to)) if is_defined(&from) && !renames.contains_key(&from) => {
                renames.insert(from, to);
            }
            _ => kept.push(item.clone()),
        }
    }
    (kept, renames)
}

/// Takes `from` and `to` out of the line `pub use self::from as to;`.
fn alias(item: &Item) -> Option<(String, String)> {
    let Item::Use(line) = item else { return None };
    let UseTree::Path(path) = &line.tree else { return None };
    let UseTree::Rename(rename) = &*path.tree else { return None };
    Some((rename.ident.to_string(), rename.rename.to_string()))
}

fn rename_item(item: &Item, renames: &BTreeMap<String, String>) -> Result<Item> {
    let renamed = rename(item.to_token_stream(), renames);
    syn::parse2(renamed).context("renaming an enumeration")
}

/// Replaces identifiers in a stream of tokens.
fn rename(tokens: TokenStream, renames: &BTreeMap<String, String>) -> TokenStream {
    let replaced = tokens.into_iter().map(|token| match token {
        TokenTree::Ident(ident) => match renames.get(&ident.to_string()) {
            Some(name) => TokenTree::Ident(proc_macro2::Ident::new(name, ident.span())),
            None => TokenTree::Ident(ident),
        },
        TokenTree::Group(group) => {
            TokenTree::Group(Group::new(group.delimiter(), rename(group.stream(), renames)))
        }
        other => other,
    });
    replaced.collect()
}

/// Takes the signature of a function.
fn function(item: &ForeignItem, renames: &BTreeMap<String, String>) -> Result<Option<Function>> {
    let ForeignItem::Fn(function) = item else { return Ok(None) };
    let signature = &function.sig;
    if signature.variadic.is_some() {
        bail!("{} takes any number of arguments, which a table cannot hold", signature.ident);
    }
    let mut arguments = Vec::new();
    for argument in &signature.inputs {
        let FnArg::Typed(argument) = argument else { bail!("{} takes self", signature.ident) };
        let ty = spell(rename(argument.ty.to_token_stream(), renames));
        arguments.push((argument.pat.to_token_stream().to_string(), ty));
    }
    let result = match &signature.output {
        ReturnType::Default => "()".to_owned(),
        ReturnType::Type(_, ty) => spell(rename(ty.to_token_stream(), renames)),
    };
    Ok(Some(Function { name: signature.ident.to_string(), arguments, result }))
}

/// Spells a type as a person would write it.
pub(crate) fn spell(tokens: TokenStream) -> String {
    let text = tokens.to_string();
    let text = text.replace(":: core :: ffi :: ", "").replace(":: core :: option :: ", "");
    let text = text.replace("* mut ", "*mut ").replace("* const ", "*const ");
    let text =
        text.replace(" < ", "<").replace(" >", ">").replace(" ,", ",").replace("[ ", "[").replace(" ;", ";");
    text.replace("fn (", "fn(").replace(" : ", ": ").replace(" :: ", "::")
}
