//! The file of a form: a small one in memory, a ZIP on disk.

use super::super::takeout::{UPLOAD_BYTES, is_zip};
use crate::domain::version::MAX_IMPORT_BYTES;
use axum::extract::{
    Multipart,
    multipart::{Field, MultipartError},
};
use bytes::Bytes;
use std::{fs::File, path::Path};
use tokio::io::{AsyncSeekExt, AsyncWriteExt};

/// What was sent.
#[derive(Debug)]
pub(super) enum Upload {
    /// Anything but a ZIP.
    Plain {
        /// What it is called, without its ending.
        name: String,
        /// At most a byte more than an import takes, so that it can say so.
        content: Bytes,
    },
    /// A ZIP, in a file that has no name and is gone when it is closed.
    Zip(File),
}

/// Why there is no file; the text says what to do.
#[derive(Debug, thiserror::Error)]
pub(super) enum UploadError {
    /// None was chosen.
    #[error("Choose a file first: a JSON Resume, or one that Vitae exported.")]
    Nothing,
    /// It did not come through.
    #[error("The file did not arrive whole. Nothing was changed; try again.")]
    BrokeOff(#[from] MultipartError),
    /// It is larger than any that is taken.
    #[error("This file is larger than 64 MB. Take archived PDFs out of the ZIP; the rest can be imported.")]
    TooLarge,
    /// There is no room for it.
    #[error("The server has no room for this file just now. Nothing was changed; try again later.")]
    NoRoom(#[from] std::io::Error),
}

/// The field `file` of a form; a ZIP is put into `folder`, where nobody finds it.
pub(super) async fn file(mut form: Multipart, folder: &Path) -> Result<Upload, UploadError> {
    while let Some(mut field) = form.next_field().await? {
        if field.name() != Some("file") {
            continue;
        }
        let name = field.file_name().unwrap_or_default().trim_end_matches(".json").to_owned();
        let begin = begin(&mut field).await?;
        if begin.is_empty() {
            break;
        }
        return if is_zip(&begin) {
            Ok(Upload::Zip(on_disk(begin, field, folder).await?))
        } else {
            Ok(Upload::Plain { name, content: in_memory(begin, field).await? })
        };
    }
    Err(UploadError::Nothing)
}

/// The first bytes, enough to know what it is.
async fn begin(field: &mut Field<'_>) -> Result<Vec<u8>, UploadError> {
    let mut begin = Vec::new();
    while begin.len() < 4 {
        match field.chunk().await? {
            Some(piece) => begin.extend_from_slice(&piece),
            None => break,
        }
    }
    Ok(begin)
}

async fn in_memory(mut content: Vec<u8>, mut field: Field<'_>) -> Result<Bytes, UploadError> {
    while let Some(piece) = field.chunk().await? {
        if content.len() <= MAX_IMPORT_BYTES {
            content.extend_from_slice(&piece);
        }
    }
    content.truncate(MAX_IMPORT_BYTES + 1);
    Ok(content.into())
}

async fn on_disk(begin: Vec<u8>, mut field: Field<'_>, folder: &Path) -> Result<File, UploadError> {
    let mut file = tokio::fs::File::from_std(tempfile::tempfile_in(folder)?);
    let (mut size, mut next) = (0_u64, Some(Bytes::from(begin)));
    while let Some(piece) = next {
        size = size.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        if size > UPLOAD_BYTES {
            return Err(UploadError::TooLarge);
        }
        file.write_all(&piece).await?;
        next = field.chunk().await?;
    }
    file.flush().await?;
    file.rewind().await?;
    Ok(file.into_std().await)
}
