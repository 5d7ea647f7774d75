//! Parts of pages that know nothing of CVs. Each has a style sheet of the same name in `style/components/`.

pub mod dialog;
pub mod field;
pub mod icon;
pub mod notice;
pub mod site;

pub use dialog::DialogHead;
pub use field::{Field, FieldErrorText, NewPassword};
pub use icon::Icon;
pub use notice::{Notice, NoticeKind};
pub use site::{SiteFooter, SiteFrame, SiteHeader, Who, Wordmark};
