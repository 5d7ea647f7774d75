//! The languages that a CV can be written in: the words that Vitae itself puts on the page.
//!
//! This is the language of the CV, not that of the interface. Only languages whose letters the bundled fonts have.

use super::document::SectionKind;

/// What Vitae needs to know of a language.
#[derive(Debug, PartialEq, Eq)]
pub struct Language {
    /// BCP 47 tag, as [`Document::language`](super::document::Document::language) holds it.
    pub tag: &'static str,
    /// Its own name for itself.
    pub name: &'static str,
    /// Months in full, as they stand before a year.
    pub months: [&'static str; 12],
    /// Months after a day, where the language bends them ("1 marca"); otherwise the same.
    pub months_after_day: [&'static str; 12],
    /// Months in short, with the dot if the language writes one.
    pub months_short: [&'static str; 12],
    /// Between a month in full and the year.
    pub before_year: &'static str,
    /// What ends a day's number ("1. März").
    pub after_day: &'static str,
    /// Between the numbers of a date in digits.
    pub digits: char,
    /// Whether a date in digits begins with the month.
    pub month_first: bool,
    /// For something that goes on.
    pub present: &'static str,
    /// What people also type for it, in lower case and without accents.
    pub present_words: &'static [&'static str],
    /// What people type between two dates, in lower case and without accents.
    pub to_words: &'static [&'static str],
    /// What people type before a beginning, in lower case and without accents.
    pub since_words: &'static [&'static str],
    /// Between the items of a list.
    pub separator: &'static str,
    /// Heading of the contact lines.
    pub contact: &'static str,
    /// Headings in the order of [`SectionKind::ALL`].
    sections: [&'static str; 13],
}

impl Language {
    /// The language of a tag; of its first part if the whole is not known; otherwise English.
    pub fn of(tag: &str) -> &'static Self {
        Self::find(tag).or_else(|| Self::find(tag.split(['-', '_']).next().unwrap_or_default())).unwrap_or(&EN)
    }

    /// The language of exactly this tag, in any case.
    pub fn find(tag: &str) -> Option<&'static Self> {
        LANGUAGES.iter().copied().find(|language| language.tag.eq_ignore_ascii_case(tag))
    }

    /// The usual heading of a section.
    pub fn section(&self, kind: SectionKind) -> &'static str {
        SectionKind::ALL.iter().zip(self.sections).find(|(known, _)| **known == kind).map_or("", |(_, title)| title)
    }
}

/// All languages, English first.
pub const LANGUAGES: [&Language; 13] = [&EN, &EN_GB, &DE, &FR, &ES, &IT, &PT, &PT_PT, &NL, &PL, &SV, &DA, &NB];

const EN: Language = Language {
    tag: "en",
    name: "English",
    months: EN_MONTHS,
    months_after_day: EN_MONTHS,
    months_short: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    before_year: " ",
    after_day: "",
    digits: '/',
    month_first: true,
    present: "present",
    present_words: &["present", "now", "current", "currently", "today", "ongoing"],
    to_words: &["to", "until", "till", "through"],
    since_words: &["since", "from"],
    separator: ", ",
    contact: "Contact",
    sections: [
        "Summary",
        "Experience",
        "Education",
        "Skills",
        "Projects",
        "Languages",
        "Certificates",
        "Awards",
        "Publications",
        "Volunteering",
        "Interests",
        "References",
        "Other",
    ],
};

const EN_MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

const EN_GB: Language = Language {
    tag: "en-GB",
    name: "English (UK)",
    months_short: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"],
    month_first: false,
    sections: [
        "Profile",
        "Experience",
        "Education",
        "Skills",
        "Projects",
        "Languages",
        "Certificates",
        "Awards",
        "Publications",
        "Volunteering",
        "Interests",
        "References",
        "Other",
    ],
    ..EN
};

const DE: Language = Language {
    tag: "de",
    name: "Deutsch",
    months: DE_MONTHS,
    months_after_day: DE_MONTHS,
    months_short: ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."],
    before_year: " ",
    after_day: ".",
    digits: '.',
    month_first: false,
    present: "heute",
    present_words: &["heute", "jetzt", "aktuell", "laufend", "gegenwart"],
    to_words: &["bis"],
    since_words: &["seit", "ab", "von", "vom"],
    separator: ", ",
    contact: "Kontakt",
    sections: [
        "Profil",
        "Berufserfahrung",
        "Ausbildung",
        "Kenntnisse",
        "Projekte",
        "Sprachen",
        "Zertifikate",
        "Auszeichnungen",
        "Publikationen",
        "Ehrenamt",
        "Interessen",
        "Referenzen",
        "Weiteres",
    ],
};

const DE_MONTHS: [&str; 12] =
    ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"];

