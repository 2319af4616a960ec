//! Linking: several texts become one, in which each name that they share has one meaning.
//!
//! Names without `.visible`, `.extern`, `.weak` or `.common` belong to their text alone. Where another text has the same name,
//! such a name gets another spelling; everything else stays as it was written. So the outcome of a link is PTX text again.

use std::collections::{HashMap, HashSet};

use super::diagnostic::Diagnostic;
use super::lex::{self, Kind};
use super::parse::{self, Parsed};
use super::program::Builtin;
use super::syntax::{Function, Linkage, Text, Variable};

/// One text that goes into a link.
#[derive(Clone, Copy, Debug)]
pub struct Input<'s> {
    /// What messages call it.
    pub name: &'s str,
    /// The PTX text.
    pub text: &'s str,
}

/// Why texts do not go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// A text is not PTX.
    Text {
        /// Which input.
        input: String,
        /// What is wrong with it.
        diagnostic: Diagnostic,
    },
    /// Two texts define the same name for all.
    Duplicate {
        /// The name.
        symbol: String,
        /// The inputs that define it.
        inputs: [String; 2],
    },
    /// A name is declared and used, and no text defines it.
    Undefined {
        /// The name.
        symbol: String,
        /// The input that declares it.
        input: String,
    },
}

impl std::fmt::Display for LinkError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LinkError::Text { input, diagnostic } => write!(f, "{input}: {diagnostic}"),
            LinkError::Duplicate { symbol, inputs: [first, second] } => {
                write!(
                    f,
                    "error: Multiple definition of '{symbol}' in '{second}', first defined in '{first}'"
                )
            }
            LinkError::Undefined { symbol, input } => {
                write!(f, "error: Undefined reference to '{symbol}' in '{input}'")
            }
        }
    }
}

impl std::error::Error for LinkError {}

/// Puts texts together. Each kernel gets `.maxnreg` of `most_registers`, if that is given.
///
/// # Errors
/// As [`LinkError`] says.
pub fn link(inputs: &[Input<'_>], most_registers: Option<u32>) -> Result<String, LinkError> {
    let parsed = inputs.iter().map(|input| {
        parse::parse(input.text)
            .map_err(|diagnostic| LinkError::Text { input: input.name.to_owned(), diagnostic })
    });
    let texts = parsed.collect::<Result<Vec<_>, _>>()?;
    let names: Vec<HashMap<&str, Named>> = texts.iter().map(named).collect();
    check(inputs, &texts, &names)?;
    let version = texts.iter().map(|text| text.version).max().unwrap_or((7, 0));
    let mut linked = format!(".version {}.{}\n", version.0, version.1);
    // Targets with a letter go beyond those of their number alone.
    let target = texts.iter().max_by_key(|text| (text.target, text.target_name.len()));
    linked += &format!(".target {}\n.address_size 64\n", target.map_or("sm_50", |text| text.target_name));
    for (index, input) in inputs.iter().enumerate() {
        let others: HashSet<&str> =
            names.iter().enumerate().filter(|it| it.0 != index).flat_map(|it| it.1.keys().copied()).collect();
        let own = names[index].iter().filter(|it| it.1.linkage == Linkage::Internal && others.contains(it.0));
        let respelt = own.map(|it| (*it.0, format!("{}$u{index}", it.0))).collect();
        write_out(&mut linked, input.text, &respelt, most_registers)
            .map_err(|diagnostic| LinkError::Text { input: input.name.to_owned(), diagnostic })?;
    }
    Ok(linked)
}

/// What a text says of one of its names.
#[derive(Clone, Copy)]
struct Named {
    linkage: Linkage,
    defined: bool,
}

fn named<'s>(text: &Text<'s>) -> HashMap<&'s str, Named> {
    let functions = text.functions.iter().map(|it| {
        let linkage =
            if it.is_kernel && it.linkage == Linkage::Internal { Linkage::Visible } else { it.linkage };
        (it.name, Named { linkage, defined: it.body.is_some() })
    });
    let variables = text
        .variables
        .iter()
        .map(|it| (it.name, Named { linkage: it.linkage, defined: it.linkage != Linkage::Extern }));
    let mut names: HashMap<&str, Named> = HashMap::new();
    for (name, new) in functions.chain(variables) {
        let known = names.entry(name).or_insert(new);
        if new.defined && !known.defined {
            *known = new;
        } else if known.linkage == Linkage::Internal && new.linkage != Linkage::Internal {
            // A declaration without a word behind one with.
            known.linkage = new.linkage;
        }
    }
    names
}

