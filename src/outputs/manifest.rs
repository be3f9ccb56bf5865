//! The papers people sign: handover record A (shop → post) and delivery list B (depot → carrier).
//!
//! The layout is a template; all text reaches it as one JSON string, so nothing a file says can become
//! markup. Papers carry the day's date instead of a clock's, and the same plan typesets to the same bytes.

use crate::outputs::Error;
use crate::outputs::view::View;

/// The papers of the day as file names and PDF bytes; none without the feature `pdf`.
pub(crate) fn papers(view: &View<'_>) -> Result<Vec<(String, Vec<u8>)>, Error> {
    #[cfg(feature = "pdf")]
    return typeset::papers(view);
    #[cfg(not(feature = "pdf"))]
    {
        let _ = view;
        Ok(Vec::new())
    }
}

#[cfg(feature = "pdf")]
#[path = "typeset.rs"]
mod typeset;
