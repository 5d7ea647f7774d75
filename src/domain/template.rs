//! How a CV looks: the template and the choices that every template understands.

use super::document::ItemId;
use serde::{Deserialize, Serialize};

/// A template that this build can set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Template {
    /// What [`Design::template`] says.
    pub id: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// The newest version; a finished CV stays with the one in [`Design::template_version`].
    pub version: u32,
    /// One line on whom it suits.
    pub description: &'static str,
}

/// All templates, the default first.
pub const TEMPLATES: [Template; 2] = [
    Template {
        id: "plain",
        name: "Plain",
        version: 1,
        description: "One column in the order that machines read best.",
    },
    Template {
        id: "margin",
        name: "Margin",
        version: 1,
        description: "Skills and languages in a column beside the text.",
    },
];

/// The choices about the look of one CV.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Design {
    /// [`Template::id`].
    pub template: String,
    /// The version of the template that the owner accepted.
    pub template_version: u32,
    /// Colour of name, headings and links: `#rrggbb`, at least 4.5:1 on white.
    pub accent: String,
    /// The typefaces.
    pub fonts: FontPair,
    /// Size of the text in tenths of a point, 80 to 130.
    pub size: u32,
    /// Leading and distances, 1 (tight) to 5 (airy); 3 is what the template was drawn for.
    pub density: u32,
    /// Page margins.
    pub margins: Margins,
    /// Paper.
    pub page: PageSize,
    /// How dates are written.
    pub dates: DateStyle,
    /// Sections set in the side column, where the template has one; empty: the template's own choice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aside: Vec<ItemId>,
    /// How the portrait is shown.
    pub photo: PhotoStyle,
}

impl Default for Design {
    fn default() -> Self {
        Self {
            template: TEMPLATES[0].id.into(),
            template_version: TEMPLATES[0].version,
            accent: "#1f3a5f".into(),
            fonts: FontPair::default(),
            size: 98,
            density: 3,
            margins: Margins::default(),
            page: PageSize::default(),
            dates: DateStyle::default(),
            aside: Vec::new(),
            photo: PhotoStyle::default(),
        }
    }
}

/// A face for text and one for headings that go together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FontPair {
    /// Source Serif 4 for text, Source Sans 3 for headings and dates.
    #[default]
    Serif,
    /// Source Sans 3 throughout.
    Sans,
}

/// Page margins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Margins {
    /// About 16 mm.
    Narrow,
    /// About 21 mm.
    #[default]
    Normal,
    /// About 26 mm.
    Wide,
}

/// Paper size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageSize {
    /// 210 × 297 mm.
    #[default]
    A4,
    /// 8.5 × 11 in.
    Letter,
}

/// How dates are written; the precision is always that of the date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateStyle {
    /// "Mar 2021".
    #[default]
    Short,
    /// "March 2021".
    Long,
    /// "03/2021".
    Numeric,
}

/// How the portrait is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoStyle {
    /// Not at all.
    Hidden,
    /// With square corners.
    #[default]
    Square,
    /// In a circle.
    Round,
}
