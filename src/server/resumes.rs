//! What can be done with a CV.

use super::request::Caller;
use crate::api::{ApiError, ResumeId, resumes::{LoadedResume, Preview, PreviewRequest, SaveRequest}};

pub async fn load(_: &Caller, _: ResumeId) -> Result<LoadedResume, ApiError> { Err(ApiError::NotFound) }
pub async fn save(_: &Caller, _: SaveRequest) -> Result<i32, ApiError> { Err(ApiError::NotFound) }
pub async fn rename(_: &Caller, _: ResumeId, _: &str) -> Result<(), ApiError> { Err(ApiError::NotFound) }
pub async fn preview(_: &Caller, _: PreviewRequest) -> Result<Preview, ApiError> { Err(ApiError::NotFound) }
