//! Links in the letters that every reader of PDF and JSON takes: ASCII.

use super::{authority, safe_href};

/// [`safe_href`], with other letters written as `%XX` and, in the name of the host, as punycode.
///
/// `None` also for hosts that cannot be written so, and for stray `%` and brackets, which strict readers refuse.
pub fn ascii_href(text: &str) -> Option<String> {
    let href = safe_href(text)?;
    let start = href.find(':').filter(|at| href[*at..].starts_with("://")).map_or(0, |at| at + 3);
    let host_end = if start == 0 { 0 } else { start + authority(&href[start..]).len() };
    let mut out = String::from(&href[..start]);
    for (index, label) in href[start..host_end].split('.').enumerate() {
        if index > 0 {
            out.push('.');
        }
        push_label(&mut out, label)?;
    }
    push_encoded(&mut out, &href[host_end..])?;
    Some(out)
}

fn push_label(out: &mut String, label: &str) -> Option<()> {
    let (label, port) = label.split_once(':').map_or((label, None), |(label, port)| (label, Some(port)));
    if label.is_ascii() {
        if !label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_~".contains(&b)) {
            return None;
        }
        out.push_str(label);
    } else {
        if !label.chars().all(|c| c.is_alphanumeric() || c == '-') {
            return None;
        }
        let lower: Vec<char> = label.chars().flat_map(char::to_lowercase).collect();
        out.push_str("xn--");
        out.push_str(&punycode(&lower)?);
    }
    if let Some(port) = port {
        if !port.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        out.push(':');
        out.push_str(port);
    }
    Some(())
}

fn push_encoded(out: &mut String, text: &str) -> Option<()> {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut fragments = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'%' => {
                let hex = text.as_bytes().get(at + 1..at + 3)?;
                if !hex.iter().all(u8::is_ascii_hexdigit) {
                    return None;
                }
                out.push('%');
            }
            b'#' => {
                fragments += 1;
                if fragments > 1 {
                    return None;
                }
                out.push('#');
            }
            b'[' => out.push_str("%5B"),
            b']' => out.push_str("%5D"),
            b'!'..=b'~' => out.push(char::from(byte)),
            _ => {
                out.push('%');
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
    Some(())
}

/// The label of a host in the letters of RFC 3492, without its `xn--`; `None` when it is too long for a label.
fn punycode(label: &[char]) -> Option<String> {
    let mut out: String = label.iter().filter(|c| c.is_ascii()).collect();
    let basic = u32::try_from(out.len()).ok()?;
    let mut handled = basic;
    if basic > 0 {
        out.push('-');
    }
    let (mut n, mut delta, mut bias) = (128_u32, 0_u32, 72_u32);
    while usize::try_from(handled).ok()? < label.len() {
        let next = label.iter().map(|c| u32::from(*c)).filter(|code| *code >= n).min()?;
        delta = delta.checked_add((next - n).checked_mul(handled + 1)?)?;
        n = next;
        for code in label.iter().map(|c| u32::from(*c)) {
            if code < n {
                delta = delta.checked_add(1)?;
            }
            if code == n {
                push_delta(&mut out, delta, bias);
                bias = adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.checked_add(1)?;
        n += 1;
    }
    (out.len() <= 59).then_some(out)
}

fn push_delta(out: &mut String, delta: u32, bias: u32) {
    let digit =
        |value: u32| char::from(b"abcdefghijklmnopqrstuvwxyz0123456789"[usize::try_from(value).unwrap_or(0) % 36]);
    let (mut q, mut k) = (delta, 36);
    loop {
        let threshold = k.max(bias + 1).saturating_sub(bias).clamp(1, 26);
        if q < threshold {
            break;
        }
        out.push(digit(threshold + (q - threshold) % (36 - threshold)));
        q = (q - threshold) / (36 - threshold);
        k += 36;
    }
    out.push(digit(q));
}

fn adapt(delta: u32, points: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > 455 {
        delta /= 35;
        k += 36;
    }
    k + 36 * delta / (delta + 38)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_become_punycode() {
        // From RFC 3492, section 7.1, and names in use.
        for (label, code) in [
            ("münchen", "mnchen-3ya"),
            ("bücher", "bcher-kva"),
            ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
            ("なぜみんな日本語を話してくれないのか", "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa"),
            ("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"),
            ("porquénopuedensimplementehablarenespañol", "porqunopuedensimplementehablarenespaol-fmd56a"),
        ] {
            assert_eq!(punycode(&label.chars().collect::<Vec<_>>()).as_deref(), Some(code), "{label}");
        }
    }

    #[test]
    fn links_become_ascii() {
        for (typed, href) in [
            ("https://München.example/ü?q=ß#é", "https://xn--mnchen-3ya.example/%C3%BC?q=%C3%9F#%C3%A9"),
            ("example.org/a%20b", "https://example.org/a%20b"),
            ("https://example.org:8080/[x]", "https://example.org:8080/%5Bx%5D"),
            ("mailto:zoë@example.org", "mailto:zo%C3%AB@example.org"),
        ] {
            assert_eq!(ascii_href(typed).as_deref(), Some(href));
        }
        for none in [
            "https://example.org/100%",
            "https://exa$mple.org",
            "https://example.org/#a#b",
            "https://exa\u{301}mple.org",
            "javascript:x",
        ] {
            assert_eq!(ascii_href(none), None, "{none}");
        }
    }
}
