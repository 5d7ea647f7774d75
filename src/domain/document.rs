//! The document: one CV, as it is stored in `resumes.json_content` and edited in the browser.
//!
//! Every section, profile, entry, role and bullet has an id that never changes and is never used again; the order of
//! an array is the order on the page. Empty text means "not given". Fields that hold rich text say so: they are the
//! Markdown subset of [`rich_text`](super::rich_text). What an import did not understand is kept in `extra`.

#[cfg(test)]
pub(crate) mod arbitrary;
mod blank;
mod fields;
mod ids;
mod kinds;
mod visible;

pub use fields::{Field, FieldKey};

use super::{date::Dates, template::Design};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The schema version that this build writes. Older documents are upgraded when read ([`super::version`]).
pub const SCHEMA_VERSION: u32 = 1;

/// Identifies a section, profile, entry, role or bullet within one document.
pub type ItemId = u32;

/// One CV.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Document {
    /// Always [`SCHEMA_VERSION`] once it is read.
    pub schema_version: u32,
    /// The counter that ids are drawn from: greater than every id in the document.
    pub next_id: ItemId,
    /// BCP 47 tag of the CV's own language ([`super::language::LANGUAGES`]), which is not that of the interface.
    pub language: String,
    /// Who the CV is about and how to reach them.
    pub basics: Basics,
    /// The sections, in the order of the page.
    pub sections: Vec<Section>,
    /// How it looks.
    pub design: Design,
    /// Unknown keys of an import, kept for a round trip.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

/// Who the CV is about and how to reach them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Basics {
    /// Full name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What the person is, in one line.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub headline: String,
    /// E-mail address.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// Telephone number, as typed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// Web site.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// Where the person lives, as far as they say.
    pub location: Location,
    /// Accounts elsewhere (GitHub, `LinkedIn`, …).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<Profile>,
    /// The portrait, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo: Option<Photo>,
    /// Unknown keys of an import.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

/// A postal address in the parts that JSON Resume knows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Location {
    /// Street and number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// Postal code.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub postal_code: String,
    /// City.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub city: String,
    /// State, canton, province.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub region: String,
    /// ISO 3166-1 alpha-2 code, or what was typed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub country: String,
    /// Unknown keys of an import.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

/// An account elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Stable id.
    pub id: ItemId,
    /// The service: "GitHub".
    #[serde(skip_serializing_if = "String::is_empty")]
    pub network: String,
    /// The name there.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub username: String,
    /// The page.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// Unknown keys of an import.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

/// A reference to a stored, re-encoded image; never its bytes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Photo {
    /// SHA-256 of the stored image, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

/// What a section holds; decides which fields of its entries are used ([`SectionKind::fields`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SectionKind {
    /// A paragraph about the person: `Section::text`.
    Summary,
    /// Employers with roles.
    Experience,
    /// Schools and degrees.
    Education,
    /// Groups of skills.
    Skills,
    /// Projects.
    Projects,
    /// Spoken languages.
    Languages,
    /// Certificates and licences.
    Certificates,
    /// Prizes and honours.
    Awards,
    /// Publications.
    Publications,
    /// Unpaid work: organisations with roles.
    Volunteering,
    /// Interests.
    Interests,
    /// What others say.
    References,
    /// Anything else; there may be any number of these.
    #[default]
    Custom,
}

/// A section of the CV.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Section {
    /// Stable id.
    pub id: ItemId,
    /// What it holds.
    pub kind: SectionKind,
    /// The heading; empty: the usual one in the CV's language.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Left out of the page, kept in the document.
    #[serde(skip_serializing_if = "is_false")]
    pub hidden: bool,
    /// Rich text before the entries; for a summary, all there is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The entries, in the order of the page.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<Entry>,
}

/// One thing in a section: an employer, a degree, a group of skills, a prize.
///
/// All sections share this shape, so that one editor, one validator and one exporter serve them all; which fields
/// mean something, and what they are called, is [`SectionKind::fields`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Entry {
    /// Stable id.
    pub id: ItemId,
    /// Left out of the page, kept in the document.
    #[serde(skip_serializing_if = "is_false")]
    pub hidden: bool,
    /// What it is: employer, school, project, group of skills, language, certificate, prize, title, interest, person.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Who stands behind it: issuer, awarder, publisher, client.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub organization: String,
    /// Kind of degree: "Bachelor".
    #[serde(skip_serializing_if = "String::is_empty")]
    pub degree: String,
    /// Field of study: "Computer Science".
    #[serde(skip_serializing_if = "String::is_empty")]
    pub area: String,
    /// How good: level of a skill, fluency in a language, grade of a degree.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub level: String,
    /// Where.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub location: String,
    /// Link to it (http, https).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// When. Things with one date only have an `end`.
    #[serde(skip_serializing_if = "Dates::is_empty")]
    pub dates: Dates,
    /// Rich text: what it is about.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Keywords of a skill or project, courses of a degree.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// The roles held there, newest first (experience, volunteering).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
    /// What was achieved.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bullets: Vec<Bullet>,
    /// Unknown keys of an import.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

/// A position held with one employer or organisation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Role {
    /// Stable id.
    pub id: ItemId,
    /// Left out of the page, kept in the document.
    #[serde(skip_serializing_if = "is_false")]
    pub hidden: bool,
    /// "Senior engineer".
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Where, if elsewhere than the employer.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub location: String,
    /// When.
    #[serde(skip_serializing_if = "Dates::is_empty")]
    pub dates: Dates,
    /// Rich text: what the role was about.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// What was achieved.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bullets: Vec<Bullet>,
    /// Unknown keys of an import.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
}

/// One bullet point.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bullet {
    /// Stable id.
    pub id: ItemId,
    /// Left out of the page, kept in the document.
    #[serde(skip_serializing_if = "is_false")]
    pub hidden: bool,
    /// Rich text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// What it shows ("leadership"), for choosing bullets per job.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// For the owner alone; never leaves the editor.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl Default for Document {
    fn default() -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            next_id: 1,
            language: "en".into(),
            basics: Basics::default(),
            sections: Vec::new(),
            design: Design::default(),
            extra: Map::new(),
        }
    }
}
