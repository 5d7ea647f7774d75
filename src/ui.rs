//! Ring 3: what people see. Uses `domain` and `api`; never `server`. Browser interfaces only in `browser`.

pub mod browser;
pub mod call;
pub mod components;
pub mod pages;
pub mod paths;
pub mod words;
