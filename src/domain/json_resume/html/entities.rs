//! Entities: characters written as `&amp;` or `&#39;`.

/// Whether there is an entity in a text.
pub(super) fn has_entities(text: &str) -> bool {
    text.match_indices('&').any(|(at, _)| entity(&text[at..]).is_some())
}

/// The characters of a text, with those that entities stand for in their place.
pub(super) fn undo_entities(text: &str) -> impl Iterator<Item = char> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let (c, length) = entity(rest).unwrap_or((first, first.len_utf8()));
        rest = &rest[length..];
        Some(c)
    })
}

/// The character that an entity stands for, if a text begins with one, and the bytes of the entity.
fn entity(text: &str) -> Option<(char, usize)> {
    let name = text.strip_prefix('&')?;
    let end = name.bytes().take(10).position(|byte| byte == b';')?;
    let name = name.get(..end)?;
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => numbered(name.strip_prefix('#')?)?,
    };
    Some((c, end + 2))
}

/// The character of a number, such as 39 or x27.
fn numbered(number: &str) -> Option<char> {
    let (digits, radix) = number.strip_prefix(['x', 'X']).map_or((number, 10), |digits| (digits, 16));
    let is_number = digits.chars().all(|c| c.is_digit(radix));
    let code = u32::from_str_radix(digits, radix).ok().filter(|_| is_number)?;
    match char::from_u32(code)? {
        '\0' => None,
        '\u{a0}' => Some(' '),
        c => Some(c),
    }
}
