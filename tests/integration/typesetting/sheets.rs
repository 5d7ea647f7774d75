//! Sheets by hand, for tests and benchmarks of the typesetter alone: what `complete-resume.json` of JSON Resume says.

use vitae::domain::sheet::{
    Block, Contact, EntryLayout, Look, Run, Sheet, SheetBullet, SheetEntry, SheetRole, SheetSection,
};
use vitae::domain::template::{FontPair, Margins, PageSize};

/// Text without style.
pub(super) fn runs(text: &str) -> Vec<Run> {
    vec![Run { t: text.into(), ..Run::default() }]
}

fn paragraph(text: &str) -> Vec<Block> {
    if text.is_empty() { Vec::new() } else { vec![Block::Paragraph { runs: runs(text) }] }
}

/// A sheet with a name and nothing else.
pub(super) fn empty(name: &str) -> Sheet {
    let look = Look {
        accent: "#1f3a5f".into(),
        fonts: FontPair::Serif,
        size: 9.8,
        density: 3,
        margins: Margins::Normal,
        page: PageSize::A4,
    };
    Sheet {
        lang: "en".into(),
        region: "US".into(),
        look,
        name: name.into(),
        headline: String::new(),
        contact_title: "Contact".into(),
        contacts: Vec::new(),
        sections: Vec::new(),
    }
}

/// Hands out labels as a document's counter does.
#[derive(Default)]
struct Labels(u32);

impl Labels {
    fn next(&mut self) -> String {
        self.0 += 1;
        format!("i{}", self.0)
    }

    fn section(&mut self, title: &str, aside: bool, entries: Vec<SheetEntry>) -> SheetSection {
        SheetSection { label: self.next(), title: title.into(), aside, text: Vec::new(), entries }
    }

    fn bullets(&mut self, texts: &[&str]) -> Vec<SheetBullet> {
        texts.iter().map(|text| SheetBullet { label: self.next(), runs: runs(text) }).collect()
    }

    fn entry(&mut self, layout: EntryLayout, title: &str) -> SheetEntry {
        SheetEntry {
            label: self.next(),
            layout,
            title: title.into(),
            href: String::new(),
            subtitle: String::new(),
            place: String::new(),
            dates: String::new(),
            level: String::new(),
            text: Vec::new(),
            keywords: String::new(),
            roles: Vec::new(),
            bullets: Vec::new(),
        }
    }

    fn job(&mut self, employer: &str, title: &str, dates: &str, text: &str, bullets: &[&str]) -> SheetEntry {
        let role = SheetRole {
            label: self.next(),
            title: title.into(),
            place: String::new(),
            dates: dates.into(),
            text: paragraph(text),
            bullets: self.bullets(bullets),
        };
        SheetEntry { roles: vec![role], href: "https://example.org".into(), ..self.entry(EntryLayout::Full, employer) }
    }

    fn pair(&mut self, title: &str, level: &str, keywords: &str) -> SheetEntry {
        SheetEntry { level: level.into(), keywords: keywords.into(), ..self.entry(EntryLayout::Pair, title) }
    }

    fn line(&mut self, title: &str, subtitle: &str, dates: &str, text: &str) -> SheetEntry {
        SheetEntry {
            subtitle: subtitle.into(),
            dates: dates.into(),
            text: paragraph(text),
            ..self.entry(EntryLayout::Line, title)
        }
    }
}

fn contacts() -> Vec<Contact> {
    let contact =
        |label: &str, text: &str, href: &str| Contact { label: label.into(), text: text.into(), href: href.into() };
    vec![
        contact("basics.location", "San Francisco, California", ""),
        contact("basics.phone", "(555) 123-4567", "tel:5551234567"),
        contact("basics.email", "jane.developer@example.com", "mailto:jane.developer@example.com"),
        contact("basics.url", "janedeveloper.com", "https://janedeveloper.com"),
        contact("i91", "github.com/janedev", "https://github.com/janedev"),
        contact("i92", "linkedin.com/in/janedeveloper", "https://linkedin.com/in/janedeveloper"),
        contact("i93", "twitter.com/janedev", "https://twitter.com/janedev"),
    ]
}

