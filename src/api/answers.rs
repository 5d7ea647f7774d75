//! How the browser reads what a server function answers; see [`crate::domain::json`] for why not with serde.

use super::{
    ApiError,
    archives::Archive,
    resumes::{LoadedResume, Preview, PreviewPage},
};
use crate::domain::{
    json::{FromJson, objects, take},
    validate::FieldError,
};
use serde_json::{Map, Value};

objects! {
    LoadedResume { id, name, revision, document }
    Preview { pages, missing, warnings }
    PreviewPage { hash, width, height, svg }
    Archive { uuid, name, revision, created_at, size_bytes, sha256, ready, warning }
    FieldError { field, message }
}

impl FromJson for ApiError {
    /// A word, or a word with what belongs to it. Anything else did not come from this server.
    fn from_json(value: Value) -> Self {
        let (word, content) = match value {
            Value::Object(object) => object.into_iter().next().unwrap_or_default(),
            word => (String::from_json(word), Value::Null),
        };
        match word.as_str() {
            "Unauthenticated" => Self::Unauthenticated,
            "WrongCredentials" => Self::WrongCredentials,
            "NotFound" => Self::NotFound,
            "Invalid" => Self::Invalid(FromJson::from_json(content)),
            "Conflict" => Self::Conflict { current: take(&mut Map::from_json(content), "current") },
            "TooLarge" => Self::TooLarge { max: take(&mut Map::from_json(content), "max") },
            "Limit" => Self::Limit(FromJson::from_json(content)),
            "RateLimited" => Self::RateLimited,
            "Render" => Self::Render(FromJson::from_json(content)),
            "Unavailable" => Self::Unavailable,
            "Internal" => Self::Internal { request_id: take(&mut Map::from_json(content), "request_id") },
            "Transport" => Self::Transport(FromJson::from_json(content)),
            _ => Self::Transport(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sample;
    use serde::{Serialize, de::DeserializeOwned};
    use std::fmt::Debug;

    /// Both readers, serde's and ours, give back what was written.
    #[track_caller]
    fn is_read<T: FromJson + Serialize + DeserializeOwned + PartialEq + Debug>(answer: &T) {
        let value = serde_json::to_value(answer).expect("plain data");
        assert_eq!(&T::from_json(value.clone()), answer);
        assert_eq!(&serde_json::from_value::<T>(value).expect("the same type"), answer);
    }

    #[test]
    fn every_error_is_read() {
        let text = || "text".to_owned();
        for error in [
            ApiError::Unauthenticated,
            ApiError::WrongCredentials,
            ApiError::NotFound,
            ApiError::Invalid(vec![FieldError { field: text(), message: text() }]),
            ApiError::Conflict { current: 7 },
            ApiError::TooLarge { max: 256 },
            ApiError::Limit(text()),
            ApiError::RateLimited,
            ApiError::Render(text()),
            ApiError::Unavailable,
            ApiError::Internal { request_id: text() },
            ApiError::Transport(text()),
        ] {
            is_read(&error);
        }
    }

    #[test]
    fn every_answer_is_read() {
        let text = || "text".to_owned();
        is_read(&LoadedResume { id: 3, name: text(), revision: 4, document: sample::sample() });
        let page = |svg| PreviewPage { hash: text(), width: 5953, height: 8419, svg };
        is_read(&Preview {
            pages: vec![page(Some(text())), page(None)],
            missing: text(),
            warnings: vec![FieldError { field: text(), message: text() }],
        });
        is_read(&Archive {
            uuid: text(),
            name: text(),
            revision: 2,
            created_at: text(),
            size_bytes: 5_000_000_000,
            sha256: text(),
            ready: true,
            warning: "Boxes.".into(),
        });
        is_read(&-3_i32);
        is_read(&());
    }

    #[test]
    fn what_is_no_error_of_ours_never_arrived() {
        assert_eq!(ApiError::from_json(Value::Null), ApiError::Transport(String::new()));
    }
}
