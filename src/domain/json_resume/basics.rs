//! Who the CV is about: the object `basics`.

use super::{
    OURS,
    compare::{same_but_ours, without_ids},
    lenient::{Reader, is_nothing},
};
use crate::domain::{
    document::{Basics, Location, Profile},
    text::{ascii_href, is_email, safe_href},
};
use serde_json::{Map, Value};

const WRONG_TYPE: &str = "This is not the kind of value that belongs here. It is kept in the file but not shown.";

/// Reads `basics`; the summary is not part of it.
pub(super) fn read(reader: &mut Reader, map: &Map<String, Value>) -> Basics {
    let mut basics = sealed(map).unwrap_or_else(|| read_plain(reader, map));
    basics.profiles = profiles(reader, map, &mut basics.extra);
    basics
}

/// Writes `basics`, without the summary.
pub(super) fn write(basics: &Basics) -> Map<String, Value> {
    let basics = tidy(basics);
    let mut map = plain(&basics);
    let again = read_plain(&mut Reader::default(), &map);
    if comparable(&again) != comparable(&basics) {
        let seal = without_ids(serde_json::to_value(alone(&basics)).unwrap_or_default());
        map.insert(OURS.into(), Map::from_iter([("basics".to_owned(), seal)]).into());
    }
    let profiles: Vec<Value> = basics.profiles.iter().filter(|profile| !is_blank(profile)).map(write_profile).collect();
    if !profiles.is_empty() {
        map.insert("profiles".into(), profiles.into());
    }
    map
}

fn read_plain(reader: &mut Reader, map: &Map<String, Value>) -> Basics {
    let mut basics = Basics::default();
    let mut fields =
        Fields { reader, map, path: "basics", used: vec![OURS, "summary", "profiles", "location"], extra: Map::new() };
    basics.name = fields.text(&["name"]);
    basics.headline = fields.text(&["label"]);
    basics.email = fields.text(&["email"]);
    basics.phone = fields.text(&["phone"]);
    basics.url = fields.text(&["url", "website"]);
    match map.get("location") {
        Some(Value::Object(place)) => basics.location = location(fields.reader, place),
        Some(Value::String(city)) if !city.trim().is_empty() => {
            fields.reader.note("basics.location", "This was one text and is the city now.");
            basics.location.city = city.trim().into();
        }
        None | Some(Value::Null | Value::String(_)) => {}
        Some(other) => fields.set_aside("location", other),
    }
    for picture in ["image", "picture"] {
        if map.get(picture).is_some_and(|address| !is_nothing(address)) {
            fields
                .reader
                .note(&["basics.", picture].concat(), "Pictures are not shown yet. The address is kept in the file.");
        }
    }
    basics.extra = fields.finish();
    basics
}

fn location(reader: &mut Reader, map: &Map<String, Value>) -> Location {
    let mut fields = Fields { reader, map, path: "basics.location", used: Vec::new(), extra: Map::new() };
    Location {
        address: fields.text(&["address"]),
        postal_code: fields.text(&["postalCode"]),
        city: fields.text(&["city"]),
        region: fields.text(&["region"]),
        country: fields.text(&["countryCode", "country"]),
        extra: fields.finish(),
    }
}

fn profiles(reader: &mut Reader, map: &Map<String, Value>, extra: &mut Map<String, Value>) -> Vec<Profile> {
    let items = match map.get("profiles") {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Array(items)) => items,
        Some(other) => {
            reader.set_aside(extra, "basics.profiles", "profiles", other, WRONG_TYPE);
            return Vec::new();
        }
    };
    let mut profiles = Vec::new();
    let mut others = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let path = ["basics.profiles[", &index.to_string(), "]"].concat();
        match item {
            Value::Null => {}
            Value::Object(map) => {
                profiles.push(sealed_profile(map).unwrap_or_else(|| read_profile(reader, &path, map)));
            }
            Value::String(url) if safe_href(url).is_some() => {
                profiles.push(Profile { url: url.trim().into(), ..Profile::default() });
            }
            other => {
                reader.note(&path, WRONG_TYPE);
                others.push(other.clone());
            }
        }
    }
    if !others.is_empty() {
        reader.keep(extra, "basics.profiles", "profiles", &Value::Array(others));
    }
    profiles
}

fn read_profile(reader: &mut Reader, path: &str, map: &Map<String, Value>) -> Profile {
    let mut fields = Fields { reader, map, path, used: vec![OURS], extra: Map::new() };
    Profile {
        id: 0,
        network: fields.text(&["network"]),
        username: fields.text(&["username"]),
        url: fields.text(&["url"]),
        extra: fields.finish(),
    }
}

fn write_profile(profile: &Profile) -> Value {
    let mut map = plain_profile(profile);
    let again = read_profile(&mut Reader::default(), "", &map);
    if (&again.network, &again.username, link(&again.url), &again.extra)
        != (&profile.network, &profile.username, link(&profile.url), &profile.extra)
    {
        let seal = without_ids(serde_json::to_value(profile).unwrap_or_default());
        map.insert(OURS.into(), Map::from_iter([("profile".to_owned(), seal)]).into());
    }
    map.into()
}

fn plain_profile(profile: &Profile) -> Map<String, Value> {
    let texts = [
        ("network", Some(profile.network.clone())),
        ("username", Some(profile.username.clone())),
        ("url", ascii_href(&profile.url)),
    ];
    object(texts, &profile.extra, &["network", "username", "url", OURS])
}

