//! From tokens to [`Text`]: directives, variables and functions. Statements are in `parse_body.rs`.
//!
//! Nothing here recurses without a bound, and the first error ends the parse.

use super::lex::{self, Kind, Place, Token};
use super::syntax::{Function, Initial, Linkage, Storage, Text, Variable};
use super::types::Type;
use super::{Diagnostic, Space};

/// The newest PTX version whose meaning this interpreter knows.
const NEWEST: (u32, u32) = (9, 5);

/// The targets that there are; later ones than the newest are refused, since nothing is known of them.
const TARGETS: [u32; 31] = [
    10, 11, 12, 13, 20, 21, 30, 32, 35, 37, 50, 52, 53, 60, 61, 62, 70, 72, 75, 80, 86, 87, 88, 89, 90, 100,
    101, 103, 110, 120, 121,
];

/// Variables larger than this are refused: no device has the memory, and sizes stay far from overflow.
const LARGEST: u64 = 1 << 40;

pub(super) type Parsed<T> = Result<T, Diagnostic>;

/// The version of PTX that came with a target, of those that later ones than 6.0 brought, and of the first with a letter.
const SINCE: [(u32, (u32, u32)); 13] = [
    (72, (6, 1)),
    (75, (6, 3)),
    (80, (7, 0)),
    (86, (7, 1)),
    (87, (7, 4)),
    (88, (9, 0)),
    (89, (7, 8)),
    (90, (7, 8)),
    (100, (8, 6)),
    (101, (8, 6)),
    (103, (8, 8)),
    (120, (8, 7)),
    (121, (8, 8)),
];

/// Refuses a target that the text's version does not know.
fn known_since(text: &Text<'_>, name: &str, place: Place) -> Parsed<()> {
    let since = SINCE.iter().find(|it| it.0 == text.target).map_or((0, 0), |it| it.1);
    let since = if name == "sm_90a" { (8, 0) } else { since };
    if text.version >= since {
        return Ok(());
    }
    let ((major, minor), (own_major, own_minor)) = (since, text.version);
    let message =
        format!("target {name} needs PTX version {major}.{minor}, and this is {own_major}.{own_minor}");
    Err(place.error(message))
}

/// Parses a whole text.
pub(super) fn parse(source: &str) -> Parsed<Text<'_>> {
    let tokens = lex::tokens(source)?;
    let mut parser = Parser { tokens: &tokens, at: 0, apart: false };
    parser.text()
}

/// A cursor over the tokens.
pub(super) struct Parser<'t, 's> {
    pub(super) tokens: &'t [Token<'s>],
    pub(super) at: usize,
    /// As in [`Text`].
    apart: bool,
}

