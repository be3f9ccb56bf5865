//! The routing problem and its answers as JSON files, `buuta-problem/1` and `buuta-solution/1`, so that any
//! engine can be run on a day. No names, no addresses; integers with their unit in the field's name.
//!
//! Laws: what is written is read back equal, coordinates bit by bit; the same problem gives the same bytes; no
//! text makes the readers panic. `data/schema/` describes both files for strangers.

mod from_wire;
mod to_wire;
mod wire;

#[cfg(test)]
mod tests;

use std::io;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::ser::Formatter;

use crate::matrix::MatrixError;
use crate::measure::Cost;
use crate::problem::model::{Problem, ProblemError};
use crate::problem::solution::Solution;

/// Name and version of the format of problems.
pub const PROBLEM_FORMAT: &str = "buuta-problem/1";
/// Name and version of the format of solutions.
pub const SOLUTION_FORMAT: &str = "buuta-solution/1";
/// JSON Schema of [`PROBLEM_FORMAT`].
pub const PROBLEM_SCHEMA: &str = include_str!("../../../data/schema/buuta-problem-1.schema.json");
/// JSON Schema of [`SOLUTION_FORMAT`].
pub const SOLUTION_SCHEMA: &str = include_str!("../../../data/schema/buuta-solution-1.schema.json");

/// Why a text is no problem or no solution.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum FormatError {
    /// Not JSON, or not these fields.
    #[error("line {line}, column {column}: {reason}; compare with data/schema/{schema}")]
    Json {
        /// Counted from one.
        line: usize,
        /// Counted from one.
        column: usize,
        /// What was found and what was expected.
        reason: String,
        /// The file that describes the format.
        schema: &'static str,
    },
    /// A file of another kind or version.
    #[error("the file says format `{found}`, `{expected}` is expected; give a file of that format")]
    WrongFormat {
        /// As the file says.
        found: String,
        /// As it should.
        expected: &'static str,
    },
    /// A value that cannot be.
    #[error("{path} is {value}; {remedy}")]
    Value {
        /// Where: `clients[3].skills[0]`.
        path: String,
        /// As given.
        value: i64,
        /// What is allowed.
        remedy: String,
    },
    /// Too many or too few values.
    #[error("{path} has {found} values; {remedy}")]
    Length {
        /// Where: `profiles[0].matrix.times_s[2]`.
        path: String,
        /// How many.
        found: usize,
        /// How many are allowed.
        remedy: String,
    },
    /// A leg that no matrix may hold.
    #[error("profiles[{profile}].matrix: {error}")]
    Matrix {
        /// Which profile.
        profile: usize,
        /// What is wrong.
        error: MatrixError,
    },
    /// Well-formed parts that make no problem.
    #[error(transparent)]
    Problem(#[from] ProblemError),
}

/// Reads a `buuta-problem/1` file.
///
/// # Errors
/// Where the text departs from the format, or why its parts make no problem.
pub fn read_problem(text: &str) -> Result<Problem, FormatError> {
    let wire: wire::ProblemWire = parse(text, PROBLEM_FORMAT, "buuta-problem-1.schema.json")?;
    require_format(&wire.format, PROBLEM_FORMAT)?;
    from_wire::problem_from_wire(wire)
}

/// Writes a `buuta-problem/1` file: one line per client, vehicle type and profile.
pub fn write_problem(problem: &Problem) -> String {
    to_lines(&to_wire::problem_to_wire(problem))
}

/// Reads a `buuta-solution/1` file that answers `problem`.
///
/// Clients and vehicle types must exist. Whether the answer is any good is [`check`](crate::problem::check())'s to
/// say: a cost in the file is not believed.
///
/// # Errors
/// Where the text departs from the format, or refers to what the problem does not have.
pub fn read_solution(text: &str, problem: &Problem) -> Result<Solution, FormatError> {
    let wire: wire::SolutionWire = parse(text, SOLUTION_FORMAT, "buuta-solution-1.schema.json")?;
    require_format(&wire.format, SOLUTION_FORMAT)?;
    from_wire::solution_from_wire(&wire, problem)
}

/// Writes a `buuta-solution/1` file: one line per route.
pub fn write_solution(solution: &Solution, cost: Cost) -> String {
    to_lines(&to_wire::solution_to_wire(solution, cost))
}

fn parse<T: DeserializeOwned>(
    text: &str,
    expected: &'static str,
    schema: &'static str,
) -> Result<T, FormatError> {
    serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
        // A file of another format fails at some field; that it is another format says more.
        let header = serde_json::from_str::<wire::FormatWire>(text.trim_start_matches('\u{feff}'));
        match header {
            Ok(header) if header.format != expected => {
                FormatError::WrongFormat { found: header.format, expected }
            }
            _ => json_error(&error, schema),
        }
    })
}

fn require_format(found: &str, expected: &'static str) -> Result<(), FormatError> {
    if found == expected {
        return Ok(());
    }
    Err(FormatError::WrongFormat { found: found.to_string(), expected })
}

fn json_error(error: &serde_json::Error, schema: &'static str) -> FormatError {
    let (line, column) = (error.line(), error.column());
    let message = error.to_string();
    let place = format!(" at line {line} column {column}");
    let reason = message.strip_suffix(&place).unwrap_or(&message).to_owned();
    FormatError::Json { line, column, reason, schema }
}

fn to_lines(wire: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Lines::default());
    wire.serialize(&mut serializer).expect("plain structs and a buffer in memory cannot fail");
    bytes.push(b'\n');
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

/// Breaks lines between the parts of the file and between the elements of each part, not within those.
#[derive(Default)]
struct Lines {
    depth: usize,
}

/// Values nested deeper than this share a line.
const DEPTH_OF_LINES: usize = 2;

impl Lines {
    fn separate<W: ?Sized + io::Write>(&self, writer: &mut W, is_first: bool) -> io::Result<()> {
        writer.write_all(match (is_first, self.depth <= DEPTH_OF_LINES) {
            (true, true) => b"\n",
            (false, true) => b",\n",
            (true, false) => b"",
            (false, false) => b",",
        })
    }

    fn close<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        if self.depth <= DEPTH_OF_LINES {
            writer.write_all(b"\n")?;
        }
        self.depth -= 1;
        writer.write_all(bracket)
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        writer.write_all(b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.separate(writer, first)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += 1;
        writer.write_all(b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.separate(writer, first)
    }
}
