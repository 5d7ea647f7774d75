//! What goes through the pipes between the server and its workers.
//!
//! A message is two frames, each with its length in front (four bytes, big-endian): a header in JSON and a body of
//! bytes. The body of a job is the sheet in JSON; the body of an answer is the file that was asked for, or empty.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// The longest frame that is accepted: a PDF of twenty pages is far below it.
pub(super) const MAX_FRAME: usize = 64 * 1024 * 1024;

/// One thing to typeset.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Job {
    /// Template id.
    pub template: String,
    /// Template version.
    pub version: u32,
    /// What is wanted.
    pub task: Task,
}

/// What is wanted of a CV.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Task {
    /// Drawings of all pages but those whose hash is known.
    Preview {
        /// [`Page::hash`] of the pages that need not be sent again.
        known: Vec<String>,
    },
    /// The PDF.
    Pdf {
        /// Its date, in seconds since 1970.
        timestamp: i64,
    },
    /// One page as a self-contained SVG.
    Svg {
        /// Which page, from 0.
        page: usize,
    },
    /// One page as PNG.
    Png {
        /// Which page, from 0.
        page: usize,
        /// Pixels per point.
        scale: f32,
    },
    /// The words in the order of the pages.
    Text,
}

/// What a worker says of a job.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Reply {
    /// What goes to whoever asked.
    pub answer: Answer,
    /// What the typesetter itself says about a fault, for the log; nothing of the CV is in it.
    pub said: Option<String>,
}

/// What a worker answers; files are the body of the message.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    /// Drawings.
    Pages(Pages),
    /// The body is the file; there may be something to say about it.
    File {
        /// In words for the owner.
        warning: Option<String>,
    },
    /// It cannot be set, and why, in words for the owner.
    Failed(String),
    /// It took longer than the deadline.
    TimedOut,
}

/// The drawings of a CV.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pages {
    /// In order.
    pub pages: Vec<Page>,
    /// Characters that no font has, each once.
    pub missing: String,
}

/// The drawing of one page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Of the drawing: the same hash is the same picture.
    pub hash: String,
    /// In tenths of a point.
    pub width: u32,
    /// In tenths of a point.
    pub height: u32,
    /// `<svg>…</svg>`; absent if its hash was known.
    pub svg: Option<String>,
}

/// A PDF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pdf {
    /// The file.
    pub bytes: Bytes,
    /// Why it is a plain PDF and not PDF/A and PDF/UA, in words for the owner; usually absent.
    pub warning: Option<String>,
}