/// Two to three pages.
pub(super) fn complete() -> Sheet {
    let mut labels = Labels::default();
    let l = &mut labels;
    let summary = SheetSection { text: paragraph(SUMMARY), ..l.section("Summary", false, Vec::new()) };
    let sections = vec![
        summary,
        experience(l),
        projects(l),
        education(l),
        volunteering(l),
        skills(l),
        languages(l),
        certificates(l),
        awards(l),
        publications(l),
        interests(l),
        references(l),
    ];
    Sheet { headline: "Full Stack Software Engineer".into(), contacts: contacts(), sections, ..empty("Jane Developer") }
}

/// One page.
pub(super) fn short() -> Sheet {
    let mut sheet = complete();
    sheet.sections.truncate(2);
    sheet
}

const SUMMARY: &str = "Passionate software engineer with 5+ years of experience building scalable web applications. Specialized in React, Node.js, and cloud architecture. Love solving complex problems and mentoring junior developers.";

fn experience(l: &mut Labels) -> SheetSection {
    let entries = vec![
        l.job("TechCorp Inc", "Senior Software Engineer", "Mar 2021 – present", "Lead development of microservices architecture serving 10M+ users. Mentored team of 5 junior engineers and improved deployment pipeline reducing release time by 60%.", &["Architected and implemented new microservices platform using Node.js and Kubernetes", "Reduced API response time by 40% through caching and database optimization", "Led migration from monolith to microservices, improving system reliability to 99.9% uptime", "Implemented CI/CD pipeline using GitHub Actions, reducing deployment time from 2 hours to 15 minutes"]),
        l.job("StartupXYZ", "Full Stack Developer", "Jun 2019 – Feb 2021", "Built customer-facing web applications from scratch using React and Node.js. Worked directly with founders to define product roadmap and technical architecture.", &["Developed MVP that acquired 50,000 users in first 6 months", "Built real-time collaboration features using WebSockets and Redis", "Implemented authentication system supporting OAuth, SSO, and 2FA", "Optimized bundle size reducing initial load time by 50%"]),
        l.job("Digital Agency Co", "Junior Web Developer", "Jan 2018 – May 2019", "Developed responsive websites for clients using modern frontend technologies. Collaborated with designers to implement pixel-perfect interfaces.", &["Built 15+ client websites using React, Vue.js, and WordPress", "Implemented responsive designs achieving 100% mobile compatibility", "Improved website performance scores to 95+ on Lighthouse", "Trained team on modern JavaScript and component-based architecture"]),
    ];
    l.section("Experience", false, entries)
}

fn volunteering(l: &mut Labels) -> SheetSection {
    let entries = vec![
        l.job(
            "Code for America",
            "Volunteer Software Engineer",
            "Jan 2020 – Dec 2021",
            "Built civic technology tools to improve access to public services for underserved communities.",
            &[
                "Developed an open-source benefits eligibility screener used by 3 city governments",
                "Mentored 10+ first-time contributors during quarterly hackathons",
            ],
        ),
        l.job(
            "Girls Who Code",
            "Workshop Facilitator",
            "Sep 2019 – Jun 2020",
            "Taught introductory programming to high school students.",
            &[
                "Ran weekly coding workshops for a cohort of 25 students",
                "Designed a beginner-friendly curriculum covering HTML, CSS, and JavaScript",
            ],
        ),
    ];
    l.section("Volunteering", false, entries)
}

fn projects(l: &mut Labels) -> SheetSection {
    let entries = vec![
        SheetEntry {
            dates: "Jan 2020 – Jan 2023".into(),
            text: paragraph(
                "Created and maintain a popular React component library with 5,000+ GitHub stars. Provides accessible, customizable components used by 100+ companies.",
            ),
            keywords: "React, TypeScript, Storybook, Open Source".into(),
            bullets: l.bullets(&[
                "Built 50+ production-ready components with full TypeScript support",
                "Achieved 95% test coverage with comprehensive unit and integration tests",
                "Published detailed documentation site with live code examples",
                "Gained 5,000+ stars and 200+ contributors on GitHub",
            ]),
            ..l.entry(EntryLayout::Full, "Open Source UI Library")
        },
        SheetEntry {
            dates: "Jun 2023 – present".into(),
            text: paragraph(
                "Core contributor to JSON Resume, an open standard for resumes. Built theme system and contributed to core specification.",
            ),
            keywords: "Open Source, JavaScript, React".into(),
            bullets: l.bullets(&[
                "Implemented new JSX-based theme architecture",
                "Created 5+ official themes",
                "Improved documentation and developer experience",
            ]),
            ..l.entry(EntryLayout::Full, "JSON Resume")
        },
    ];
    l.section("Projects", false, entries)
}

