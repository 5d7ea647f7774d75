//! The letters: what each says, as text and as HTML.

use crate::server::auth::tokens::{Purpose, Secret};
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use uuid::Uuid;

/// A letter, as it waits. It holds no link: that is made when it is sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "letter", rename_all = "kebab-case")]
pub enum Letter {
    /// To somebody who wants an account: follow this link. To somebody who has one: you have one.
    SignUp {
        /// What the account will be.
        pending: PendingSignUp,
    },
    /// To somebody who forgot their password.
    ResetPassword {
        /// Where it was asked for, roughly.
        network: Option<String>,
    },
    /// To the new address of an account.
    ChangeEmail,
    /// To the old address of an account.
    EmailChanged,
    /// To the owner of an account with a new password.
    PasswordChanged,
    /// To the owner of an account that asks for a second step from now on.
    TwoStepOn,
    /// To the owner of an account that no longer does.
    TwoStepOff,
    /// To the owner of an account to which Google was added.
    GoogleLinked,
    /// To the owner of an account from which it was taken away.
    GoogleUnlinked,
}

/// An account that is made when its owner follows the link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingSignUp {
    /// The address.
    pub email: String,
    /// The password, hashed.
    pub password_hash: String,
    /// The guest that becomes the account: id, epoch and uid.
    pub guest: Option<(i32, i32, Uuid)>,
    /// Names the browser in which it was asked for.
    pub browser: String,
}

/// Where a letter leads.
#[derive(Clone, Debug)]
pub struct Link {
    label: &'static str,
    url: String,
}

impl Link {
    /// A link below the public address of this installation, and of no other.
    pub fn new(public_url: &str, purpose: Purpose, secret: &Secret) -> Self {
        let (label, page) = match purpose {
            Purpose::SignUp => ("Confirm my address", "verify-email"),
            Purpose::ChangeEmail => ("Use this address", "verify-email"),
            Purpose::ResetPassword => ("Set a new password", "reset-password"),
        };
        Self { label, url: format!("{public_url}/{page}?token={}", secret.as_str()) }
    }

    /// The address.
    pub fn into_url(self) -> String {
        self.url
    }
}

/// What a letter says.
#[derive(Clone, Debug)]
pub(super) struct Content {
    /// The subject.
    pub(super) subject: &'static str,
    before: Vec<String>,
    link: Option<Link>,
    after: Vec<&'static str>,
}

impl Content {
    /// The words of a letter; `link` is where it leads, if it does.
    pub(super) fn of(letter: &Letter, public_url: &str, link: Option<Link>) -> Self {
        let not_you = "If it was not you, you need not do anything: without this link nothing happens.";
        let (subject, before, after) = match (letter, &link) {
            (Letter::SignUp { .. }, Some(_)) => (
                "Confirm your address for Vitae",
                vec!["Somebody, you we hope, wants a Vitae account with this address. Follow the link to confirm that the address is yours.".to_owned()],
                vec!["The link is good once, for 24 hours. Open it in the browser in which you signed up; elsewhere it asks for the password you chose.", not_you],
            ),
            (Letter::SignUp { .. }, None) => (
                "You have a Vitae account already",
                vec![
                    "Somebody, you perhaps, wanted to make a Vitae account with this address. There is one already.".to_owned(),
                    format!("Log in at {public_url}/login. If you do not know the password any more, set a new one there."),
                ],
                vec!["If it was not you, you need not do anything."],
            ),
            (Letter::ResetPassword { .. }, _) => (
                "Set a new password for Vitae",
                vec!["Somebody, you we hope, asked for a new password for the Vitae account with this address.".to_owned()],
                vec!["The link is good once, for ten minutes. When you have set the new password, every device is logged out.", not_you],
            ),
            (Letter::ChangeEmail, _) => (
                "Confirm your new address for Vitae",
                vec!["You asked for your Vitae account to be known by this address from now on. Follow the link to confirm that it is yours.".to_owned()],
                vec!["The link is good once, for ten minutes.", not_you],
            ),
            (Letter::EmailChanged, _) => (
                "The address of your Vitae account was changed",
                vec!["Your Vitae account is now known by another address; this is the last mail to this one.".to_owned()],
                vec!["If it was not you, somebody has access to your account: tell whoever runs this installation at once."],
            ),
            (Letter::PasswordChanged, _) => (
                "The password of your Vitae account was changed",
                vec!["The password of your Vitae account was changed just now, and every other device was logged out.".to_owned()],
                vec!["If it was not you, somebody has access to your account. Set a new password at once: choose \"Forgot the password?\" where you log in."],
            ),
            (Letter::TwoStepOn, _) => (
                "Two-step verification of your Vitae account is on",
                vec!["From now on, logging in to your Vitae account takes your password and a code from your app. Every other device was logged out.".to_owned()],
                vec!["Keep your recovery codes: they let you in if you lose the app.", "If it was not you, somebody has access to your account: tell whoever runs this installation at once."],
            ),
            (Letter::TwoStepOff, _) => (
                "Two-step verification of your Vitae account is off",
                vec!["From now on, the password alone lets you in to your Vitae account.".to_owned()],
                vec!["If it was not you, somebody has access to your account. Set a new password at once: choose \"Forgot the password?\" where you log in."],
            ),
            (Letter::GoogleLinked, _) => (
                "Google was added to your Vitae account",
                vec!["A Google account can now be used to log in to your Vitae account. Every other device was logged out.".to_owned()],
                vec!["If it was not you, somebody has access to your account. Set a new password at once, which takes Google away: choose \"Forgot the password?\" where you log in."],
            ),
            (Letter::GoogleUnlinked, _) => (
                "Google was taken away from your Vitae account",
                vec!["Google can no longer be used to log in to your Vitae account. Every other device was logged out.".to_owned()],
                vec!["If it was not you, somebody has access to your account. Set a new password at once: choose \"Forgot the password?\" where you log in."],
            ),
        };
        Self { subject, before, link, after }
    }