fn check(inputs: &[Input<'_>], texts: &[Text<'_>], names: &[HashMap<&str, Named>]) -> Result<(), LinkError> {
    let mut strong: HashMap<&str, usize> = HashMap::new();
    let mut defined: HashSet<&str> = HashSet::new();
    for (index, names) in names.iter().enumerate() {
        for (&name, it) in names.iter().filter(|it| it.1.defined && it.1.linkage != Linkage::Internal) {
            defined.insert(name);
            if it.linkage == Linkage::Visible
                && let Some(first) = strong.insert(name, index)
            {
                let inputs = [inputs[first].name.to_owned(), inputs[index].name.to_owned()];
                return Err(LinkError::Duplicate { symbol: name.to_owned(), inputs });
            }
        }
    }
    for (index, text) in texts.iter().enumerate() {
        let used = used_names(text);
        let mut open: Vec<&str> = names[index]
            .iter()
            .filter(|(name, it)| !it.defined && !defined.contains(*name) && used.contains(*name))
            .map(|it| *it.0)
            .filter(|name| Builtin::named(name).is_none() && !is_dynamic_shared(text, name))
            .collect();
        open.sort_unstable();
        if let Some(symbol) = open.first() {
            return Err(LinkError::Undefined {
                symbol: (*symbol).to_owned(),
                input: inputs[index].name.to_owned(),
            });
        }
    }
    Ok(())
}

/// Dynamic shared memory is declared `.extern`, and every kernel has it.
fn is_dynamic_shared(text: &Text<'_>, name: &str) -> bool {
    text.variables.iter().any(|it| it.name == name && it.unsized_array)
}

fn used_names<'s>(text: &Text<'s>) -> HashSet<&'s str> {
    let mut used: HashSet<&str> = text.functions.iter().flat_map(Function::names_used).collect();
    for variable in &text.variables {
        used.extend(variable.initial.iter().filter_map(|it| match it {
            super::syntax::Initial::Symbol { name, .. } => Some(*name),
            _ => None,
        }));
    }
    used
}

/// Appends a text without its head, with some names spelt anew.
fn write_out(
    out: &mut String,
    source: &str,
    respelt: &HashMap<&str, String>,
    most_registers: Option<u32>,
) -> Parsed<()> {
    let tokens = lex::tokens(source)?;
    let start_of = |text: &str| text.as_ptr() as usize - source.as_ptr() as usize;
    let mut copied = 0;
    let mut at = 0;
    let mut entry = false;
    while at < tokens.len() {
        let token = tokens[at];
        let start = start_of(token.text);
        match token.kind {
            Kind::Dotted("version" | "address_size" | "target") => {
                out.push_str(&source[copied..start]);
                at += 1;
                // A list of targets goes on behind each comma.
                while tokens[at + 1].kind == Kind::Mark(b',') && at + 2 < tokens.len() {
                    at += 2;
                }
                copied = start_of(tokens[at].text) + tokens[at].text.len();
            }
            Kind::Dotted("entry") => entry = true,
            Kind::Mark(b'{') if entry => {
                entry = false;
                if let Some(most) = most_registers {
                    out.push_str(&source[copied..start]);
                    out.push_str(&format!(".maxnreg {most}\n"));
                    copied = start;
                }
            }
            Kind::Word(name) if respelt.contains_key(name) => {
                out.push_str(&source[copied..start]);
                out.push_str(&respelt[name]);
                copied = start + token.text.len();
            }
            _ => {}
        }
        at += 1;
    }
    out.push_str(&source[copied..]);
    out.push('\n');
    Ok(())
}

