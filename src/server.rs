//! Ring 2: everything that happens on the server. Never uses `ui`, but for the pages that `http` renders.

pub mod archives;
pub mod request;
pub mod resumes;
pub mod typesetting;
