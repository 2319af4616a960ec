//! Writing generated files, or comparing them with those in the tree.

use crate::bindings::header::{Function, spell};
use crate::workspace;
use anyhow::{Context, Result, bail};
use quote::ToTokens;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::{fs, path::PathBuf};
use syn::Item;
use xshell::cmd;

/// The generated files of one run.
#[derive(Debug)]
pub(crate) struct Output {
    check: bool,
    stale: Vec<String>,
}

impl Output {
    /// Starts a run that writes, or one that only compares.
    pub(crate) fn new(check: bool) -> Self {
        Self { check, stale: Vec::new() }
    }

    /// Writes one file, or compares it.
    pub(crate) fn file(&mut self, path: &str, text: &str) -> Result<()> {
        let full: PathBuf = workspace::root().join(path);
        let same = fs::read_to_string(&full).is_ok_and(|present| present == text);
        match (same, self.check) {
            (true, _) => println!("{path}: up to date"),
            (false, true) => {
                println!("{path}: differs");
                self.stale.push(path.to_owned());
            }
            (false, false) => {
                if let Some(folder) = full.parent() {
                    fs::create_dir_all(folder)?;
                }
                fs::write(&full, text).with_context(|| format!("writing {path}"))?;
                println!("{path}: written, {} lines", text.lines().count());
            }
        }
        Ok(())
    }

    /// Fails if a comparison found a difference.
    pub(crate) fn finish(self) -> Result<()> {
        match self.stale.as_slice() {
            [] => Ok(()),
            stale => bail!(
                "not what the headers give: {}; run `cargo xtask bindings` with the same libraries",
                stale.join(", ")
            ),
        }
    }
}

/// Formats Rust source as the workspace is formatted.
pub(crate) fn format(source: &str) -> Result<String> {
    let (shell, config) = (workspace::shell()?, workspace::root().join("rustfmt.toml"));
    let rustfmt = cmd!(shell, "rustfmt --edition=2024 --quiet --config-path {config}").quiet();
    let formatted = rustfmt.stdin(source).read().context("formatting what was generated")?;
    Ok(formatted + "\n")
}

/// Which releases have a function.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub(crate) since: String,
    pub(crate) until: Option<String>,
    /// No supported header shows it to programs; libraries export it for programs of long ago.
    pub(crate) legacy: bool,
}

/// Returns the name that C programs write, where the symbol has another: headers rename `cuMemAlloc` to `cuMemAlloc_v2`.
fn unversioned(symbol: &str) -> Option<&str> {
    let name = symbol.strip_suffix("_ptsz").or_else(|| symbol.strip_suffix("_ptds")).unwrap_or(symbol);
    let (base, version) = name.rsplit_once("_v").unwrap_or((name, "0"));
    let base = if version.bytes().all(|digit| digit.is_ascii_digit()) { base } else { name };
    (base != symbol).then_some(base)
}

/// Spells a release as one literal of Rust: a number where that says it.
fn literal(release: &str) -> String {
    let short = release.strip_suffix(".0").filter(|short| short.contains('.')).unwrap_or(release);
    match short.matches('.').count() {
        0 | 1 => short.to_owned(),
        _ => format!("{short:?}"),
    }
}

