//! Numbers in words.

/// "no CVs", "1 CV", "3 CVs".
pub fn counted(number: i64, one: &str, many: &str) -> String {
    match number {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        number => format!("{number} {many}"),
    }
}
