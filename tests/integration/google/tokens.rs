//! T3: tokens that say who somebody is and must not be believed.

use super::{
    ADA, EVE, Provider, accounts, heading, is_in,
    provider::{CLIENT_ID, Draft, KEY, OTHER_KEY, Signature, begin},
};
use axum::http::StatusCode;
use serde_json::{Value, json};
use sqlx::PgPool;

type Spoil = fn(&mut Draft);

fn without(value: &mut Value, name: &str) {
    value.as_object_mut().expect("an object").remove(name);
}

/// Each of these is one thing away from a token that is believed.
const BAD: [(&str, Spoil); 36] = [
    ("no issuer", |draft| without(&mut draft.claims, "iss")),
    ("another issuer", |draft| draft.claims["iss"] = json!("https://evil.example")),
    ("the issuer and a slash", |draft| {
        draft.claims["iss"] = json!(format!("{}/", draft.claims["iss"].as_str().expect("an issuer")));
    }),
    ("no audience", |draft| without(&mut draft.claims, "aud")),
    ("an empty list of audiences", |draft| draft.claims["aud"] = json!([])),
    ("another audience", |draft| draft.claims["aud"] = json!("another-client")),
    ("another audience too", |draft| draft.claims["aud"] = json!([CLIENT_ID, "another-client"])),
    ("for another party", |draft| draft.claims["azp"] = json!("another-client")),
    ("for no party by name", |draft| draft.claims["azp"] = json!("")),
    ("no expiry", |draft| without(&mut draft.claims, "exp")),
    ("expired", |draft| draft.claims["exp"] = json!(draft.claims["iat"].as_i64().expect("a time") - 1)),
    ("expiring this second", |draft| draft.claims["exp"] = draft.claims["iat"].clone()),
    ("an expiry that is no time", |draft| draft.claims["exp"] = json!("tomorrow")),
    ("no time of issue", |draft| without(&mut draft.claims, "iat")),
    ("issued an hour ago", |draft| draft.claims["iat"] = json!(draft.claims["iat"].as_i64().expect("a time") - 3600)),
    ("issued in the future", |draft| draft.claims["iat"] = json!(draft.claims["iat"].as_i64().expect("a time") + 120)),
    ("no nonce", |draft| without(&mut draft.claims, "nonce")),
    ("another nonce", |draft| draft.claims["nonce"] = json!("of another login")),
    ("an empty nonce", |draft| draft.claims["nonce"] = json!("")),
    ("no subject", |draft| without(&mut draft.claims, "sub")),
    ("an empty subject", |draft| draft.claims["sub"] = json!("")),
    ("a subject of 256 letters", |draft| draft.claims["sub"] = json!("1".repeat(256))),
    ("a subject that is a number", |draft| draft.claims["sub"] = json!(1)),
    ("a subject with a zero in it", |draft| draft.claims["sub"] = json!("1\u{0}1")),
    ("a subject of other letters", |draft| draft.claims["sub"] = json!("１")),
    ("a key that is not known", |draft| {
        draft.header["kid"] = json!(OTHER_KEY.id);
        draft.signature = Signature::Rsa(&OTHER_KEY);
    }),
    ("another key under the name of the right one", |draft| draft.signature = Signature::Rsa(&OTHER_KEY)),
    ("the right key under another name", |draft| draft.header["kid"] = json!("another")),
    ("no algorithm", |draft| {
        draft.header["alg"] = json!("none");
        draft.signature = Signature::None;
    }),
    ("no signature", |draft| draft.signature = Signature::None),
    ("a spoiled signature", |draft| draft.signature = Signature::Spoiled),
    ("signed with the public key", |draft| {
        draft.header["alg"] = json!("HS256");
        draft.signature = Signature::HmacOfPublicKey;
    }),
    ("signed with the client's secret", |draft| {
        draft.header["alg"] = json!("HS256");
        draft.signature = Signature::HmacOfSecret;
    }),
    ("an algorithm that is not taken", |draft| {
        draft.header["alg"] = json!("RS512");
        draft.signature = Signature::Rsa512(&KEY);
    }),
    ("a header that must be understood", |draft| draft.header["crit"] = json!(["b64"])),
    ("a token in a token", |draft| draft.header["cty"] = json!("JWT")),
];

#[sqlx::test]
async fn a_token_that_does_not_hold_makes_nobody_of_anybody(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    provider.log_in(&app.browser(), ADA).await;
    let before = accounts(&app).await;
    for (name, spoil) in BAD {
        for person in [ADA, EVE] {
            // From networks of their own: logging in is limited.
            let browser = app.browser();
            let answer = provider.log_in_with(&browser, person, spoil).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name}: {}", heading(&answer));
            assert_eq!(heading(&answer), "Google's answer could not be used", "{name}");
            assert_eq!(answer.location(), "", "{name}");
            assert!(!is_in(&browser).await, "{name}");
            assert!(!answer.text().contains(person.email), "{name}");
        }
        app.clock.advance(time::Duration::minutes(1));
    }
    assert_eq!(accounts(&app).await, before);
    let browser = app.browser();
    assert_eq!(provider.log_in(&browser, ADA).await.location(), "/resumes", "and a good one is believed");
}

#[sqlx::test]
async fn a_token_may_leave_out_what_need_not_be_there(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    let spared: [(&str, Spoil); 5] = [
        ("the party", |draft| without(&mut draft.claims, "azp")),
        ("the type", |draft| without(&mut draft.header, "typ")),
        ("the name of the only key", |draft| without(&mut draft.header, "kid")),
        ("a list", |draft| draft.claims["aud"] = json!([CLIENT_ID])),
        ("a clock that is half a minute ahead", |draft| {
            draft.claims["iat"] = json!(draft.claims["iat"].as_i64().expect("a time") + 30);
        }),
    ];
    for (name, spare) in spared {
        let answer = provider.log_in_with(&app.browser(), ADA, spare).await;
        assert_eq!(answer.location(), "/resumes", "{name}: {}", answer.text());
    }
}

#[sqlx::test]
async fn a_new_key_is_asked_for_at_once(pool: PgPool) {
    let (provider, app) = Provider::start(pool).await;
    provider.log_in(&app.browser(), ADA).await;
    let asked = |path: &str| provider.asked().into_iter().filter(|asked| asked == path).count();
    provider.log_in(&app.browser(), ADA).await;
    assert_eq!(asked("/keys"), 1, "known keys are not asked for again");
    provider.publish(vec![OTHER_KEY.public()]);
    let by_the_new_key = |draft: &mut Draft| {
        draft.header["kid"] = json!(OTHER_KEY.id);
        draft.signature = Signature::Rsa(&OTHER_KEY);
    };
    assert_eq!(provider.log_in_with(&app.browser(), ADA, by_the_new_key).await.location(), "/resumes");
    assert_eq!(asked("/keys"), 2);
    assert_eq!(provider.log_in(&app.browser(), ADA).await.status, StatusCode::BAD_REQUEST, "the old one is out");
    let before = asked("/keys");
    app.clock.advance(time::Duration::hours(1));
    begin(&app.browser(), "/auth/google").await;
    assert_eq!(asked("/keys"), before + 1, "once an hour in any case");
}
