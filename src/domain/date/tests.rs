use super::*;
use crate::domain::{
    language::{LANGUAGES, Language},
    template::DateStyle,
};
use proptest::prelude::*;

fn on(iso: &str) -> PartialDate {
    PartialDate::parse_iso(iso).expect("a date")
}

fn dates(start: &str, end: &str) -> Dates {
    let end = match end {
        "" => None,
        "present" => Some(End::Present),
        end => Some(End::On(on(end))),
    };
    Dates { start: (!start.is_empty()).then(|| on(start)), end }
}

#[test]
fn iso_dates_are_as_precise_as_they_are_written() {
    for text in ["2020", "2020-03", "2020-03-01", "2024-02-29", "1000", "2999-12-31"] {
        assert_eq!(on(text).to_string(), text);
    }
    for text in [
        "",
        "20",
        "0999",
        "3000",
        "2020-13",
        "2020-00",
        "2020-02-30",
        "2023-02-29",
        "2020-3",
        "2020-03-01T00:00",
        "2020-03-01-01",
        "x",
        "٢٠٢٠",
    ] {
        assert_eq!(PartialDate::parse_iso(text), None, "{text}");
    }
}

#[test]
fn people_may_type_dates_as_they_like() {
    for (tag, typed, expected) in [
        ("en", "", dates("", "")),
        ("en", "mar 2021 - now", dates("2021-03", "present")),
        ("en", "2019–2022", dates("2019", "2022")),
        ("en", "2019-2022", dates("2019", "2022")),
        ("en", "2019 — 22", dates("2019", "2022")),
        ("en", "03/2021 to 06/2022", dates("2021-03", "2022-06")),
        ("en", "03/2021-06/2022", dates("2021-03", "2022-06")),
        ("en", "2021-03 – present", dates("2021-03", "present")),
        ("en", "2021-03-2022-05", dates("2021-03", "2022-05")),
        ("en", "2021-03-04 - 2022-05-06", dates("2021-03-04", "2022-05-06")),
        ("en", "since 2020", dates("2020", "present")),
        ("en", "from May 2019 to Sept. 2020", dates("2019-05", "2020-09")),
        ("en", "June 2020", dates("", "2020-06")),
        ("en", "2020", dates("", "2020")),
        ("en", "present", dates("", "present")),
        ("en", "2021 -", dates("2021", "present")),
        ("en", "2021 – ?", dates("2021", "")),
        ("en", "– 2021", dates("", "2021")),
        ("en", "March 1st, 2021", dates("", "2021-03-01")),
        ("en", "1 March 2021", dates("", "2021-03-01")),
        ("en", "03/04/2021", dates("", "2021-03-04")),
        ("en", "13/04/2021", dates("", "2021-04-13")),
        ("en-GB", "03/04/2021", dates("", "2021-04-03")),
        ("en-GB", "04/13/2021", dates("", "2021-04-13")),
        ("de", "03.04.2021 bis heute", dates("2021-04-03", "present")),
        ("de", "seit März 2019", dates("2019-03", "present")),
        ("de", "Okt 2019 bis Dez. 2020", dates("2019-10", "2020-12")),
        ("de", "maerz 2019", dates("", "")),
        ("fr", "févr. 2020 à aujourd'hui", dates("2020-02", "present")),
        ("fr", "1er août 2020 – aujourd’hui", dates("2020-08-01", "present")),
        ("fr", "depuis juillet 2020", dates("2020-07", "present")),
        ("es", "marzo de 2021 a la actualidad", dates("", "")),
        ("es", "marzo de 2021 - actualidad", dates("2021-03", "present")),
        ("es", "desde 2 de enero de 2021", dates("2021-01-02", "present")),
        ("it", "gen 2020 – oggi", dates("2020-01", "present")),
        ("pt", "março de 2021 até dez 2022", dates("2021-03", "2022-12")),
        ("nl", "mrt 2020 t/m nu", dates("2020-03", "present")),
        ("pl", "od 1 marca 2021 do paź 2022", dates("2021-03-01", "2022-10")),
        ("de", "May 2020 to now", dates("2020-05", "present")),
        ("en", "06/2022 - 03/2021", dates("2022-06", "2021-03")),
        ("en", "2018-", dates("2018", "present")),
        ("en", "Mar 2018-", dates("2018-03", "present")),
        ("en", "Jan 21 - Mar 22", dates("2021-01", "2022-03")),
        ("en", "Jan-21-Mar-22", dates("2021-01", "2022-03")),
        ("en", "Jan ’19 – now", dates("2019-01", "present")),
        ("en", "since Oct '99", dates("1999-10", "present")),
        ("en", "2019 Mar 21", dates("", "2019-03-21")),
        ("de", "Okt. 50 – Okt. 51", dates("2050-10", "1951-10")),
        ("en", "2020 (expected)", dates("", "2020")),
        ("en", "Sept. 2019 to date", dates("2019-09", "present")),
        ("en", "2019 – 2021 (2 years)", dates("2019", "2021")),
        ("en", "Jan 2019 – Present (2 yrs 3 mos)", dates("2019-01", "present")),
        ("en", "Jan 2019 - Mar 2021 · 2 yrs 3 mos", dates("2019-01", "2021-03")),
        ("en", "٢٠١٩ - ٢٠٢١", dates("2019", "2021")),
        ("en", "۲۰۲۰", dates("", "2020")),
        ("en", "２０２０", dates("", "2020")),
        ("en", "aug 1, 2020", dates("", "2020-08-01")),
        ("en", "August 1, 2020 – Present", dates("2020-08-01", "present")),
    ] {
        let read = parse_span(typed, Language::of(tag));
        if expected.is_empty() && !typed.is_empty() {
            assert!(read.is_err(), "{typed}");
        } else {
            assert_eq!(read, Ok(expected), "{typed}");
        }
    }
}

