//! Pages for those who look after an installation. They show who there is and how much of everything there is, and
//! nothing of what stands in a CV.

pub mod guests;
pub mod log;
pub mod mails;
pub mod overview;
pub mod parts;
pub mod user;
pub mod users;

#[cfg(test)]
mod tests;
