//! How the program speaks: results on standard output, the conversation on standard error.
//!
//! A listener may leave early, as `head` does. That is nobody's fault: what nobody hears is dropped, while the work and
//! its exit code stay. `println!` and `eprintln!` would stop the program instead, so a lint forbids them in this room.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, StdoutLock, Write};

/// Standard output for results.
pub(crate) fn stdout() -> UnlessLeft<StdoutLock<'static>> {
    UnlessLeft(io::stdout().lock())
}

/// A writer whose listener may leave.
#[derive(Debug)]
pub(crate) struct UnlessLeft<W>(W);

impl<W: Write> Write for UnlessLeft<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        unless_left(self.0.write(bytes), bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        unless_left(self.0.flush(), ())
    }
}

/// What was written, or `dropped` when nobody listens any more.
pub(crate) fn unless_left<T>(written: io::Result<T>, dropped: T) -> io::Result<T> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(dropped),
        other => other,
    }
}

/// Prints a line of the result on standard output; an [`io::Result`].
macro_rules! tell {
    ($($words:tt)*) => {
        $crate::cli::voice::write_result(format_args!($($words)*))
    };
}
pub(crate) use tell;

/// See [`tell!`].
pub(crate) fn write_result(words: Arguments<'_>) -> io::Result<()> {
    writeln!(stdout(), "{words}")
}

/// Prints a line of the conversation on standard error.
macro_rules! note {
    ($($words:tt)*) => {
        $crate::cli::voice::write_note(format_args!($($words)*))
    };
}
pub(crate) use note;

/// See [`note!`]; when standard error fails, there is nobody left to tell.
pub(crate) fn write_note(words: Arguments<'_>) {
    let _ = writeln!(io::stderr().lock(), "{words}");
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Broken(ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    #[test]
    fn what_nobody_hears_is_dropped_and_a_full_disk_is_told() {
        let mut left = UnlessLeft(Broken(ErrorKind::BrokenPipe));
        assert!(writeln!(left, "a line").is_ok());
        assert!(left.flush().is_ok());
        let mut full = UnlessLeft(Broken(ErrorKind::StorageFull));
        assert_eq!(writeln!(full, "a line").unwrap_err().kind(), ErrorKind::StorageFull);
        assert_eq!(full.flush().unwrap_err().kind(), ErrorKind::StorageFull);
    }
}
