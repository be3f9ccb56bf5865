//! `buuta-region/1`: a table of sections, each with its checksum.
//!
//! ```text
//! 0    16  "buuta-region/1\n" and a zero
//! 16    8  length of the file
//! 24    8  number of sections
//! 32   32  BLAKE3 of the bytes before this, and of the table
//! 64   48  per section: number, bytes per element, offset, length, first 24 bytes of its BLAKE3
//! ```
//!
//! All numbers are little-endian; sections begin at multiples of 64. Header and table are checked
//! when a region is opened, a section when it is first used: opening costs no more for a country
//! than for a town, and no damaged byte is ever used.

use std::io::{self, Write};

use super::RegionError;

/// Name and version of the format.
pub const REGION_FORMAT: &str = "buuta-region/1";
/// What precedes the version.
const FAMILY: &str = "buuta-region/";
const HEADER_BYTES: usize = 64;
const ENTRY_BYTES: usize = 48;
const ALIGNMENT: usize = 64;
/// More sections than any version needs: a damaged count is found before it is believed.
const SECTIONS_MAX: u64 = 1_000;

const _: () = assert!(cfg!(target_endian = "little"), "regions are little-endian");

/// Number of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SectionId(pub(crate) u32);

/// Where a section lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    pub(crate) id: SectionId,
    pub(crate) element_bytes: u32,
    pub(crate) offset: usize,
    pub(crate) n_bytes: usize,
    hash: [u8; 24],
}

impl Section {
    /// The content, checked against its checksum.
    pub(crate) fn verify(&self, file: &[u8]) -> Result<(), RegionError> {
        let bytes = &file[self.offset..self.offset + self.n_bytes];
        if short_hash(bytes) == self.hash {
            return Ok(());
        }
        Err(RegionError::Damaged { what: format!("section {} has another checksum", self.id.0) })
    }
}

fn short_hash(bytes: &[u8]) -> [u8; 24] {
    // Parts of a long section in parallel: the tree of BLAKE3 allows it.
    let hash = match bytes.len() {
        0..1_000_000 => blake3::hash(bytes),
        _ => hash_in_parts(bytes),
    };
    let mut short = [0; 24];
    short.copy_from_slice(&hash.as_bytes()[..24]);
    short
}

/// The hash of the hashes of parts: a definition of this format, not BLAKE3 of the whole.
fn hash_in_parts(bytes: &[u8]) -> blake3::Hash {
    use rayon::iter::ParallelIterator;
    use rayon::slice::ParallelSlice;
    let parts: Vec<[u8; 32]> =
        bytes.par_chunks(1 << 18).map(|part| *blake3::hash(part).as_bytes()).collect();
    blake3::hash(&parts.concat())
}

/// Reads and checks header and table.
pub(crate) fn read_table(file: &[u8]) -> Result<Vec<Section>, RegionError> {
    let damaged = |what: &str| RegionError::Damaged { what: what.to_owned() };
    let Some(header) = file.get(..HEADER_BYTES) else {
        let is_family = file.starts_with(FAMILY.as_bytes());
        let cut = damaged("it ends within its header");
        return Err(if is_family { cut } else { RegionError::NoRegion });
    };
    check_version(header)?;
    let n_bytes = number(header, 16);
    if n_bytes != file.len() as u64 {
        let (expected, found) = (n_bytes, file.len());
        return Err(RegionError::Damaged {
            what: format!("it should have {expected} bytes and has {found}"),
        });
    }
    let n_sections = number(header, 24);
    if n_sections > SECTIONS_MAX {
        return Err(damaged("its table is longer than any"));
    }
    let table_end = HEADER_BYTES + n_sections as usize * ENTRY_BYTES;
    let table = file.get(HEADER_BYTES..table_end).ok_or_else(|| damaged("its table is cut off"))?;
    if table_hash(&header[..32], table) != header[32..64] {
        return Err(damaged("its table has another checksum"));
    }
    table.chunks(ENTRY_BYTES).map(|entry| section(entry, file.len())).collect()
}

fn check_version(header: &[u8]) -> Result<(), RegionError> {
    let Some(rest) = header[..16].strip_prefix(FAMILY.as_bytes()) else {
        return Err(RegionError::NoRegion);
    };
    let end = rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
    let version = String::from_utf8_lossy(&rest[..end]).into_owned();
    if format!("{FAMILY}{version}") == REGION_FORMAT {
        return Ok(());
    }
    match version.parse::<u32>() {
        Ok(version) => Err(RegionError::Version { version }),
        Err(_) => Err(RegionError::NoRegion),
    }
}

