//! How values of one type become values of another.

/// Types between which PostgreSQL goes by itself, as far as comparisons and checks are concerned.
const FAMILIES: &[&[&str]] = &[
    &["varchar", "text"],
    &["smallint", "integer", "bigint", "numeric", "real", "double precision"],
    &["date", "timestamp", "timestamptz"],
];

/// Further pairs with a cast between them.
const CASTS: &[[&str; 2]] =
    &[["integer", "boolean"], ["json", "jsonb"], ["timestamp", "time"], ["timestamptz", "time"], ["time", "timetz"]];

/// Whether an expression over one is most likely also one over the other.
pub(super) fn related(old: &str, new: &str) -> bool {
    let (old, new) = (bare(old), bare(new));
    old == new || FAMILIES.iter().any(|family| family.contains(&old.as_str()) && family.contains(&new.as_str()))
}

/// Whether every value stays exactly what it was, and nothing is written anew.
pub(super) fn widens(old: &str, new: &str) -> bool {
    match (bare(old).as_str(), bare(new).as_str()) {
        ("varchar" | "text", "text") => true,
        ("varchar", "varchar") => limit(new).is_none() || limit(old) <= limit(new) && limit(old).is_some(),
        _ => false,
    }
}

/// What a conversion does to values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Every one stays what it is.
    Keeps,
    /// One that does not fit stops it.
    Stops,
    /// One that does not fit is made to: digits or hours are gone.
    Rounds,
}

/// What becomes of values of one type in another.
pub(super) fn effect(old: &str, new: &str) -> Effect {
    let exact = ["smallint", "integer", "bigint"];
    let inexact = ["numeric", "real", "double precision", "date", "time", "timetz", "timestamp", "timestamptz"];
    let keeps = [("date", "timestamp"), ("date", "timestamptz"), ("json", "jsonb"), ("boolean", "integer")];
    let (old_name, new_name) = (bare(old), bare(new));
    let (from, to) = (old_name.as_str(), new_name.as_str());
    let place = |name| exact.iter().position(|other| *other == name);
    if widens(old, new) || new == "text" || keeps.contains(&(from, to)) || (old != new && new == from) {
        return Effect::Keeps;
    }
    match (place(from), place(to)) {
        (Some(old), Some(new)) if old <= new => Effect::Keeps,
        (Some(_), Some(_)) => Effect::Stops,
        (Some(_), None) if new == "numeric" => Effect::Keeps,
        (Some(_), None) if to == "boolean" => Effect::Rounds,
        _ if inexact.contains(&from) && related(old, new) => Effect::Rounds,
        _ if inexact.contains(&from) && inexact.contains(&to) => Effect::Rounds,
        _ if inexact.contains(&to) && place(from).is_some() => Effect::Rounds,
        _ => Effect::Stops,
    }
}

/// What follows `using`; nothing if PostgreSQL converts by itself. Never to a length: such a cast would cut values off,
/// where an assignment refuses them.
pub(super) fn conversion(name: &str, old: &str, new: &str) -> Option<String> {
    let (old, new) = (bare(old), bare(new));
    let text = ["varchar", "text", "text[]"];
    let direct = related(&old, &new)
        || text.contains(&old.as_str())
        || text.contains(&new.as_str())
        || CASTS.iter().any(|pair| pair.contains(&old.as_str()) && pair.contains(&new.as_str()));
    match direct {
        _ if old == new => None,
        true => Some(format!("{name}::{new}")),
        false => Some(format!("{name}::text{}::{new}", if new.ends_with("[]") { "[]" } else { "" })),
    }
}

/// The type without its length or precision.
pub(super) fn bare(of_type: &str) -> String {
    match (of_type.find('('), of_type.find(')')) {
        (Some(start), Some(end)) => format!("{}{}", &of_type[..start], &of_type[end + 1..]),
        _ => of_type.to_owned(),
    }
}

fn limit(of_type: &str) -> Option<u32> {
    of_type.split_once('(')?.1.split_once(')')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversions_never_cut_values_off() {
        assert_eq!(conversion("zip", "text", "varchar(5)").as_deref(), Some("zip::varchar"));
        assert_eq!(conversion("zip", "varchar(9)", "varchar(5)"), None);
        assert_eq!(conversion("n", "text", "integer").as_deref(), Some("n::integer"));
        assert_eq!(conversion("u", "bytea", "uuid").as_deref(), Some("u::text::uuid"));
        assert_eq!(conversion("b", "integer", "boolean").as_deref(), Some("b::boolean"));
        assert_eq!(conversion("t", "mood[]", "feeling[]").as_deref(), Some("t::text[]::feeling[]"));
    }

    #[test]
    fn what_widens_loses_nothing() {
        assert!(widens("varchar(5)", "varchar(9)") && widens("varchar(5)", "text") && widens("varchar(5)", "varchar"));
        assert!(
            !widens("varchar(9)", "varchar(5)") && !widens("varchar", "varchar(5)") && !widens("text", "varchar(5)")
        );
    }

    #[test]
    fn what_rounds_is_told_from_what_stops() {
        let cases = [
            ("integer", "bigint", Effect::Keeps),
            ("bigint", "integer", Effect::Stops),
            ("integer", "numeric", Effect::Keeps),
            ("integer", "real", Effect::Rounds),
            ("numeric(9,2)", "numeric", Effect::Keeps),
            ("numeric(9,2)", "numeric(9,1)", Effect::Rounds),
            ("numeric", "integer", Effect::Rounds),
            ("timestamptz", "date", Effect::Rounds),
            ("date", "timestamptz", Effect::Keeps),
            ("varchar(9)", "varchar(5)", Effect::Stops),
            ("text", "integer", Effect::Stops),
            ("numeric", "text", Effect::Keeps),
        ];
        for (old, new, expected) in cases {
            assert_eq!(effect(old, new), expected, "{old} to {new}");
        }
    }
}
