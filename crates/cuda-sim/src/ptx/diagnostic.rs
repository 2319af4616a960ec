//! Complaints about a PTX text, each with its place.

use std::fmt;

/// One complaint about the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The line, counted from 1.
    pub line: u32,
    /// The column in bytes, counted from 1.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// Whether it is that a name is declared and not defined: then linking with another text may help.
    pub unresolved: bool,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: error: {}", self.line, self.column, self.message)
    }
}

/// Why a PTX text was refused: at least one [`Diagnostic`], in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// The complaints, first to last.
    pub fn list(&self) -> &[Diagnostic] {
        &self.0
    }

    /// Whether all that is wrong is names that are declared and not defined.
    pub fn are_unresolved(&self) -> bool {
        self.0.iter().all(|it| it.unresolved)
    }

    pub(super) fn new(mut list: Vec<Diagnostic>) -> Self {
        list.sort_by_key(|it| (it.line, it.column));
        Self(list)
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, it) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{it}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
