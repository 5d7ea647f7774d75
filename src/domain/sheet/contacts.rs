//! How somebody is reached, as it is printed and linked.

use super::{
    Contact,
    build::{join, label},
};
use crate::domain::{
    document::{Basics, Location, Profile},
    text::{ascii_href, clean_line, is_email, shown_url},
};

/// Place, telephone, address and profiles: those that are not empty, in this order.
pub(super) fn contacts(basics: &Basics) -> Vec<Contact> {
    let contact = |field: &str, text: String, href: Option<String>| Contact {
        label: ["basics.", field].concat(),
        text,
        href: href.unwrap_or_default(),
    };
    let email = clean_line(without_scheme(&basics.email, "mailto:"));
    let phone = clean_line(without_scheme(&basics.phone, "tel:"));
    let mail = is_email(&email).then(|| ascii_href(&["mailto:", &email].concat())).flatten();
    let mut contacts = vec![
        contact("location", place(&basics.location), None),
        contact("phone", phone.clone(), telephone(&phone)),
        contact("email", email, mail),
        contact("url", clean_line(shown_url(&basics.url)), ascii_href(&basics.url)),
    ];
    contacts.extend(basics.profiles.iter().map(profile));
    contacts.retain(|contact| !contact.text.is_empty());
    contacts
}

/// What was copied from a link, as it is printed.
fn without_scheme<'a>(text: &'a str, scheme: &str) -> &'a str {
    let text = text.trim();
    match text.split_at_checked(scheme.len()) {
        Some((head, rest)) if head.eq_ignore_ascii_case(scheme) => rest,
        _ => text,
    }
}

/// The address of a profile, unless that leads only to the front door of the service; otherwise service and name.
fn profile(profile: &Profile) -> Contact {
    let network = clean_line(&profile.network);
    let username = clean_line(&profile.username);
    let url = clean_line(shown_url(&profile.url));
    let href = ascii_href(&profile.url);
    let names = url.to_lowercase().contains(&username.trim_start_matches('@').to_lowercase());
    // "twitter.com" of Twitter does not say whose page it is.
    let front_door = [network.to_lowercase().as_str(), "."].concat();
    let leads = href.is_some() && (url.contains('/') || !url.to_lowercase().starts_with(&front_door));
    let text = match (url.is_empty(), network.is_empty(), username.is_empty()) {
        (false, ..) if names || leads => url,
        (_, false, false) => [network.as_str(), ": ", &username].concat(),
        (_, true, false) => username,
        (true, false, true) => network,
        (_, _, true) => url,
    };
    Contact { label: label(profile.id), text, href: href.unwrap_or_default() }
}

/// Street, postal code and city in the order of the country, region, country.
fn place(location: &Location) -> String {
    let [address, code, city, region, country] =
        [&location.address, &location.postal_code, &location.city, &location.region, &location.country]
            .map(|part| clean_line(part));
    let after = matches!(
        country.to_ascii_uppercase().as_str(),
        "US" | "USA"
            | "GB"
            | "UK"
            | "CA"
            | "AU"
            | "NZ"
            | "IE"
            | "IN"
            | "UNITED STATES"
            | "UNITED KINGDOM"
            | "CANADA"
            | "AUSTRALIA"
    );
    if after {
        let last = if region.is_empty() {
            [String::new(), join([city, code], " ")]
        } else {
            [city, join([region, code], " ")]
        };
        join([address].into_iter().chain(last).chain([country]), ", ")
    } else {
        join([address, join([code, city], " "), region, country], ", ")
    }
}

fn telephone(text: &str) -> Option<String> {
    let plus = if text.starts_with('+') { "+" } else { "" };
    // After the code of a country nobody dials the zero in parentheses.
    let number = if plus.is_empty() { text.to_owned() } else { text.replacen("(0)", "", 1) };
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    (digits.len() >= 5).then(|| ["tel:", plus, &digits].concat())
}