impl<'s> Parser<'_, 's> {
    pub(super) fn token(&self) -> Token<'s> {
        self.ahead(0)
    }

    pub(super) fn ahead(&self, count: usize) -> Token<'s> {
        // The last token is the end, which nothing steps over.
        self.tokens[(self.at + count).min(self.tokens.len() - 1)]
    }

    pub(super) fn step(&mut self) -> Token<'s> {
        let token = self.token();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    pub(super) fn place(&self) -> Place {
        self.token().place
    }

    pub(super) fn unexpected<T>(&self, wanted: &str) -> Parsed<T> {
        let token = self.token();
        let found = match token.kind {
            Kind::End => "the end of the text".to_owned(),
            _ => format!("'{}'", token.text.chars().take(40).collect::<String>()),
        };
        Err(token.place.error(format!("expected {wanted}, found {found}")))
    }

    pub(super) fn is_mark(&self, mark: u8) -> bool {
        self.token().kind == Kind::Mark(mark)
    }

    pub(super) fn take_mark(&mut self, mark: u8) -> bool {
        let taken = self.is_mark(mark);
        if taken {
            self.step();
        }
        taken
    }

    pub(super) fn mark(&mut self, mark: u8) -> Parsed<()> {
        if self.take_mark(mark) { Ok(()) } else { self.unexpected(&format!("'{}'", mark as char)) }
    }

    pub(super) fn word(&mut self, wanted: &str) -> Parsed<&'s str> {
        match self.token().kind {
            Kind::Word(word) => {
                self.step();
                Ok(word)
            }
            _ => self.unexpected(wanted),
        }
    }

    pub(super) fn take_dotted(&mut self, name: &str) -> bool {
        let taken = self.token().kind == Kind::Dotted(name);
        if taken {
            self.step();
        }
        taken
    }

    fn small_int(&mut self, wanted: &str) -> Parsed<u32> {
        let place = self.place();
        u32::try_from(self.literal(wanted)?).map_err(|_| place.error(format!("{wanted} is too large")))
    }

    pub(super) fn type_name(&mut self) -> Parsed<Type> {
        if let Kind::Dotted(name) = self.token().kind
            && let Some(kind) = Type::named(name)
        {
            self.step();
            return Ok(kind);
        }
        self.unexpected("a type such as .b32")
    }

    /// Skips the rest of the line that the current token is on.
    pub(super) fn skip_line(&mut self) {
        let line = self.place().line;
        while self.place().line == line && self.token().kind != Kind::End {
            self.step();
        }
    }

    fn skip_until(&mut self, mark: u8) -> Parsed<()> {
        while !self.take_mark(mark) {
            if self.token().kind == Kind::End {
                return self.unexpected(&format!("'{}'", mark as char));
            }
            self.step();
        }
        Ok(())
    }

    fn text(&mut self) -> Parsed<Text<'s>> {
        let mut text = Text::default();
        self.version(&mut text)?;
        while self.token().kind != Kind::End {
            self.item(&mut text)?;
        }
        if text.target == 0 {
            return self.unexpected("a .target directive");
        }
        Ok(text)
    }

    fn version(&mut self, text: &mut Text<'s>) -> Parsed<()> {
        if !self.take_dotted("version") {
            return self.unexpected("a .version directive first");
        }
        let token = self.step();
        let parts = token.text.split_once('.');
        let version = parts.and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
        let Some(version) = version.filter(|(_, minor)| *minor < 10) else {
            return Err(token.place.error("expected a version such as 8.8"));
        };
        if version > NEWEST {
            let (major, minor) = version;
            let message = format!("PTX version {major}.{minor} is newer than {}.{}", NEWEST.0, NEWEST.1);
            return Err(token.place.error(message));
        }
        text.version = version;
        Ok(())
    }

    fn item(&mut self, text: &mut Text<'s>) -> Parsed<()> {
        let linkage = self.linkage();
        let token = self.token();
        match token.kind {
            Kind::Dotted("target") => self.target(text),
            Kind::Dotted("address_size") => self.address_size(),
            Kind::Dotted("entry" | "func") => {
                let function = Function { linkage, ..self.function()? };
                text.functions.push(function);
                Ok(())
            }
            Kind::Dotted("global" | "const" | "shared") => {
                let first = text.variables.len();
                self.variables(0, &mut text.variables)?;
                text.variables[first..].iter_mut().for_each(|it| it.linkage = linkage);
                Ok(())
            }
            Kind::Dotted("file" | "loc") | Kind::Mark(b'@') => {
                self.skip_line();
                Ok(())
            }
            Kind::Dotted("section") => {
                self.skip_until(b'{')?;
                self.skip_until(b'}')
            }
            Kind::Dotted("pragma" | "alias") => self.skip_until(b';'),
            Kind::Mark(b';') => {
                self.step();
                Ok(())
            }
            Kind::Dotted(name) => Err(token.place.error(format!("directive .{name} is not supported here"))),
            _ => self.unexpected("a directive"),
        }
    }

    fn linkage(&mut self) -> Linkage {
        let mut linkage = Linkage::default();
        loop {
            linkage = match self.token().kind {
                Kind::Dotted("visible") => Linkage::Visible,
                Kind::Dotted("extern") => Linkage::Extern,
                Kind::Dotted("weak") => Linkage::Weak,
                Kind::Dotted("common") => Linkage::Common,
                _ => return linkage,
            };
            self.step();
        }
    }

    fn target(&mut self, text: &mut Text<'s>) -> Parsed<()> {
        self.step();
        loop {
            let place = self.place();
            let name = self.word("a target such as sm_75")?;
            if let Some(number) = name.strip_prefix("sm_") {
                let number = number.trim_end_matches(['a', 'f']).parse().ok();
                let known = number.filter(|it| TARGETS.contains(it));
                text.target_name = name;
                text.target = known.ok_or_else(|| place.error(format!("unknown target {name}")))?;
                known_since(text, name, place)?;
            } else if name == "texmode_independent" {
                (text.apart, self.apart) = (true, true);
            } else if !matches!(name, "debug" | "texmode_unified" | "map_f64_to_f32") {
                return Err(place.error(format!("unknown target {name}")));
            }
            if !self.take_mark(b',') {
                return Ok(());
            }
        }
    }

    fn address_size(&mut self) -> Parsed<()> {
        self.step();
        let place = self.place();
        match self.int("32 or 64")? {
            64 => Ok(()),
            other => Err(place.error(format!("address size {other} is not supported; devices have 64"))),
        }
    }

    fn function(&mut self) -> Parsed<Function<'s>> {
        let is_kernel = self.step().kind == Kind::Dotted("entry");
        self.attributes()?;
        let returns = if !is_kernel && self.is_mark(b'(') { self.params()? } else { Vec::new() };
        let place = self.place();
        let name = self.word("a function's name")?;
        let params = if self.is_mark(b'(') { self.params()? } else { Vec::new() };
        let mut function = Function {
            name,
            place,
            is_kernel,
            linkage: Linkage::Internal,
            returns,
            params,
            max_threads: None,
            required_threads: None,
            required_cluster: None,
            explicit_cluster: false,
            max_registers: None,
            body: None,
        };
        self.tuning(&mut function)?;
        if !self.take_mark(b';') {
            function.body = Some(self.body()?);
        }
        Ok(function)
    }

    fn attributes(&mut self) -> Parsed<()> {
        while self.take_dotted("attribute") {
            self.skip_until(b')')?;
        }
        Ok(())
    }

    fn tuning(&mut self, function: &mut Function<'s>) -> Parsed<()> {
        loop {
            let token = self.token();
            match token.kind {
                Kind::Dotted("maxntid") => function.max_threads = Some(self.extent()?),
                Kind::Dotted("reqntid") => function.required_threads = Some(self.extent()?),
                Kind::Dotted("maxnreg") => {
                    let most = self.extent()?[0];
                    // Of several the smallest holds: a linker may add one.
                    function.max_registers = Some(function.max_registers.map_or(most, |it| it.min(most)));
                }
                Kind::Dotted("reqnctapercluster") => function.required_cluster = Some(self.extent()?),
                Kind::Dotted("minnctapersm" | "maxclusterrank") => {
                    self.extent()?;
                }
                Kind::Dotted("explicitcluster") => {
                    function.explicit_cluster = true;
                    self.step();
                }
                Kind::Dotted("abi_preserve" | "abi_preserve_control") => {
                    self.extent()?;
                }
                Kind::Dotted("noreturn" | "blocksareclusters" | "unified") => {
                    self.step();
                }
                Kind::Dotted("attribute") => self.attributes()?,
                Kind::Dotted("pragma") => self.skip_until(b';')?,
                Kind::Dotted("file" | "loc") => self.skip_line(),
                Kind::Dotted(name) => {
                    return Err(token
                        .place
                        .error(format!("directive .{name} is not supported for a function")));
                }
                _ => return Ok(()),
            }
        }
    }

    fn extent(&mut self) -> Parsed<[u32; 3]> {
        self.step();
        let mut extent = [1; 3];
        for (i, it) in extent.iter_mut().enumerate() {
            if i > 0 && !self.take_mark(b',') {
                break;
            }
            *it = self.small_int("a number of threads")?;
        }
        Ok(extent)
    }

    pub(super) fn params(&mut self) -> Parsed<Vec<Variable<'s>>> {
        self.mark(b'(')?;
        let mut params = Vec::new();
        while !self.take_mark(b')') {
            if !params.is_empty() {
                self.mark(b',')?;
            }
            let place = self.place();
            let storage = match self.step().kind {
                Kind::Dotted("param") => Storage::Param,
                Kind::Dotted("reg") => Storage::Reg,
                _ => return Err(place.error("expected .param or .reg")),
            };
            self.declarator(storage, 0, &mut params)?;
        }
        Ok(params)
    }

    /// `.global .align 4 .b8 a[4] = {…}, b;`
    pub(super) fn variables(&mut self, scope: u32, list: &mut Vec<Variable<'s>>) -> Parsed<()> {
        let token = self.step();
        let storage = match token.kind {
            Kind::Dotted("global") => Storage::Device(Space::Global),
            Kind::Dotted("const") => Storage::Device(Space::Const),
            Kind::Dotted("shared" | "shared::cta") => Storage::Shared,
            Kind::Dotted("local") => Storage::Local,
            Kind::Dotted("param") => Storage::Param,
            Kind::Dotted("reg") => Storage::Reg,
            _ => return Err(token.place.error("expected a state space")),
        };
        self.attributes()?;
        self.declarator(storage, scope, list)?;
        while self.take_mark(b',') {
            let Some(last) = list.last() else { break };
            let (kind, vector, align) = (last.kind, 1, last.align);
            self.declared(storage, scope, list, (kind, vector, align))?;
        }
        self.mark(b';')
    }

    fn declarator(&mut self, storage: Storage, scope: u32, list: &mut Vec<Variable<'s>>) -> Parsed<()> {
        let mut align = self.alignment()?;
        let mut vector = 1;
        if self.take_dotted("v2") {
            vector = 2;
        } else if self.take_dotted("v4") {
            vector = 4;
        }
        let place = self.place();
        let reference = matches!(storage, Storage::Device(_)).then(|| self.reference()).flatten();
        if reference == Some("samplerref") && !self.apart {
            return Err(place.error("a .samplerref needs a .target with texmode_independent"));
        }
        let reference = reference.is_some();
        let kind = if reference { Type::B64 } else { self.type_name()? };
        if self.take_dotted("ptr") {
            while let Kind::Dotted("global" | "const" | "shared" | "local") = self.token().kind {
                self.step();
            }
            self.alignment()?;
        } else if align == 0 {
            align = self.alignment()?;
        }
        if align == 0 {
            align = kind.bytes() * vector;
        }
        self.attributes()?;
        self.declared(storage, scope, list, (kind, vector, align))?;
        if reference && let Some(variable) = list.last_mut() {
            variable.is_reference = true;
            if self.take_mark(b'=') {
                variable.initial = vec![Initial::Int(self.sampler()?)];
            }
        }
        Ok(())
    }

    /// Takes the type of a texture, surface or sampler, whose variable holds the object that is bound to it.
    fn reference(&mut self) -> Option<&'static str> {
        ["texref", "surfref", "samplerref"].into_iter().find(|it| self.take_dotted(it))
    }

    /// `{ addr_mode_0 = wrap, filter_mode = linear }`, as a number: two bits for each way of addressing, one for the filter, one for
    /// coordinates that count texels, and one that is always set.
    fn sampler(&mut self) -> Parsed<u64> {
        let mut sampler = 1 << 8;
        self.mark(b'{')?;
        loop {
            let name = self.word("a property of a sampler")?;
            self.mark(b'=')?;
            let place = self.place();
            let value = match self.token().kind {
                Kind::Word(word) => {
                    self.step();
                    match word {
                        "wrap" | "nearest" | "false" => 0,
                        "mirror" | "linear" | "true" => 1,
                        "clamp_to_edge" | "clamp_ogl" => 2,
                        "clamp_to_border" => 3,
                        _ => return Err(place.error(format!("{word} is no property of a sampler"))),
                    }
                }
                _ => self.int("a value")? & 3,
            };
            match name {
                "addr_mode_0" => sampler |= value,
                "addr_mode_1" => sampler |= value << 2,
                "addr_mode_2" => sampler |= value << 4,
                "filter_mode" => sampler |= (value & 1) << 6,
                "force_unnormalized_coords" => sampler |= (value & 1) << 7,
                // What a texture says of itself, the object bound to it says as well.
                _ => {}
            }
            if !self.take_mark(b',') {
                self.mark(b'}')?;
                return Ok(sampler);
            }
        }
    }

    fn alignment(&mut self) -> Parsed<u32> {
        if !self.take_dotted("align") {
            return Ok(0);
        }
        let place = self.place();
        let align = self.small_int("an alignment")?;
        if !align.is_power_of_two() || align > 1 << 20 {
            return Err(place.error(format!("alignment {align} is not a power of two below a megabyte")));
        }
        Ok(align)
    }

    fn declared(
        &mut self,
        storage: Storage,
        scope: u32,
        list: &mut Vec<Variable<'s>>,
        (kind, vector, align): (Type, u32, u32),
    ) -> Parsed<()> {
        let place = self.place();
        let mut variable = Variable {
            name: self.word("a variable's name")?,
            place,
            scope,
            storage,
            kind,
            elements: u64::from(vector),
            numbered: None,
            unsized_array: false,
            align,
            linkage: Linkage::Internal,
            is_reference: false,
            initial: Vec::new(),
        };
        if self.take_mark(b'<') {
            variable.numbered = Some(self.small_int("a number of registers")?);
            self.mark(b'>')?;
        }
        self.dimensions(&mut variable)?;
        let is_opaque = matches!(self.ahead(2).kind, Kind::Word(_)) && self.ahead(3).kind == Kind::Mark(b'=');
        if self.is_mark(b'=') && !is_opaque {
            self.step();
            variable.initial = self.initialiser()?;
            let count = variable.initial.len() as u64;
            if variable.unsized_array {
                (variable.elements, variable.unsized_array) = (count, false);
            }
            if count > variable.elements {
                return Err(place.error(format!("{} has fewer elements than its initialiser", variable.name)));
            }
        }
        list.push(variable);
        Ok(())
    }

    fn dimensions(&mut self, variable: &mut Variable<'s>) -> Parsed<()> {
        while self.take_mark(b'[') {
            let place = self.place();
            if self.take_mark(b']') {
                variable.unsized_array = true;
                continue;
            }
            variable.elements = variable.elements.saturating_mul(self.int("an array's length")?);
            if variable.bytes() > LARGEST {
                return Err(place.error(format!("{} is larger than any device's memory", variable.name)));
            }
            self.mark(b']')?;
        }
        Ok(())
    }

    /// A scalar, or braces around values; inner braces only group.
    fn initialiser(&mut self) -> Parsed<Vec<Initial<'s>>> {
        let mut values = Vec::new();
        let (mut depth, mut opened) = (0u32, false);
        loop {
            if self.take_mark(b'{') {
                (depth, opened) = (depth + 1, true);
                continue;
            }
            // Braces may be empty, but nothing ends with a comma.
            if !self.is_mark(b'}') || !opened {
                self.initial(&mut values)?;
            }
            opened = false;
            while depth > 0 && self.take_mark(b'}') {
                depth -= 1;
            }
            if depth == 0 {
                return Ok(values);
            }
            self.mark(b',')?;
        }
    }

    fn initial(&mut self, values: &mut Vec<Initial<'s>>) -> Parsed<()> {
        let token = self.token();
        match token.kind {
            Kind::Text(text) => {
                self.step();
                values.extend(text.bytes().map(|it| Initial::Int(u64::from(it))));
            }
            Kind::Single(bits) => {
                self.step();
                values.push(Initial::Single(bits));
            }
            Kind::Double(bits) => {
                self.step();
                values.push(Initial::Double(bits));
            }
            Kind::Word(_) => values.push(self.symbol_value(None)?),
            Kind::Mark(b'-') if matches!(self.ahead(1).kind, Kind::Double(_)) => {
                self.step();
                let Kind::Double(bits) = self.step().kind else { return self.unexpected("a number") };
                values.push(Initial::Double(bits ^ 1 << 63));
            }
            _ => {
                let value = self.int("a value")?;
                if self.is_mark(b'(') {
                    values.push(self.symbol_value(Some(value))?);
                } else {
                    values.push(Initial::Int(value));
                }
            }
        }
        Ok(())
    }

    /// `symbol`, `generic(symbol)+4`, `0xFF00(generic(symbol))`.
    fn symbol_value(&mut self, mask: Option<u64>) -> Parsed<Initial<'s>> {
        let mut open = 0;
        if mask.is_some() {
            self.mark(b'(')?;
            open += 1;
        }
        let place = self.place();
        let mut name = self.word("a symbol")?;
        if name == "generic" && self.take_mark(b'(') {
            open += 1;
            name = self.word("a symbol")?;
        }
        let mut addend = 0i64;
        loop {
            if open > 0 && self.take_mark(b')') {
                open -= 1;
            } else if self.take_mark(b'+') || self.is_mark(b'-') {
                // `int` takes the minus.
                addend = addend.wrapping_add(self.int("an offset")? as i64);
            } else if open > 0 {
                return self.unexpected("')'");
            } else {
                return Ok(Initial::Symbol { name, addend, mask, place });
            }
        }
    }
}
