use super::*;

/// A section of employers: one with two roles, the first of them with two bullets; and one of skills.
fn career() -> (Document, [ItemId; 4]) {
    let mut document = Document::default();
    let work = document.add_section(SectionKind::Experience);
    document.add_section(SectionKind::Skills);
    let employer = document.add_entry(work).expect("the section is there");
    let role = document.sections[0].entries[0].roles[0].id;
    document.add_role(employer);
    document.add_bullets(role, &["one", "two"]);
    (document, [work, employer, role, document_bullet(role)])
}

/// Bullets are drawn after the second role.
fn document_bullet(role: ItemId) -> ItemId {
    role + 2
}

fn ids(document: &Document) -> Vec<ItemId> {
    let mut ids = Vec::new();
    for section in &document.sections {
        ids.push(section.id);
        for entry in &section.entries {
            ids.push(entry.id);
            ids.extend(entry.bullets.iter().map(|bullet| bullet.id));
            for role in &entry.roles {
                ids.push(role.id);
                ids.extend(role.bullets.iter().map(|bullet| bullet.id));
            }
        }
    }
    ids
}

#[test]
fn a_copy_has_new_ids_all_the_way_down() {
    let (mut document, [_, employer, ..]) = career();
    let before = document.next_id;
    let copy = document.duplicate(employer).expect("it is there");
    assert!(copy >= before);
    assert_eq!(document.sections[0].entries[1].id, copy);
    assert_eq!(document.sections[0].entries[1].roles[1].bullets[0].text, "one");
    let all = ids(&document);
    let mut unique = all.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), all.len());
    assert!(unique.iter().all(|id| *id < document.next_id));
}

#[test]
fn moving_stops_at_the_ends() {
    let (mut document, [work, .., bullet]) = career();
    assert_eq!(document.move_by(work, -1), Some(Place { position: 1, of: 2 }));
    assert_eq!(document.move_by(work, 5), Some(Place { position: 2, of: 2 }));
    assert_eq!(document.sections[1].id, work);
    assert_eq!(document.move_to(bullet, 1), Some(Place { position: 2, of: 2 }));
    assert_eq!(document.sections[1].entries[0].roles[1].bullets[1].text, "one");
}

#[test]
fn removing_names_the_neighbour() {
    let (mut document, [_, employer, _, bullet]) = career();
    assert_eq!(document.remove(bullet + 1), Some(bullet));
    assert_eq!(document.remove(bullet), Some(0));
    assert_eq!(document.remove(employer), Some(0));
    assert_eq!(document.remove(employer), None);
}

#[test]
fn bullets_come_after_the_one_named() {
    let (mut document, [_, employer, role, bullet]) = career();
    document.add_bullets(bullet, &["between"]);
    let texts: Vec<&str> = document.sections[0].entries[0].roles[1].bullets.iter().map(|b| b.text.as_str()).collect();
    assert_eq!(texts, ["one", "between", "two"]);
    assert_eq!(document.sections[0].entries[0].roles[1].id, role);
    document.add_bullets(employer, &["of the employer"]);
    assert_eq!(document.sections[0].entries[0].bullets[0].text, "of the employer");
    assert_eq!(document.add_bullets(999, &["nowhere"]), None);
}

#[test]
fn a_bullet_is_cut_in_two() {
    let (mut document, [.., bullet]) = career();
    let new = document.split_bullet(bullet, "o".into(), "ne").expect("it is there");
    let bullets = &document.sections[0].entries[0].roles[1].bullets;
    assert_eq!((bullets[0].text.as_str(), bullets[1].text.as_str(), bullets[1].id), ("o", "ne", new));
}

#[test]
fn two_bullets_are_joined_and_nothing_of_them_is_lost() {
    let (mut document, [.., first]) = career();
    let second = document.split_bullet(first, "é😀".into(), " end").expect("it is there");
    for (id, note, tags) in [(first, "one", ["a", "b"]), (second, "two", ["b", "c"])] {
        let bullet = Bullet::find_mut(&mut document, id).expect("it is there");
        (bullet.note, bullet.tags) = (note.into(), tags.map(String::from).to_vec());
    }
    assert_eq!(document.join_bullet(first, second), 3);
    let bullets = &document.sections[0].entries[0].roles[1].bullets;
    assert_eq!(bullets.len(), 2);
    assert_eq!((bullets[0].text.as_str(), bullets[0].note.as_str()), ("é😀 end", "one\ntwo"));
    assert_eq!(bullets[0].tags, ["a", "b", "c"]);
    assert_eq!(document.join_bullet(999, first), 0, "what is not there takes nothing");
    assert!(Bullet::find(&document, first).is_some());
}

#[test]
fn things_are_found_by_id_and_by_path() {
    let (document, [work, employer, role, bullet]) = career();
    assert_eq!(document.path_to(bullet), [work, employer, role, bullet]);
    assert!(document.path_to(999).is_empty());
    assert_eq!(document.anchor("sections[0].entries[0].url"), format!("i{employer}.url"));
    assert_eq!(document.anchor("sections[0].entries[0].roles[1].bullets[0].text"), format!("i{bullet}.text"));
    assert_eq!(document.anchor("basics.location.city"), "basics.location.city");
    assert_eq!(document.anchor("sections[7].title"), "sections.title");
}

#[test]
fn items_are_found_and_written_by_id() {
    let (mut document, [work, employer, role, bullet]) = career();
    Section::find_mut(&mut document, work).expect("it is there").title = "Work".into();
    Entry::find_mut(&mut document, employer).expect("it is there").name = "Acme".into();
    Role::find_mut(&mut document, role).expect("it is there").title = "Head".into();
    assert_eq!(Bullet::find(&document, bullet).map(|bullet| bullet.text.as_str()), Some("one"));
    assert_eq!(document.sections[0].entries[0].roles[1].title, "Head");
    assert_eq!(Section::find(&document, work).map(|section| section.entries[0].name.as_str()), Some("Acme"));
    assert!(Entry::find(&document, role).is_none() && Profile::find(&document, bullet).is_none());
}

#[test]
fn hiding_is_undone_by_hiding_again() {
    let (mut document, [work, .., bullet]) = career();
    document.toggle_hidden(work);
    document.toggle_hidden(bullet);
    assert!(document.sections[0].hidden && document.sections[0].entries[0].roles[1].bullets[0].hidden);
    document.toggle_hidden(work);
    assert!(!document.sections[0].hidden);
}