fn section(entry: &[u8], file_bytes: usize) -> Result<Section, RegionError> {
    let (offset, n_bytes) = (number(entry, 8), number(entry, 16));
    let element_bytes = u32::from_le_bytes(entry[4..8].try_into().expect("four bytes"));
    let is_inside = offset.checked_add(n_bytes).is_some_and(|end| end <= file_bytes as u64);
    let is_whole = element_bytes > 0 && n_bytes % u64::from(element_bytes) == 0;
    if !is_inside || !is_whole || offset % ALIGNMENT as u64 != 0 {
        return Err(RegionError::Damaged { what: "a section lies outside of it".to_owned() });
    }
    Ok(Section {
        id: SectionId(u32::from_le_bytes(entry[..4].try_into().expect("four bytes"))),
        element_bytes,
        offset: offset as usize,
        n_bytes: n_bytes as usize,
        hash: entry[24..48].try_into().expect("24 bytes"),
    })
}

fn number(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

fn table_hash(start: &[u8], table: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(start).update(table);
    *hasher.finalize().as_bytes()
}

/// Computes every checksum anew, as another hand would that changed the content.
#[cfg(test)]
pub(crate) fn seal(file: &mut [u8]) {
    let n_sections = number(file, 24) as usize;
    let table = HEADER_BYTES..HEADER_BYTES + n_sections * ENTRY_BYTES;
    for entry in table.clone().step_by(ENTRY_BYTES) {
        let (offset, n_bytes) =
            (number(file, entry + 8) as usize, number(file, entry + 16) as usize);
        let hash = short_hash(&file[offset..offset + n_bytes]);
        file[entry + 24..entry + 48].copy_from_slice(&hash);
    }
    let hash = table_hash(&file[..32], &file[table]);
    file[32..64].copy_from_slice(&hash);
}

/// Writes a region: sections first, the header last.
pub(crate) struct RegionWriter<W> {
    out: W,
    at: usize,
    sections: Vec<Section>,
    reserved: usize,
}

impl<W: Write + io::Seek> RegionWriter<W> {
    /// Begins a file with room for so many sections.
    pub(crate) fn new(mut out: W, n_sections: usize) -> io::Result<Self> {
        let reserved = HEADER_BYTES + n_sections * ENTRY_BYTES;
        out.seek(io::SeekFrom::Start(0))?;
        out.write_all(&vec![0; reserved])?;
        Ok(Self { out, at: reserved, sections: Vec::new(), reserved })
    }

    /// Appends a section.
    pub(crate) fn put<T: bytemuck::Pod>(
        &mut self,
        id: SectionId,
        elements: &[T],
    ) -> io::Result<()> {
        let padding = self.at.next_multiple_of(ALIGNMENT) - self.at;
        self.out.write_all(&[0; ALIGNMENT][..padding])?;
        let bytes: &[u8] = bytemuck::cast_slice(elements);
        self.out.write_all(bytes)?;
        let offset = self.at + padding;
        self.at = offset + bytes.len();
        self.sections.push(Section {
            id,
            element_bytes: size_of::<T>() as u32,
            offset,
            n_bytes: bytes.len(),
            hash: short_hash(bytes),
        });
        Ok(())
    }

    /// Writes the header and gives the output back.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        let table: Vec<u8> = self.sections.iter().flat_map(entry).collect();
        assert_eq!(HEADER_BYTES + table.len(), self.reserved, "room for every section and no more");
        let mut header = vec![0; 16];
        header[..REGION_FORMAT.len()].copy_from_slice(REGION_FORMAT.as_bytes());
        header[REGION_FORMAT.len()] = b'\n';
        header.extend((self.at as u64).to_le_bytes());
        header.extend((self.sections.len() as u64).to_le_bytes());
        header.extend(table_hash(&header, &table));
        self.out.seek(io::SeekFrom::Start(0))?;
        self.out.write_all(&header)?;
        self.out.write_all(&table)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

fn entry(section: &Section) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(ENTRY_BYTES);
    bytes.extend(section.id.0.to_le_bytes());
    bytes.extend(section.element_bytes.to_le_bytes());
    bytes.extend((section.offset as u64).to_le_bytes());
    bytes.extend((section.n_bytes as u64).to_le_bytes());
    bytes.extend(section.hash);
    bytes
}
