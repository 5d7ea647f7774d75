//! What others may see of a document.

use super::{Bullet, Document};

impl Document {
    /// The document without hidden sections, entries, roles and bullets, and without private notes and tags.
    #[must_use]
    pub fn visible(&self) -> Self {
        let mut document = self.clone();
        document.sections.retain(|section| !section.hidden);
        for section in &mut document.sections {
            section.entries.retain(|entry| !entry.hidden);
            for entry in &mut section.entries {
                retain_bullets(&mut entry.bullets);
                entry.roles.retain(|role| !role.hidden);
                for role in &mut entry.roles {
                    retain_bullets(&mut role.bullets);
                }
            }
        }
        document
    }
}

fn retain_bullets(bullets: &mut Vec<Bullet>) {
    bullets.retain(|bullet| !bullet.hidden);
    for bullet in bullets {
        bullet.note.clear();
        bullet.tags.clear();
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::document::{Bullet, Document, Entry, Role, Section};

    #[test]
    fn hidden_things_and_notes_are_gone() {
        let bullets = || {
            let shown = Bullet {
                text: "shown".into(),
                note: "secret".into(),
                tags: vec!["secret".into()],
                ..Bullet::default()
            };
            vec![shown, Bullet { text: "secret".into(), hidden: true, ..Bullet::default() }]
        };
        let role = |hidden, title: &str| Role { title: title.into(), hidden, bullets: bullets(), ..Role::default() };
        let entry = |hidden, name: &str| Entry {
            name: name.into(),
            hidden,
            bullets: bullets(),
            roles: vec![role(false, "shown"), role(true, "secret")],
            ..Entry::default()
        };
        let section = |hidden, title: &str| Section {
            title: title.into(),
            hidden,
            entries: vec![entry(false, "shown"), entry(true, "secret")],
            ..Section::default()
        };
        let document =
            Document { sections: vec![section(false, "shown"), section(true, "secret")], ..Document::default() };
        let json = serde_json::to_string(&document.visible()).expect("plain data");
        assert!(json.contains("shown") && !json.contains("secret"), "{json}");
    }
}
