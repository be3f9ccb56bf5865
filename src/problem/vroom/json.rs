//! A reader of JSON that goes through the text once and always knows where it is.
//!
//! Nothing is kept but what the caller takes, so that a file of any size needs no tree; nesting is bounded; every
//! error names the path of the value, such as `jobs[3].service`.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::problem::vroom::{Remedy, VroomError};

/// Values nested deeper than this are refused.
const DEPTH_MAX: usize = 32;
/// So many characters of an offending value are shown.
const SHOWN_MAX: usize = 40;

/// A step of a path.
enum Step<'t> {
    Key(Cow<'t, str>),
    Index(usize),
}

/// A text, a position in it, and the way there.
pub(super) struct Reader<'t> {
    text: &'t str,
    // Invariant: on a character boundary, for it only ever passes ASCII or whole strings.
    at: usize,
    path: Vec<Step<'t>>,
    /// Paths of fields that were passed over because nobody knows them, without indices; each once.
    pub passed_over: Vec<String>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        Self { text, at: 0, path: Vec::new(), passed_over: Vec::new() }
    }

    /// Where the reader is, such as `jobs[3].service`; `file` at the top.
    pub(super) fn path(&self) -> String {
        let mut path = String::new();
        for step in &self.path {
            match step {
                Step::Key(key) if path.is_empty() => path.push_str(key),
                Step::Key(key) => write!(path, ".{key}").expect("a string takes all text"),
                Step::Index(i) => write!(path, "[{i}]").expect("a string takes all text"),
            }
        }
        if path.is_empty() { "file".to_owned() } else { path }
    }

    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = bytes.get(self.at) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn takes(&mut self, byte: u8) -> bool {
        let is_here = self.peek() == Some(byte);
        self.at += usize::from(is_here);
        is_here
    }

    /// The text is no JSON here.
    fn malformed(&self, expected: &'static str) -> VroomError {
        let read = &self.text[..self.at];
        let line = read.matches('\n').count() + 1;
        let column = read.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
        let found = self.text[self.at..].chars().next();
        let found = found.map_or(String::new(), |character| character.to_string());
        VroomError::Syntax { line, column, path: self.path(), found, expected }
    }

    /// The value here cannot be used.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "numbers and literals are handed over plainly"
    )]
    pub(super) fn refuse(&self, value: impl ToString, remedy: Remedy) -> VroomError {
        VroomError::Value { path: self.path(), value: shortened(&value.to_string()), remedy }
    }

    /// The value that begins here, for a message.
    fn value_here(&mut self) -> String {
        let from = self.at;
        let mut copy = Reader { at: from, ..Reader::new(self.text) };
        copy.text = self.text;
        let end = if copy.skip().is_ok() { copy.at } else { self.text.len() };
        // A message shows the beginning only.
        let end = self.text.floor_char_boundary(end.min(from + 10 * SHOWN_MAX));
        self.text[from..end].to_owned()
    }

    fn wrong(&mut self, remedy: Remedy) -> VroomError {
        match self.peek() {
            None => self.malformed("a value; the file may be cut off"),
            Some(b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => {
                let value = self.value_here();
                self.refuse(value, remedy)
            }
            Some(_) => self.malformed("a value"),
        }
    }

    /// Reads an object; `field` takes the value of a key it knows and answers whether it did.
    pub(super) fn object(
        &mut self,
        mut field: impl FnMut(&mut Self, &str) -> Result<bool, VroomError>,
    ) -> Result<(), VroomError> {
        if self.peek() != Some(b'{') {
            return Err(self.wrong(Remedy::Object));
        }
        self.at += 1;
        self.check_depth()?;
        if self.takes(b'}') {
            return Ok(());
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.malformed("a key in quotes"));
            }
            let key = self.string()?;
            if !self.takes(b':') {
                return Err(self.malformed("`:`"));
            }
            self.path.push(Step::Key(key.clone()));
            if !field(self, &key)? {
                self.pass_over();
                self.skip()?;
            }
            self.path.pop();
            if self.takes(b'}') {
                return Ok(());
            }
            if !self.takes(b',') {
                return Err(self.malformed("`,` or `}`; the file may be cut off"));
            }
        }
    }

    fn pass_over(&mut self) {
        let keys = self.path.iter().filter_map(|step| match step {
            Step::Key(key) => Some(key.as_ref()),
            Step::Index(_) => None,
        });
        let path = keys.collect::<Vec<_>>().join(".");
        if !self.passed_over.contains(&path) && self.passed_over.len() < SHOWN_MAX {
            self.passed_over.push(path);
        }
    }

    /// Reads an array; `item` takes each value with its index.
    pub(super) fn array(
        &mut self,
        mut item: impl FnMut(&mut Self, usize) -> Result<(), VroomError>,
    ) -> Result<(), VroomError> {
        if self.peek() != Some(b'[') {
            return Err(self.wrong(Remedy::Array));
        }
        self.at += 1;
        self.check_depth()?;
        if self.takes(b']') {
            return Ok(());
        }
        for index in 0.. {
            self.path.push(Step::Index(index));
            item(self, index)?;
            self.path.pop();
            if self.takes(b']') {
                break;
            }
            if !self.takes(b',') {
                return Err(self.malformed("`,` or `]`; the file may be cut off"));
            }
        }
        Ok(())
    }

    fn check_depth(&self) -> Result<(), VroomError> {
        if self.path.len() < DEPTH_MAX {
            return Ok(());
        }
        Err(self.refuse(format!("nested {} deep", self.path.len()), Remedy::Depth))
    }

    /// Reads a whole number within limits.
    pub(super) fn integer(&mut self, min: i64, max: i64) -> Result<i64, VroomError> {
        let Some(token) = self.number_token() else {
            return Err(self.wrong(Remedy::Integer { min, max }));
        };
        let digits = token.trim_start_matches('-');
        let is_plain = digits.len() == 1 || !digits.starts_with('0');
        match token.parse::<i64>() {
            Ok(value) if is_plain && (min..=max).contains(&value) => {
                self.at += token.len();
                Ok(value)
            }
            _ => Err(self.refuse(token, Remedy::Integer { min, max })),
        }
    }

    /// Reads a number.
    pub(super) fn float(&mut self) -> Result<f64, VroomError> {
        let Some(token) = self.number_token() else { return Err(self.wrong(Remedy::Number)) };
        // Of what looks like a number, JSON allows less than this language.
        match serde_json::from_str::<f64>(token) {
            Ok(value) => {
                self.at += token.len();
                Ok(value)
            }
            _ => Err(self.refuse(token, Remedy::Number)),
        }
    }

    fn number_token(&mut self) -> Option<&'t str> {
        let first = self.peek()?;
        if first != b'-' && !first.is_ascii_digit() {
            return None;
        }
        let rest = &self.text[self.at..];
        let is_part = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
        let end = rest.bytes().position(|byte| !is_part(byte)).unwrap_or(rest.len());
        Some(&rest[..end])
    }

    /// Reads `true` or `false`.
    pub(super) fn boolean(&mut self) -> Result<bool, VroomError> {
        self.peek();
        for (word, value) in [("true", true), ("false", false)] {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(self.wrong(Remedy::Boolean))
    }

    /// Reads a text.
    pub(super) fn text(&mut self) -> Result<Cow<'t, str>, VroomError> {
        if self.peek() != Some(b'"') {
            return Err(self.wrong(Remedy::Text));
        }
        self.string()
    }

    /// Reads a string whose opening quote is here.
    fn string(&mut self) -> Result<Cow<'t, str>, VroomError> {
        let from = self.at + 1;
        let bytes = self.text.as_bytes();
        let mut end = from;
        let mut is_escaped = false;
        loop {
            match bytes.get(end) {
                Some(b'"') => break,
                Some(b'\\') => {
                    is_escaped = true;
                    end += 2;
                }
                Some(0x20..) => end += 1,
                Some(_) | None => {
                    self.at = self.text.floor_char_boundary(end);
                    return Err(self.malformed("the end of a text, `\"`"));
                }
            }
        }
        let raw = &self.text[from..end];
        if !is_escaped {
            self.at = end + 1;
            return Ok(Cow::Borrowed(raw));
        }
        match serde_json::from_str::<String>(&self.text[self.at..=end]) {
            Ok(text) => {
                self.at = end + 1;
                Ok(Cow::Owned(text))
            }
            Err(_) => Err(self.malformed("a text whose `\\` escapes are right")),
        }
    }

    /// Passes over a value of any kind.
    fn skip(&mut self) -> Result<(), VroomError> {
        match self.peek() {
            Some(b'{') => self.object(|reader, _| reader.skip().map(|()| true)),
            Some(b'[') => self.array(|reader, _| reader.skip()),
            Some(b'"') => self.string().map(|_| ()),
            Some(b'-' | b'0'..=b'9') => self.float().map(|_| ()),
            Some(b'n' | b't' | b'f') => {
                let rest = &self.text[self.at..];
                let word = ["null", "true", "false"].into_iter().find(|it| rest.starts_with(it));
                let Some(word) = word else { return Err(self.malformed("a value")) };
                self.at += word.len();
                Ok(())
            }
            _ => Err(self.malformed("a value; the file may be cut off")),
        }
    }

    /// Insists that nothing follows.
    pub(super) fn end(&mut self) -> Result<(), VroomError> {
        if self.peek().is_none() {
            return Ok(());
        }
        Err(self.malformed("the end of the file"))
    }
}

fn shortened(value: &str) -> String {
    let one_line: String = value.split_whitespace().collect::<Vec<_>>().join(" ");
    match one_line.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}…", &one_line[..end]),
        None => one_line,
    }
}