fn education(l: &mut Labels) -> SheetSection {
    let entries = vec![
        SheetEntry {
            subtitle: "University of California, Berkeley".into(),
            dates: "Sep 2014 – May 2018".into(),
            level: "3.8".into(),
            keywords: "Data Structures and Algorithms, Database Systems, Web Development, Machine Learning".into(),
            ..l.entry(EntryLayout::Full, "Bachelor of Science, Computer Science")
        },
        SheetEntry {
            subtitle: "Stanford University".into(),
            dates: "Sep 2018 – Jun 2020".into(),
            level: "3.9".into(),
            keywords: "Interaction Design, Accessibility Engineering, Distributed Systems".into(),
            ..l.entry(EntryLayout::Full, "Master of Science, Human-Computer Interaction")
        },
    ];
    l.section("Education", false, entries)
}

fn skills(l: &mut Labels) -> SheetSection {
    let entries = vec![
        l.pair("Frontend", "Expert", "React, TypeScript, Next.js, Redux, Tailwind CSS, Webpack, Jest"),
        l.pair("Backend", "Advanced", "Node.js, Express, PostgreSQL, MongoDB, Redis, GraphQL, REST APIs"),
        l.pair("DevOps", "Intermediate", "Docker, Kubernetes, AWS, GitHub Actions, Terraform, Nginx"),
    ];
    l.section("Skills", true, entries)
}

fn languages(l: &mut Labels) -> SheetSection {
    let entries =
        vec![l.pair("English", "Native speaker", ""), l.pair("Spanish", "Professional working proficiency", "")];
    l.section("Languages", true, entries)
}

fn interests(l: &mut Labels) -> SheetSection {
    let entries = vec![
        l.pair("Open Source", "", "Contributing, Mentoring, Community Building"),
        l.pair("Technology", "", "Web Performance, Accessibility, Developer Tools"),
    ];
    l.section("Interests", true, entries)
}

fn certificates(l: &mut Labels) -> SheetSection {
    let entries = vec![
        l.line("AWS Certified Solutions Architect - Professional", "Amazon Web Services", "Apr 2023", ""),
        l.line("Certified Kubernetes Administrator", "Cloud Native Computing Foundation", "Nov 2022", ""),
    ];
    l.section("Certificates", false, entries)
}

fn awards(l: &mut Labels) -> SheetSection {
    let entries = vec![
        l.line(
            "Top Contributor Award",
            "GitHub",
            "Dec 2023",
            "Recognized as top contributor to open source projects in 2023",
        ),
        l.line(
            "Hackathon Winner",
            "TechConf 2022",
            "Aug 2022",
            "First place winner for building innovative accessibility tool",
        ),
    ];
    l.section("Awards", false, entries)
}

fn publications(l: &mut Labels) -> SheetSection {
    let entries = vec![
        l.line("Scaling Microservices Without Losing Your Mind", "ACM Queue", "Mar 2023", "A practical guide to incremental migration from monolith to microservices based on real-world production experience."),
        l.line("Accessible Component Libraries in Practice", "Smashing Magazine", "Jul 2022", "How to build a React component library that is accessible by default."),
    ];
    l.section("Publications", false, entries)
}

fn references(l: &mut Labels) -> SheetSection {
    let entries = vec![
        SheetEntry {
            text: paragraph(
                "Jane is an exceptional engineer who consistently delivers high-quality work. She has a deep understanding of both frontend and backend technologies and is always willing to help teammates. Her contributions to our microservices architecture were instrumental in scaling our platform to millions of users.",
            ),
            ..l.entry(EntryLayout::Quote, "John Smith, CTO at TechCorp")
        },
        SheetEntry {
            text: paragraph(
                "Working with Jane was a pleasure. She took ownership of our entire tech stack and built a product that exceeded our expectations. Her ability to work independently and make smart technical decisions was invaluable to our early-stage startup.",
            ),
            ..l.entry(EntryLayout::Quote, "Sarah Johnson, Founder at StartupXYZ")
        },
    ];
    l.section("References", false, entries)
}