/// Writes the macro that hands the list of functions to another macro.
pub(crate) fn functions_macro(
    (name, about): (&str, &str),
    functions: &[Function],
    spans: &BTreeMap<String, Span>,
) -> Result<String> {
    let mut current = String::new();
    let mut legacy = String::new();
    for function in functions {
        let span =
            spans.get(&function.name).with_context(|| format!("no release declares {}", function.name))?;
        let list = if span.legacy { &mut legacy } else { &mut current };
        let arguments: Vec<String> =
            function.arguments.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
        if let Some(alias) = unversioned(&function.name) {
            writeln!(list, "            #[doc(alias = {alias:?})]")?;
        }
        write!(list, "            fn {}({}) -> {};", function.name, arguments.join(", "), function.result)?;
        write!(list, " since {}", literal(&span.since))?;
        if let Some(until) = span.until.as_ref().filter(|_| !span.legacy) {
            write!(list, " until {}", literal(until))?;
        }
        list.push_str(";\n");
    }
    Ok(format!(
        "{about}\n#[macro_export]\nmacro_rules! {name} {{\n    \
         ($($callback:ident)::+ $({{ $($extra:tt)* }})?) => {{ $($callback)::+! {{\n        $($($extra)*)?\n        \
         current {{\n{current}        }}\n        legacy {{\n{legacy}        }}\n    }} }};\n}}\n"
    ))
}

/// Writes the items of a header as Rust source. The type `results` derives no `Debug`: its crate writes one by hand.
pub(crate) fn types(items: &[Item], results: &str) -> Result<String> {
    let mut source = String::new();
    let mut zeroed = String::new();
    let mut opaque = String::new();
    for item in items {
        if let Some(name) = without_debug(item) {
            writeln!(opaque, "{name},")?;
        }
        if let Item::Struct(item) = item
            && item.ident == results
        {
            let mut item = item.clone();
            item.attrs.retain(|attribute| !attribute.path().is_ident("derive"));
            item.attrs.push(syn::parse_quote!(#[derive(Copy, Clone, Hash, PartialEq, Eq)]));
            writeln!(source, "{}", item.to_token_stream())?;
            continue;
        }
        if let Some(name) = default_of(item) {
            writeln!(zeroed, "{name},")?;
            continue;
        }
        match enum_values(item) {
            Some((name, values)) => {
                writeln!(source, "impl {name} {{")?;
                for (value, number) in values {
                    writeln!(source, "pub const {value}: Self = Self({number});")?;
                }
                source.push_str("}\n");
            }
            None => writeln!(source, "{}", item.to_token_stream())?,
        }
    }
    for (name, types) in [("zeroed_default", zeroed), ("opaque_debug", opaque)] {
        if !types.is_empty() {
            writeln!(source, "::cuda_sys::{name}! {{\n{types}}}")?;
        }
    }
    format(&source)
}

/// Returns the type if `item` defines one that cannot derive `Debug`, because a union is in it.
fn without_debug(item: &Item) -> Option<String> {
    let (name, attributes) = match item {
        Item::Struct(item) => (&item.ident, &item.attrs),
        Item::Union(item) => (&item.ident, &item.attrs),
        _ => return None,
    };
    let derives = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
    let has_debug = derives.into_iter().any(|derive| derive.to_token_stream().to_string().contains("Debug"));
    (!has_debug).then(|| name.to_string())
}

/// Returns the type if `item` is an `impl Default`. bindgen writes one for each type that cannot derive it, and all of
/// them say that the default is zero bytes.
fn default_of(item: &Item) -> Option<String> {
    let Item::Impl(block) = item else { return None };
    let (path, _) = block.trait_.as_ref()?;
    path.is_ident("Default").then(|| spell(block.self_ty.to_token_stream()))
}

/// Takes the constants out of an item of the form `impl CUresult { pub const CUDA_SUCCESS: CUresult = CUresult(0); … }`.
pub(crate) fn enum_values(item: &Item) -> Option<(String, Vec<(String, String)>)> {
    let Item::Impl(block) = item else { return None };
    if block.trait_.is_some() {
        return None;
    }
    let name = spell(block.self_ty.to_token_stream());
    let values: Option<Vec<_>> = block
        .items
        .iter()
        .map(|item| match item {
            syn::ImplItem::Const(constant) => {
                let syn::Expr::Call(call) = &constant.expr else { return None };
                Some((constant.ident.to_string(), spell(call.args.to_token_stream()).replace("- ", "-")))
            }
            _ => None,
        })
        .collect();
    Some((name, values?))
}
