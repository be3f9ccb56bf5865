//! The bytes of a region file: mapped into memory, or read.

use std::fs::File;
use std::io;

/// The bytes of a region, at an address divisible by eight.
#[derive(Debug)]
pub enum RegionBytes {
    /// A file, mapped: pages are read when they are looked at, and shared between programs.
    Mapped(memmap2::Mmap),
    /// Bytes in memory.
    Owned(OwnedBytes),
}

/// Bytes in memory, kept as words so that they are aligned.
#[derive(Debug)]
pub struct OwnedBytes {
    words: Vec<u64>,
    n_bytes: usize,
}

impl RegionBytes {
    /// Maps an open file.
    ///
    /// A region file is never changed in place: it is written beside and renamed, so that a mapped
    /// one keeps its content. Whoever truncates a file under a running program ends that program.
    ///
    /// # Errors
    /// When the system refuses.
    #[allow(unsafe_code, reason = "memory-mapping has no safe form")]
    pub fn map(file: &File) -> io::Result<Self> {
        // SAFETY: the mapping is read-only, and its content is undefined only if another program
        // changes the file in place, which writers of regions never do (they rename). Every read
        // goes through bounds-checked slices of plain integers, so that even then a wrong number
        // or a panic follows, not a wrong pointer.
        let mapped = unsafe { memmap2::Mmap::map(file)? };
        Ok(Self::Mapped(mapped))
    }

    /// Keeps a copy of bytes.
    pub fn copied(bytes: &[u8]) -> Self {
        let words = bytes.chunks(8).map(|chunk| {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            u64::from_ne_bytes(word)
        });
        Self::Owned(OwnedBytes { words: words.collect(), n_bytes: bytes.len() })
    }

    /// The bytes.
    pub fn as_slice(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Owned(owned) => &bytemuck::cast_slice(&owned.words)[..owned.n_bytes],
        }
    }
}
