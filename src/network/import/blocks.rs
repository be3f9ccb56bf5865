//! An extract, block by block: decoded in parallel, folded in the file's order.

use std::io::{Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use osmpbf::{Blob, BlobDecode, BlobReader, PrimitiveBlock};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use super::{BuildObserver, ImportError};

/// Blocks decoded at once: they bound the memory of a pass, some 2 MB each while decoded.
const BATCH_BLOCKS: usize = 32;

/// Reads the whole extract once: `map` sees blocks in parallel, `fold` gets its answers in order.
///
/// The same extract gives the same sequence of folds on any number of threads.
pub(crate) fn read_blocks<R, T>(
    extract: &mut R,
    observer: &dyn BuildObserver,
    map: impl Fn(&PrimitiveBlock) -> T + Sync,
    mut fold: impl FnMut(T) -> Result<(), ImportError>,
) -> Result<(), ImportError>
where
    R: Read + Seek + Send,
    T: Send,
{
    let total = extract.seek(SeekFrom::End(0))?;
    extract.seek(SeekFrom::Start(0))?;
    let mut blobs = BlobReader::new_seekable(&mut *extract).map_err(|error| damaged(&error))?;
    let mut n_blocks = 0;
    loop {
        let mut batch: Vec<Blob> = Vec::with_capacity(BATCH_BLOCKS);
        for blob in blobs.by_ref().take(BATCH_BLOCKS) {
            batch.push(blob.map_err(|error| damaged(&error))?);
        }
        let Some(last) = batch.last() else { break };
        let done = last.offset().map_or(0, |offset| offset.0);
        let answers: Vec<Result<Option<T>, String>> =
            batch.par_iter().map(|blob| decode(blob, &map)).collect();
        for answer in answers {
            n_blocks += 1;
            let answer =
                answer.map_err(|reason| ImportError::Extract { block: Some(n_blocks), reason })?;
            answer.map_or(Ok(()), &mut fold)?;
        }
        observer.progress(done as f64 / total.max(1) as f64);
    }
    if n_blocks == 0 {
        return Err(ImportError::Extract { block: None, reason: "it is empty".to_owned() });
    }
    Ok(())
}

fn damaged(error: &osmpbf::Error) -> ImportError {
    ImportError::Extract { block: None, reason: error.to_string() }
}

/// One block. The reader of the format asserts what a damaged file breaks; that is an answer too.
fn decode<T>(
    blob: &Blob,
    map: &(impl Fn(&PrimitiveBlock) -> T + Sync),
) -> Result<Option<T>, String> {
    let decoded = catch_unwind(AssertUnwindSafe(|| match blob.decode() {
        Ok(BlobDecode::OsmData(block)) => Ok(Some(map(&block))),
        Ok(BlobDecode::OsmHeader(_) | BlobDecode::Unknown(_)) => Ok(None),
        Err(error) => Err(error),
    }));
    match decoded {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err("its content contradicts the format".to_owned()),
    }
}
