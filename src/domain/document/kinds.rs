//! The kinds of sections, and what the interface calls them.

use super::SectionKind;

impl SectionKind {
    /// All kinds, in the usual order of a CV.
    pub const ALL: [Self; 13] = [
        Self::Summary,
        Self::Experience,
        Self::Education,
        Self::Skills,
        Self::Projects,
        Self::Languages,
        Self::Certificates,
        Self::Awards,
        Self::Publications,
        Self::Volunteering,
        Self::Interests,
        Self::References,
        Self::Custom,
    ];

    /// What the interface calls the section.
    pub fn name(self) -> &'static str {
        match self {
            Self::Summary => "Summary",
            Self::Experience => "Experience",
            Self::Education => "Education",
            Self::Skills => "Skills",
            Self::Projects => "Projects",
            Self::Languages => "Languages",
            Self::Certificates => "Certificates",
            Self::Awards => "Awards",
            Self::Publications => "Publications",
            Self::Volunteering => "Volunteering",
            Self::Interests => "Interests",
            Self::References => "References",
            Self::Custom => "Custom section",
        }
    }

    /// What the interface calls one of its entries, in the middle of a sentence.
    pub fn entry_noun(self) -> &'static str {
        match self {
            Self::Summary | Self::Custom => "entry",
            Self::Experience => "employer",
            Self::Education => "school",
            Self::Skills => "group of skills",
            Self::Projects => "project",
            Self::Languages => "language",
            Self::Certificates => "certificate",
            Self::Awards => "award",
            Self::Publications => "publication",
            Self::Volunteering => "organisation",
            Self::Interests => "interest",
            Self::References => "reference",
        }
    }

    /// The words of the button that adds an entry.
    pub fn add_label(self) -> &'static str {
        match self {
            Self::Summary | Self::Custom => "Add entry",
            Self::Experience => "Add employer",
            Self::Education => "Add school",
            Self::Skills => "Add group of skills",
            Self::Projects => "Add project",
            Self::Languages => "Add language",
            Self::Certificates => "Add certificate",
            Self::Awards => "Add award",
            Self::Publications => "Add publication",
            Self::Volunteering => "Add organisation",
            Self::Interests => "Add interest",
            Self::References => "Add reference",
        }
    }
}