/// Leaves one of each name: a definition rather than a declaration, a strong one rather than a weak one, and of several weak
/// ones the first. What is then declared twice is an error that shows later. A variable that is used and defined nowhere is a
/// definition.
pub(super) fn settle(text: &mut Text<'_>) {
    let mut best: HashMap<&str, (u32, usize)> = HashMap::new();
    for (index, it) in text.variables.iter().enumerate() {
        let rank = match it.linkage {
            Linkage::Extern => 0,
            Linkage::Common => 1,
            Linkage::Weak => 2,
            Linkage::Internal | Linkage::Visible => 3,
        };
        let known = best.entry(it.name).or_insert((rank, index));
        if rank > known.0 {
            *known = (rank, index);
        }
    }
    let mut index = 0;
    text.variables.retain(|it| {
        index += 1;
        let strong = matches!(it.linkage, Linkage::Internal | Linkage::Visible);
        strong || it.unsized_array || best[it.name].1 == index - 1
    });
    let mut weak: HashSet<&str> = HashSet::new();
    let strong: HashSet<&str> = text
        .functions
        .iter()
        .filter(|it| it.body.is_some() && it.linkage != Linkage::Weak)
        .map(|it| it.name)
        .collect();
    text.functions.retain(|it| {
        it.body.is_none()
            || it.linkage != Linkage::Weak
            || (!strong.contains(it.name) && weak.insert(it.name))
    });
    let used = used_names(text);
    let open = |it: &Variable<'_>| it.linkage == Linkage::Extern && !it.unsized_array;
    // Where one text is the whole program, NVIDIA's assembler warns and ignores `.extern`. Taichi declares shared memory so.
    for it in text.variables.iter_mut().filter(|it| open(it) && used.contains(it.name)) {
        it.linkage = Linkage::Visible;
    }
    text.variables.retain(|it| !open(it));
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = ".version 7.0\n.target sm_70\n.address_size 64\n";

    fn text(rest: &str) -> String {
        format!("{HEAD}{rest}")
    }

    fn linked(texts: &[&str]) -> Result<String, LinkError> {
        let texts: Vec<String> = texts.iter().map(|it| text(it)).collect();
        let names = ["a.ptx", "b.ptx", "c.ptx"];
        let inputs: Vec<Input<'_>> =
            texts.iter().zip(names).map(|(text, name)| Input { name, text }).collect();
        link(&inputs, None)
    }

    #[test]
    fn a_text_alone_stays_as_it_is() {
        let linked = linked(&[".visible .entry k() { ret; }"]).unwrap();

        assert_eq!(
            linked.split_whitespace().collect::<Vec<_>>().join(" "),
            ".version 7.0 .target sm_70 .address_size 64 .visible .entry k() { ret; }"
        );
    }

    #[test]
    fn names_of_one_text_do_not_meet_those_of_another() {
        let one =
            ".global .u32 count; .visible .entry a() { .reg .b32 %r1; ld.global.u32 %r1, [count]; ret; }";
        let two =
            ".global .u32 count; .visible .entry b() { .reg .b32 %r1; ld.global.u32 %r1, [count]; ret; }";

        let module = crate::ptx::Module::parse(&linked(&[one, two]).unwrap()).unwrap();

        assert_eq!(module.globals().len(), 2);
        assert_eq!(module.kernels().len(), 2);
    }

    #[test]
    fn a_declaration_gets_the_definition_of_another_text() {
        let one = ".extern .func f(); .extern .global .u32 x;
            .visible .entry a() { .reg .b32 %r1; call.uni f, (); ld.global.u32 %r1, [x]; ret; }";
        let two = ".visible .global .u32 x = 7; .visible .func f() { ret; }";

        for order in [[one, two], [two, one]] {
            let module = crate::ptx::Module::parse(&linked(&order).unwrap()).unwrap();
            assert_eq!(module.globals().len(), 1);
            assert_eq!(module.globals()[0].initial_bytes(&[0]), [7, 0, 0, 0]);
        }
    }

    #[test]
    fn two_definitions_and_none_are_errors() {
        let twice = linked(&[".visible .func f() { ret; }", ".visible .func f() { ret; }"]).unwrap_err();
        assert_eq!(
            twice.to_string(),
            "error: Multiple definition of 'f' in 'b.ptx', first defined in 'a.ptx'"
        );

        let none = linked(&[".extern .func f(); .visible .entry a() { call.uni f, (); ret; }"]).unwrap_err();
        assert_eq!(none.to_string(), "error: Undefined reference to 'f' in 'a.ptx'");
    }

    #[test]
    fn of_weak_definitions_one_is_taken() {
        let weak = ".weak .func f() { ret; } .weak .global .u32 x = 1;";
        let strong = ".visible .func f() { ret; } .visible .global .u32 x = 2;";
        let caller = ".extern .func f(); .visible .entry a() { call.uni f, (); ret; }";

        let module = crate::ptx::Module::parse(&linked(&[weak, strong, caller]).unwrap()).unwrap();

        assert_eq!(module.globals().len(), 1);
        assert_eq!(module.globals()[0].initial_bytes(&[0]), [2, 0, 0, 0]);
        assert!(crate::ptx::Module::parse(&linked(&[weak, weak]).unwrap()).is_ok());
    }
}
