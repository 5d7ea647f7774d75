use super::judge::{JUDGED_CHARS, ends};
use super::*;
use crate::domain::account::EmailAddress;
use argon2::PasswordHasher;

/// More than 64 characters.
const LONG: &str = "Zwölf Boxkämpfer jagen Viktor quer über den Sylter Deich, und die Füchse sehen ihnen zu";

fn check(typed: &str, kept: Option<&str>) -> Verdict {
    verdict(typed, kept, &mut Memory::new())
}

fn email() -> EmailAddress {
    EmailAddress::parse("ada.lovelace@example.org").expect("an address")
}

#[test]
fn passphrases_of_any_characters_are_accepted() {
    for text in
        ["correct horse battery staple", "ein Fahrstuhl für Öltanker", "七転び八起き、それでも前へ進むのだ", LONG]
    {
        assert!(NewPassword::parse(text, &email()).is_ok(), "{text}");
    }
}

#[test]
fn what_is_easily_guessed_is_refused_at_its_field() {
    let long = "a ".repeat(600);
    for text in [
        "",
        "short",
        "password1234567",
        "passwordpassword",
        "qwertyuiopasdfgh",
        "aaaaaaaaaaaaaaaaaaaa",
        "123456789012345",
        "password123456789",
        "ada.lovelace@example.org",
        &long,
    ] {
        let Err(error) = NewPassword::parse(text, &email()) else { panic!("{text} was accepted") };
        assert_eq!(error.field, "password");
    }
}

/// All that zxcvbn takes for letters: the longer it is, the longer it takes.
const SIGNS: &str = "@4({[<369!1|0$57+%2";

#[test]
fn no_more_than_the_ends_of_a_long_password_are_judged() {
    let signs = SIGNS.repeat(53);
    for text in [signs.as_str(), LONG, "", SIGNS, &"七転び八起き".repeat(9)] {
        let (first, last) = ends(text);
        assert!(text.starts_with(first) && text.ends_with(last), "{text}");
        for part in [first, last] {
            assert_eq!(part.chars().count(), text.chars().count().min(JUDGED_CHARS), "{text}");
        }
    }
    let weak = "password".repeat(4);
    for text in [format!("{LONG}{weak}"), format!("{weak}{LONG}")] {
        assert!(NewPassword::parse(&text, &email()).is_ok(), "{text}");
    }
    for text in [weak, "password123456".repeat(3), "password123456password123456pass".into()] {
        assert!(NewPassword::parse(&text, &email()).is_err(), "{text}");
    }
}

#[test]
fn an_address_is_no_password_however_long_it_is() {
    let address = "robert.longname.of.somewhere@subdomain.example.org";
    let email = EmailAddress::parse(address).expect("an address");
    for text in [
        address.to_owned(),
        address.to_uppercase(),
        format!("{address}1"),
        format!("1{address}"),
        address.repeat(2),
        "Robert.Longname.of.Somewhere".into(),
    ] {
        assert!(NewPassword::parse(&text, &email).is_err(), "{text}");
    }
    assert!(NewPassword::parse(&format!("{address} correct horse battery staple"), &email).is_ok());
}

#[tokio::test]
async fn judging_refuses_what_parsing_refuses() {
    let passwords = Passwords::default();
    assert!(passwords.judge(LONG, &email()).await.is_ok());
    let refused = passwords.judge("passwordpassword", &email()).await;
    assert!(matches!(refused, Err(ApiError::Invalid(errors)) if errors[0].field == "password"));
}

#[test]
fn the_limits_of_length_are_exact_and_nothing_is_cut_off() {
    let of_bytes = |bytes: usize| format!("{LONG}{}", "x".repeat(bytes - LONG.len()));
    assert!(NewPassword::parse("kqzvfwjxhpbmrt", &email()).is_err(), "14");
    assert!(NewPassword::parse("kqzvfwjxhpbmrtd", &email()).is_ok(), "15");
    assert!(NewPassword::parse(&of_bytes(MAX_BYTES), &email()).is_ok());
    assert!(NewPassword::parse(&of_bytes(MAX_BYTES + 1), &email()).is_err());
    let longest = of_bytes(MAX_BYTES);
    let hash = ARGON2.hash_password_with_salt(same(&longest).as_bytes(), &[7; 16]).expect("a hash").to_string();
    assert_eq!(check(&longest, Some(&hash)), Verdict::Right);
    let other = format!("{}y", of_bytes(MAX_BYTES - 1));
    assert_eq!(check(&other, Some(&hash)), Verdict::Wrong, "the last character counts");
    assert_eq!(check(&format!("{longest}x"), Some(&hash)), Verdict::Wrong);
}

#[test]
fn a_password_opens_its_own_lock_only() {
    let hash = encoded(b"correct horse battery staple", &[7; 16], &mut Memory::new()).expect("a hash");
    assert_eq!(
        hash,
        ARGON2.hash_password_with_salt(b"correct horse battery staple", &[7; 16]).expect("theirs").to_string()
    );
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    assert_eq!(check("correct horse battery staple", Some(&hash)), Verdict::Right);
    assert_eq!(check("Correct horse battery staple", Some(&hash)), Verdict::Wrong);
    assert_eq!(check("correct horse battery staple", None), Verdict::Wrong);
    assert_eq!(check("", Some("nonsense")), Verdict::Wrong);
}

#[tokio::test]
async fn one_password_may_be_typed_in_several_ways() {
    let passwords = Passwords::default();
    let (composed, decomposed) =
        ("b\u{e9}b\u{e9} mange trois tr\u{e8}fles", "be\u{301}be\u{301} mange trois tre\u{300}fles");
    let full_width = "\u{ff42}\u{e9}b\u{e9} mange trois tr\u{e8}fles";
    for chosen in [composed, decomposed, full_width] {
        let password = NewPassword::parse(chosen, &email()).expect("a good password");
        let kept = passwords.hash(password, [7; 16]).await.expect("hashed");
        for typed in [composed, decomposed, full_width] {
            let verdict = passwords.check(typed.into(), Some(kept.clone())).await.expect("checked");
            assert_eq!(verdict, Verdict::Right, "{chosen} as {typed}");
        }
        let other = passwords.check("bebe mange trois trefles".into(), Some(kept)).await.expect("checked");
        assert_eq!(other, Verdict::Wrong);
    }
}

#[test]
fn weaker_parameters_are_noticed() {
    let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8 * 1024, 1, 1, None).expect("valid"));
    let hash = weak.hash_password_with_salt(b"correct horse battery staple", &[7; 16]).expect("a hash").to_string();
    assert_eq!(check("correct horse battery staple", Some(&hash)), Verdict::RightButOld);
}
