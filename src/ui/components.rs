//! Parts of pages that know nothing of CVs.