    /// As plain text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for paragraph in &self.before {
            let _ = writeln!(text, "{paragraph}\n");
        }
        if let Some(Link { label, url }) = &self.link {
            let _ = writeln!(text, "{label}:\n{url}\n");
        }
        for paragraph in &self.after {
            let _ = writeln!(text, "{paragraph}\n");
        }
        text.push_str("Vitae\n");
        text
    }

    /// As HTML that mail programs show alike: one table, styles at the elements, nothing loaded.
    pub(super) fn html(&self) -> String {
        let paragraph = |words: &str, style: &str| {
            format!(r#"<p style="margin:0 0 16px;{style}">{}</p>"#, html_escape::encode_text(words))
        };
        let mut body = String::new();
        for words in &self.before {
            body.push_str(&paragraph(words, "font-size:16px;line-height:24px;color:#1f2328"));
        }
        if let Some(Link { label, url }) = &self.link {
            let url = html_escape::encode_double_quoted_attribute(url);
            let _ = write!(
                body,
                r#"<p style="margin:24px 0"><a href="{url}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#1b4d3e;color:#ffffff;font-size:16px;font-weight:600;text-decoration:none">{label}</a></p><p style="margin:0 0 16px;font-size:13px;line-height:20px;color:#5c636b">Or copy this address: <br><span style="word-break:break-all">{url}</span></p>"#
            );
        }
        for words in &self.after {
            body.push_str(&paragraph(words, "font-size:14px;line-height:21px;color:#5c636b"));
        }
        let subject = html_escape::encode_text(self.subject);
        format!(
            r#"<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light"><title>{subject}</title></head><body style="margin:0;background:#f7f5f1;font-family:Inter,'Segoe UI',Helvetica,Arial,sans-serif"><table role="presentation" width="100%" cellspacing="0" cellpadding="0"><tr><td align="center" style="padding:32px 16px"><table role="presentation" width="100%" cellspacing="0" cellpadding="0" style="max-width:520px;background:#ffffff;border:1px solid #e4e0d8;border-radius:12px"><tr><td style="padding:32px"><p style="margin:0 0 24px;font-size:20px;font-weight:700;letter-spacing:-0.02em;color:#1b4d3e">Vitae</p><h1 style="margin:0 0 16px;font-size:20px;line-height:28px;color:#1f2328">{subject}</h1>{body}</td></tr></table></td></tr></table></body></html>"#
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_leads_to_the_public_address_in_both_forms() {
        let link = Link::new("https://cv.example.org", Purpose::ResetPassword, &Secret::new([1; 16]));
        let content = Content::of(&Letter::ResetPassword { network: None }, "https://cv.example.org", Some(link));
        let url = format!("https://cv.example.org/reset-password?token={}", "01".repeat(16));
        assert!(content.text().contains(&url), "{}", content.text());
        assert!(content.html().contains(&format!("href=\"{url}\"")), "{}", content.html());
    }

    #[test]
    fn letters_are_stored_and_read() {
        let pending = PendingSignUp {
            email: "ada@example.org".into(),
            password_hash: "$argon2id$".into(),
            guest: Some((1, 0, Uuid::nil())),
            browser: "b".into(),
        };
        let stored = serde_json::to_value(Letter::SignUp { pending: pending.clone() }).expect("plain data");
        let Ok(Letter::SignUp { pending: read }) = serde_json::from_value(stored) else { panic!("another letter") };
        assert_eq!(read, pending);
    }
}
