//! Archived PDFs.

use super::request::Caller;
use crate::api::{ApiError, ResumeId, archives::Archive};

pub async fn create(_: &Caller, _: ResumeId) -> Result<Archive, ApiError> { Err(ApiError::NotFound) }