const FR: Language = Language {
    tag: "fr",
    name: "Français",
    months: FR_MONTHS,
    months_after_day: FR_MONTHS,
    months_short: ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
    before_year: " ",
    after_day: "",
    digits: '/',
    month_first: false,
    present: "aujourd’hui",
    present_words: &["aujourd'hui", "present", "maintenant", "actuel", "actuellement"],
    to_words: &["a", "au", "jusqu'a", "jusqu'en"],
    since_words: &["depuis", "de", "du", "des"],
    separator: ", ",
    contact: "Contact",
    sections: [
        "Profil",
        "Expérience professionnelle",
        "Formation",
        "Compétences",
        "Projets",
        "Langues",
        "Certifications",
        "Distinctions",
        "Publications",
        "Bénévolat",
        "Centres d’intérêt",
        "Références",
        "Divers",
    ],
};

const FR_MONTHS: [&str; 12] =
    ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"];

const ES: Language = Language {
    tag: "es",
    name: "Español",
    months: ES_MONTHS,
    months_after_day: ES_MONTHS,
    months_short: ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"],
    before_year: " de ",
    after_day: "",
    digits: '/',
    month_first: false,
    present: "actualidad",
    present_words: &["actualidad", "presente", "actual", "actualmente", "hoy", "ahora"],
    to_words: &["a", "al", "hasta"],
    since_words: &["desde", "de"],
    separator: ", ",
    contact: "Contacto",
    sections: [
        "Perfil",
        "Experiencia profesional",
        "Formación",
        "Competencias",
        "Proyectos",
        "Idiomas",
        "Certificaciones",
        "Premios",
        "Publicaciones",
        "Voluntariado",
        "Intereses",
        "Referencias",
        "Otros",
    ],
};

const ES_MONTHS: [&str; 12] =
    ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"];

const IT: Language = Language {
    tag: "it",
    name: "Italiano",
    months: IT_MONTHS,
    months_after_day: IT_MONTHS,
    months_short: ["gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"],
    before_year: " ",
    after_day: "",
    digits: '/',
    month_first: false,
    present: "oggi",
    present_words: &["oggi", "presente", "attuale", "attualmente", "adesso", "ora"],
    to_words: &["a", "al"],
    since_words: &["da", "dal"],
    separator: ", ",
    contact: "Contatti",
    sections: [
        "Profilo",
        "Esperienza professionale",
        "Formazione",
        "Competenze",
        "Progetti",
        "Lingue",
        "Certificazioni",
        "Riconoscimenti",
        "Pubblicazioni",
        "Volontariato",
        "Interessi",
        "Referenze",
        "Altro",
    ],
};

const IT_MONTHS: [&str; 12] =
    ["gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"];

const PT: Language = Language {
    tag: "pt",
    name: "Português (Brasil)",
    months: PT_MONTHS,
    months_after_day: PT_MONTHS,
    months_short: ["jan.", "fev.", "mar.", "abr.", "mai.", "jun.", "jul.", "ago.", "set.", "out.", "nov.", "dez."],
    before_year: " de ",
    after_day: "",
    digits: '/',
    month_first: false,
    present: "atual",
    present_words: &["atual", "atualmente", "presente", "hoje", "agora"],
    to_words: &["a", "ate", "ao"],
    since_words: &["desde", "de"],
    separator: ", ",
    contact: "Contato",
    sections: [
        "Perfil",
        "Experiência profissional",
        "Formação acadêmica",
        "Competências",
        "Projetos",
        "Idiomas",
        "Certificados",
        "Prêmios",
        "Publicações",
        "Voluntariado",
        "Interesses",
        "Referências",
        "Outros",
    ],
};

const PT_MONTHS: [&str; 12] =
    ["janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"];

const PT_PT: Language = Language {
    tag: "pt-PT",
    name: "Português (Portugal)",
    present: "presente",
    contact: "Contactos",
    sections: [
        "Perfil",
        "Experiência profissional",
        "Formação académica",
        "Competências",
        "Projetos",
        "Idiomas",
        "Certificados",
        "Prémios",
        "Publicações",
        "Voluntariado",
        "Interesses",
        "Referências",
        "Outros",
    ],
    ..PT
};

const NL: Language = Language {
    tag: "nl",
    name: "Nederlands",
    months: NL_MONTHS,
    months_after_day: NL_MONTHS,
    months_short: ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
    before_year: " ",
    after_day: "",
    digits: '/',
    month_first: false,
    present: "heden",
    present_words: &["heden", "nu", "vandaag", "huidig"],
    to_words: &["tot", "t/m"],
    since_words: &["sinds", "vanaf", "van"],
    separator: ", ",
    contact: "Contact",
    sections: [
        "Profiel",
        "Werkervaring",
        "Opleiding",
        "Vaardigheden",
        "Projecten",
        "Talen",
        "Certificaten",
        "Onderscheidingen",
        "Publicaties",
        "Vrijwilligerswerk",
        "Interesses",
        "Referenties",
        "Overig",
    ],
};

const NL_MONTHS: [&str; 12] =
    ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"];

