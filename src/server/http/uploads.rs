//! The file of a form: a small one in memory, a ZIP on disk. What stands around it is bounded ([`heads`]), and of one
//! person so many forms are read at once as there are places.

mod heads;

use self::heads::{Allowance, Bounded};
use super::{
    super::{
        request::Caller,
        state::AppState,
        takeout::{UPLOAD_BYTES, is_zip},
        turns::Turn,
    },
    pages::Failure,
};
use crate::domain::version::MAX_IMPORT_BYTES;
use axum::{
    body::Body,
    extract::{
        FromRequest, FromRequestParts, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use std::{fs::File, path::Path};
use tokio::io::{AsyncSeekExt, AsyncWriteExt};

/// Forms with a file that one person sends at once; nothing of the next one is read before one of them is done with.
pub const AT_ONCE: usize = 2;

/// A form with a file, of somebody signed in, of which nothing is read yet. Whoever takes files takes this.
pub(super) struct Sent {
    /// By whom.
    pub(super) caller: Caller,
    form: Multipart,
    allowance: Allowance,
    /// Held until the file is dealt with.
    _place: Turn,
}

impl FromRequest<AppState> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, state).await.map_err(Failure::into_response)?;
        let allowance = Allowance::new();
        let body = Body::from_stream(Bounded::new(body.into_data_stream(), allowance.clone()));
        let form = Multipart::from_request(Request::from_parts(parts, body), state).await;
        let form = form.map_err(IntoResponse::into_response)?;
        let place = state.upload_places.take(caller.user.id).await;
        Ok(Self { caller, form, allowance, _place: place })
    }
}

impl Sent {
    /// The field `file`; a ZIP is put into `folder`, where nobody finds it.
    pub(super) async fn file(&mut self, folder: &Path) -> Result<Upload, UploadError> {
        while let Some(mut field) = next_field(&mut self.form, &self.allowance).await? {
            if field.name() != Some("file") {
                while field.chunk().await?.is_some() {}
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
}

async fn next_field<'f>(form: &'f mut Multipart, allowance: &Allowance) -> Result<Option<Field<'f>>, UploadError> {
    allowance.for_a_field();
    match form.next_field().await {
        Ok(field) => {
            allowance.for_content();
            Ok(field)
        }
        Err(_) if allowance.is_used_up() => Err(UploadError::NoForm),
        Err(error) => Err(error.into()),
    }
}

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
    /// What came is no form with a file in it.
    #[error("What arrived is no form with a file. Nothing was changed; go back, reload the page and try again.")]
    NoForm,
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