fn plain(basics: &Basics) -> Map<String, Value> {
    let email = Some(basics.email.clone()).filter(|email| is_email(email) && email.is_ascii());
    let texts = [
        ("name", Some(basics.name.clone())),
        ("label", Some(basics.headline.clone())),
        ("email", email),
        ("phone", Some(basics.phone.clone())),
        ("url", ascii_href(&basics.url)),
    ];
    let known = ["name", "label", "email", "phone", "url", "summary", "location", "profiles", OURS];
    let mut map = object(texts, &basics.extra, &known);
    // The schema knows the picture only as text.
    map.retain(|key, value| key != "image" || value.is_string());
    let location = plain_location(&basics.location);
    if !location.is_empty() {
        map.insert("location".into(), location.into());
    }
    map
}

fn plain_location(location: &Location) -> Map<String, Value> {
    let texts = [
        ("address", Some(location.address.clone())),
        ("postalCode", Some(location.postal_code.clone())),
        ("city", Some(location.city.clone())),
        ("region", Some(location.region.clone())),
        ("countryCode", Some(location.country.clone())),
    ];
    object(texts, &location.extra, &["address", "postalCode", "city", "region", "countryCode"])
}

/// An object of the texts that are there, and of the unknown keys that do not take the place of known ones.
fn object<const N: usize>(
    texts: [(&str, Option<String>); N],
    extra: &Map<String, Value>,
    known: &[&str],
) -> Map<String, Value> {
    let texts = texts
        .into_iter()
        .filter_map(|(key, text)| text.filter(|text| !text.is_empty()).map(|text| (key.to_owned(), text.into())));
    let others =
        extra.iter().filter(|(key, _)| !known.contains(&key.as_str())).map(|(key, value)| (key.clone(), value.clone()));
    others.chain(texts).collect()
}

/// What was put beside the plain fields, if nobody changed them since.
fn sealed(map: &Map<String, Value>) -> Option<Basics> {
    let basics: Basics = serde_json::from_value(map.get(OURS)?.get("basics")?.clone()).ok()?;
    let basics = tidy(&alone(&basics));
    let mut present = map.clone();
    present.remove("profiles");
    present.remove("summary");
    same_but_ours(&present, &plain(&basics), true).then_some(basics)
}

fn sealed_profile(map: &Map<String, Value>) -> Option<Profile> {
    let profile: Profile = serde_json::from_value(map.get(OURS)?.get("profile")?.clone()).ok()?;
    let profile = tidy_profile(&profile);
    same_but_ours(map, &plain_profile(&profile), true).then_some(profile)
}

/// Without profiles, which are written one by one, and without the photo, which is not given away.
fn alone(basics: &Basics) -> Basics {
    Basics { profiles: Vec::new(), photo: None, ..basics.clone() }
}

fn comparable(basics: &Basics) -> Basics {
    Basics { url: link(&basics.url), ..alone(basics) }
}

fn link(url: &str) -> String {
    safe_href(url).unwrap_or_else(|| url.into())
}

fn tidy(basics: &Basics) -> Basics {
    let mut basics = basics.clone();
    let location = &mut basics.location;
    for text in [
        &mut basics.name,
        &mut basics.headline,
        &mut basics.email,
        &mut basics.phone,
        &mut basics.url,
        &mut location.address,
        &mut location.postal_code,
        &mut location.city,
        &mut location.region,
        &mut location.country,
    ] {
        *text = text.trim().into();
    }
    basics.profiles = basics.profiles.iter().map(tidy_profile).collect();
    basics
}

fn tidy_profile(profile: &Profile) -> Profile {
    let trim = |text: &String| text.trim().to_owned();
    Profile {
        id: 0,
        network: trim(&profile.network),
        username: trim(&profile.username),
        url: trim(&profile.url),
        extra: profile.extra.clone(),
    }
}

fn is_blank(profile: &Profile) -> bool {
    profile.network.is_empty() && profile.username.is_empty() && profile.url.is_empty() && profile.extra.is_empty()
}

/// The fields of one object while they are read.
struct Fields<'a> {
    reader: &'a mut Reader,
    map: &'a Map<String, Value>,
    path: &'a str,
    used: Vec<&'static str>,
    extra: Map<String, Value>,
}

impl Fields<'_> {
    /// The text of the first of these keys that has one.
    fn text(&mut self, names: &[&'static str]) -> String {
        self.used.extend(names.first());
        for name in names {
            let Some(value) = self.map.get(*name) else { continue };
            let path = [self.path, ".", name].concat();
            match self.reader.text(&path, value) {
                Some(text) if text.is_empty() => {}
                Some(text) => {
                    self.used.push(name);
                    return text;
                }
                None => {
                    self.used.push(name);
                    self.set_aside(name, value);
                }
            }
        }
        String::new()
    }

    fn set_aside(&mut self, name: &str, value: &Value) {
        self.reader.set_aside(&mut self.extra, &[self.path, ".", name].concat(), name, value, WRONG_TYPE);
    }

    /// The keys that nobody asked for.
    fn finish(mut self) -> Map<String, Value> {
        for (name, value) in self.map.iter().filter(|(name, _)| !self.used.contains(&name.as_str())) {
            self.reader.keep_unknown(&mut self.extra, &[self.path, ".", name].concat(), name, value);
        }
        self.extra
    }
}