const PL: Language = Language {
    tag: "pl",
    name: "Polski",
    months: [
        "styczeń",
        "luty",
        "marzec",
        "kwiecień",
        "maj",
        "czerwiec",
        "lipiec",
        "sierpień",
        "wrzesień",
        "październik",
        "listopad",
        "grudzień",
    ],
    months_after_day: [
        "stycznia",
        "lutego",
        "marca",
        "kwietnia",
        "maja",
        "czerwca",
        "lipca",
        "sierpnia",
        "września",
        "października",
        "listopada",
        "grudnia",
    ],
    months_short: ["sty", "lut", "mar", "kwi", "maj", "cze", "lip", "sie", "wrz", "paź", "lis", "gru"],
    before_year: " ",
    after_day: "",
    digits: '.',
    month_first: false,
    present: "obecnie",
    present_words: &["obecnie", "teraz", "dzis", "dzisiaj", "nadal"],
    to_words: &["do"],
    since_words: &["od"],
    separator: ", ",
    contact: "Kontakt",
    sections: [
        "Profil zawodowy",
        "Doświadczenie zawodowe",
        "Wykształcenie",
        "Umiejętności",
        "Projekty",
        "Języki",
        "Certyfikaty",
        "Nagrody",
        "Publikacje",
        "Wolontariat",
        "Zainteresowania",
        "Referencje",
        "Inne",
    ],
};

const SV: Language = Language {
    tag: "sv",
    name: "Svenska",
    months: SV_MONTHS,
    months_after_day: SV_MONTHS,
    months_short: ["jan.", "feb.", "mars", "apr.", "maj", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "dec."],
    before_year: " ",
    after_day: "",
    digits: '/',
    month_first: false,
    present: "nu",
    present_words: &["nu", "nuvarande", "idag", "pagaende"],
    to_words: &["till", "t.o.m."],
    since_words: &["sedan", "fran"],
    separator: ", ",
    contact: "Kontakt",
    sections: [
        "Profil",
        "Arbetslivserfarenhet",
        "Utbildning",
        "Färdigheter",
        "Projekt",
        "Språk",
        "Certifikat",
        "Utmärkelser",
        "Publikationer",
        "Ideellt arbete",
        "Intressen",
        "Referenser",
        "Övrigt",
    ],
};

const SV_MONTHS: [&str; 12] =
    ["januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"];

const DA: Language = Language {
    tag: "da",
    name: "Dansk",
    months: DA_MONTHS,
    months_after_day: DA_MONTHS,
    months_short: ["jan.", "feb.", "mar.", "apr.", "maj", "jun.", "jul.", "aug.", "sep.", "okt.", "nov.", "dec."],
    before_year: " ",
    after_day: ".",
    digits: '.',
    month_first: false,
    present: "nu",
    present_words: &["nu", "nuvaerende", "i dag", "idag"],
    to_words: &["til"],
    since_words: &["siden", "fra"],
    separator: ", ",
    contact: "Kontakt",
    sections: [
        "Profil",
        "Erhvervserfaring",
        "Uddannelse",
        "Kompetencer",
        "Projekter",
        "Sprog",
        "Certifikater",
        "Priser",
        "Publikationer",
        "Frivilligt arbejde",
        "Interesser",
        "Referencer",
        "Andet",
    ],
};

const DA_MONTHS: [&str; 12] =
    ["januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december"];

const NB: Language = Language {
    tag: "nb",
    name: "Norsk bokmål",
    months: NB_MONTHS,
    months_after_day: NB_MONTHS,
    months_short: ["jan.", "feb.", "mars", "apr.", "mai", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "des."],
    before_year: " ",
    after_day: ".",
    digits: '.',
    month_first: false,
    present: "nå",
    present_words: &["na", "navaerende", "i dag", "pagaende"],
    to_words: &["til"],
    since_words: &["siden", "fra"],
    separator: ", ",
    contact: "Kontakt",
    sections: [
        "Profil",
        "Arbeidserfaring",
        "Utdanning",
        "Ferdigheter",
        "Prosjekter",
        "Språk",
        "Sertifikater",
        "Utmerkelser",
        "Publikasjoner",
        "Frivillig arbeid",
        "Interesser",
        "Referanser",
        "Annet",
    ],
};

const NB_MONTHS: [&str; 12] =
    ["januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_finds_its_language_or_english() {
        for (tag, found) in
            [("en", "en"), ("en-gb", "en-GB"), ("en-US", "en"), ("de-AT", "de"), ("pt_PT", "pt"), ("xx", "en"), ("", "en"), ("zh-Hans", "en")]
        {
            assert_eq!(Language::of(tag).tag, found, "{tag}");
        }
    }

    #[test]
    fn every_language_is_complete_and_in_letters_that_the_fonts_have() {
        for language in LANGUAGES {
            let words = language
                .months
                .iter()
                .chain(&language.months_after_day)
                .chain(&language.months_short)
                .chain(&language.sections)
                .chain([&language.present, &language.contact, &language.name, &language.separator]);
            for word in words {
                assert!(!word.is_empty() && word.chars().all(|c| u32::from(c) < 0x250 || c == '’'), "{}: {word}", language.tag);
            }
            assert_eq!(language.section(SectionKind::Custom), language.sections[12]);
            assert_eq!(LANGUAGES.iter().filter(|other| other.tag == language.tag).count(), 1);
        }
    }
}