#[test]
fn what_is_no_date_says_what_to_type() {
    let english = Language::of("en");
    for (typed, error) in [
        ("soon", DateError::Unreadable),
        ("Spring 2024", DateError::Unreadable),
        ("ma 2024", DateError::Unreadable),
        ("2020 2021 2022 2023", DateError::Unreadable),
        ("-", DateError::Unreadable),
        ("?", DateError::Unreadable),
        ("mar may 2020", DateError::Unreadable),
        ("03/21", DateError::Year),
        ("0999", DateError::Year),
        ("3000", DateError::Year),
        ("31 Feb 2020", DateError::NotReal),
        ("13/2020", DateError::NotReal),
        ("21 Jan", DateError::Year),
        ("March 21st", DateError::Year),
        ("Mar 1, 21", DateError::Year),
        ("03/21 - 04/22", DateError::Year),
        ("date", DateError::Unreadable),
        ("to date", DateError::Unreadable),
        ("(2 years)", DateError::Unreadable),
    ] {
        assert_eq!(parse_span(typed, english), Err(error), "{typed}");
    }
    assert!(DateError::Unreadable.to_string().contains("Mar 2021 – present"));
}

#[test]
fn the_page_shows_dates_in_its_language() {
    for (tag, style, value, shown) in [
        ("en", DateStyle::Short, dates("2021-03", "present"), "Mar 2021 – present"),
        ("en", DateStyle::Short, dates("2019", "2022"), "2019–2022"),
        ("en", DateStyle::Short, dates("2019", "2022-03"), "2019 – Mar 2022"),
        ("en", DateStyle::Long, dates("2019-05", "2022-03"), "May 2019 – March 2022"),
        ("en", DateStyle::Numeric, dates("2019-05", "2022-03"), "05/2019 – 03/2022"),
        ("en", DateStyle::Short, dates("2021-03-01", "2022-02-28"), "Mar 2021 – Feb 2022"),
        ("en", DateStyle::Short, dates("2016-08-24", "2016-08-24"), "Aug 2016"),
        ("en", DateStyle::Short, dates("", "2016-08-24"), "Aug 24, 2016"),
        ("en", DateStyle::Long, dates("", "2016-08-24"), "August 24, 2016"),
        ("en-GB", DateStyle::Short, dates("", "2016-08-24"), "24 Aug 2016"),
        ("en-GB", DateStyle::Numeric, dates("", "2016-08-24"), "24/08/2016"),
        ("en", DateStyle::Numeric, dates("", "2016-08-24"), "08/24/2016"),
        ("de", DateStyle::Numeric, dates("", "2016-08-24"), "24.08.2016"),
        ("de", DateStyle::Long, dates("", "2016-08-24"), "24. August 2016"),
        ("pl", DateStyle::Long, dates("", "2016-08-24"), "24 sierpnia 2016"),
        ("es", DateStyle::Long, dates("2016-08", "present"), "agosto de 2016 – actualidad"),
        ("fr", DateStyle::Short, dates("2016-02", "present"), "févr. 2016 – aujourd’hui"),
        ("fr", DateStyle::Long, dates("", "2020-08-01"), "1er août 2020"),
        ("fr", DateStyle::Long, dates("", "2020-08-02"), "2 août 2020"),
        ("en", DateStyle::Short, dates("2022", "2019"), "2022–2019"),
        ("en", DateStyle::Short, dates("2022", ""), "2022"),
        ("en", DateStyle::Short, dates("", ""), ""),
    ] {
        assert_eq!(format_span(&value, style, Language::of(tag)), shown);
    }
    let odd = PartialDate { year: 2020, month: Some(13), day: Some(40) };
    assert_eq!(format_span(&Dates { start: Some(odd), end: None }, DateStyle::Short, Language::of("en")), "2020");
}

#[test]
fn an_end_before_its_start_is_noticed() {
    assert!(dates("2022", "2019").is_reversed());
    assert!(dates("2022-05", "2022-03").is_reversed());
    assert!(!dates("2022-05", "2022").is_reversed());
    assert!(!dates("2022", "2022-03").is_reversed());
    assert!(!dates("2022-05-07", "2022-05").is_reversed());
    assert!(!dates("2022", "present").is_reversed());
    assert_eq!(dates("", "2020").single(), Some(on("2020")));
    assert_eq!(dates("2020", "").single(), None);
}

/// Any real date, of any precision.
pub(crate) fn any_date() -> impl Strategy<Value = PartialDate> {
    (1000u16..=2999, prop::option::of((1u8..=12, prop::option::of(1u8..=28)))).prop_map(|(year, month)| PartialDate {
        year,
        month: month.map(|(month, _)| month),
        day: month.and_then(|(_, day)| day),
    })
}

/// Any dates.
pub(crate) fn any_dates() -> impl Strategy<Value = Dates> {
    let end = prop_oneof![Just(None), Just(Some(End::Present)), any_date().prop_map(|date| Some(End::On(date)))];
    (prop::option::of(any_date()), end).prop_map(|(start, end)| Dates { start, end })
}

proptest! {
    #[test]
    fn the_field_reads_back_what_it_shows(dates in any_dates(), language in prop::sample::select(LANGUAGES.to_vec())) {
        let shown = input_span(&dates, language);
        prop_assert_eq!(parse_span(&shown, language), Ok(dates), "{}", shown);
    }

    #[test]
    fn the_page_can_be_typed_in_again(dates in any_dates(), language in prop::sample::select(LANGUAGES.to_vec()), style in prop::sample::select(vec![DateStyle::Short, DateStyle::Long, DateStyle::Numeric])) {
        let shown = format_span(&dates, style, language);
        let read = parse_span(&shown, language);
        prop_assert!(read.is_ok_and(|read| format_span(&read, style, language) == shown), "{}", shown);
    }

    #[test]
    fn anything_may_be_typed(text in "\\PC{0,40}|[0-9a-z –./-]{0,30}", language in prop::sample::select(LANGUAGES.to_vec())) {
        if let Ok(dates) = parse_span(&text, language) {
            prop_assert!(dates.is_real());
        }
    }
}
