//! 表单 (what a browser posts): fields and files, checked as strictly as the API checks JSON.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header;
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use yishi_app::AppError;
use yishi_canonical::{Digest, characters};
use yishi_edge::extract::body_bytes;
use yishi_edge::{FieldError, Problem, codes, json};
use yishi_portal::asked::Asked;

use super::answer::{Miss, Result};

/// The largest form without files.
const FORM_BYTES: usize = 512 * 1024;
/// The largest form with a file: a component or a roster is at most 4 MiB.
const FILE_BYTES: usize = (4 << 20) + 64 * 1024;
/// More fields than the longest attendance list has.
const MOST_FIELDS: usize = 6_000;

/// See the module's description.
#[derive(Debug, Default)]
pub(crate) struct Posted {
    fields: Vec<(String, String)>,
    files: Vec<(String, Bytes)>,
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or_default().to_owned();
        let media_type = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match media_type.as_str() {
            "application/x-www-form-urlencoded" => {
                let (_, bytes) = body_bytes(request, FORM_BYTES).await?;
                let fields: Vec<_> =
                    form_urlencoded::parse(&bytes).into_owned().take(MOST_FIELDS + 1).collect();
                Self::checked(fields, Vec::new())
            }
            "multipart/form-data" => {
                let boundary =
                    multer::parse_boundary(&kind).map_err(|_| Problem::new(&codes::BAD_REQUEST))?;
                let (_, bytes) = body_bytes(request, FILE_BYTES).await?;
                let (fields, files) =
                    parts(bytes, boundary).await.map_err(|_| Problem::new(&codes::BAD_REQUEST))?;
                Self::checked(fields, files)
            }
            _ => Err(Problem::new(&codes::UNSUPPORTED_TYPE)),
        }
    }
}

type Parts = (Vec<(String, String)>, Vec<(String, Bytes)>);

async fn parts(bytes: Bytes, boundary: String) -> Result<Parts, multer::Error> {
    let mut multipart = multer::Multipart::new(Body::from(bytes).into_data_stream(), boundary);
    let (mut fields, mut files) = (Vec::new(), Vec::new());
    while let Some(field) = multipart.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        if field.file_name().is_some() {
            files.push((name, field.bytes().await?));
        } else {
            fields.push((name, field.text().await?));
        }
    }
    Ok((fields, files))
}

impl Posted {
    /// Browsers send line ends as CR LF; texts are kept with LF, so that one text has one digest.
    fn checked(fields: Vec<(String, String)>, files: Vec<(String, Bytes)>) -> Result<Self, Problem> {
        if fields.len() > MOST_FIELDS {
            return Err(Problem::new(&codes::TOO_LARGE));
        }
        let fields: Vec<_> = fields
            .into_iter()
            .map(|(name, value)| (name, value.replace("\r\n", "\n").trim().to_owned()))
            .collect();
        Ok(Self { fields, files })
    }

    /// Characters that may stand in no text, each at its field.
    pub(crate) fn refuse_forbidden(&self) -> Result<()> {
        let mut errors = Vec::new();
        for (name, value) in &self.fields {
            // A browser puts this one where it could not read what was typed.
            let unread = value.chars().position(|character| character == '\u{fffd}');
            let found = characters::first_forbidden(value).or(unread.map(|at| (at + 1, '\u{fffd}')));
            if let Some((place, character)) = found {
                errors.push(json::forbidden_at(format!("/{name}"), place, character));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(Problem::fields(errors).into()) }
    }

    /// A field's text; empty when it was not sent.
    pub(crate) fn text(&self, name: &str) -> String {
        self.given(name).unwrap_or_default().to_owned()
    }

    /// A field's text, unless it is empty.
    pub(crate) fn optional(&self, name: &str) -> Option<String> {
        self.given(name).map(str::to_owned)
    }

    /// A field's text, which must not be empty.
    pub(crate) fn required(&self, name: &str) -> Result<String> {
        self.optional(name).ok_or_else(|| missing(name))
    }

    /// Every value sent under a name, such as those of ticked boxes; empty ones left out.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let found = self.fields.iter().filter(|(field, value)| field == name && !value.is_empty());
        found.map(|(_, value)| value.as_str()).collect()
    }

    /// What follows a prefix in the names of the ticked boxes.
    pub(crate) fn ticked_with(&self, prefix: &str) -> Vec<&str> {
        let ticked = self.fields.iter().filter(|(_, value)| value == "true");
        ticked.filter_map(|(name, _)| name.strip_prefix(prefix)).collect()
    }

    /// A whole number, unless the field is empty.
    pub(crate) fn number(&self, name: &str) -> Result<Option<u64>> {
        let Some(text) = self.given(name) else { return Ok(None) };
        let number = text.parse().map_err(|_| {
            AppError::field(format!("/{name}"), "not-a-number", "请填写整数", "must be a whole number")
        })?;
        Ok(Some(number))
    }

    /// A date, which must be given.
    pub(crate) fn date(&self, name: &str) -> Result<Date> {
        let text = self.required(name)?;
        let day = text.get(..10).unwrap_or(&text);
        Ok(day.parse().map_err(|_| {
            AppError::field(
                format!("/{name}"),
                "not-a-date",
                "日期应如 2026-03-01",
                "a date such as 2026-03-01",
            )
        })?)
    }

    /// One of a fixed set of words, such as an enumeration's values or an id.
    pub(crate) fn one<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        let text = self.required(name)?;
        serde_json::from_value(serde_json::Value::String(text)).map_err(|_| not_one_of(name))
    }

    /// As [`Posted::one`], unless the field is empty.
    pub(crate) fn maybe<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        if self.given(name).is_none() { Ok(None) } else { self.one(name).map(Some) }
    }

    /// The answers to what a rule asks, from the fields named `{name}.…`.
    pub(crate) fn asked(&self, asked: &Asked, name: &str) -> Result<serde_json::Value> {
        // What is written as JSON is held as strictly as a request of the API.
        let mut wrong = Vec::new();
        for (field, text) in &self.fields {
            if field.starts_with(name) && field.ends_with(".json") && !text.is_empty() {
                let (_, faults) = json::read_any(text.as_bytes())?;
                // Whatever is wrong inside is told at the field that was written in.
                wrong.extend(
                    faults.into_iter().map(|fault| FieldError { pointer: format!("/{field}"), ..fault }),
                );
            }
        }
        if !wrong.is_empty() {
            return Err(Problem::fields(wrong).into());
        }
        asked.read(name, &self.sent()).map_err(|faults| {
            let faults = faults
                .into_iter()
                .map(|fault| FieldError::new(format!("/{}", fault.name), fault.code, fault.zh, fault.en));
            Problem::fields(faults.collect()).into()
        })
    }

    /// The field of the form that a pointer into the input means: `/settings/posting-days` is `settings.posting-days`.
    pub(crate) fn field_at(&self, pointer: &str) -> String {
        let parts: Vec<&str> = pointer.trim_start_matches('/').split('/').collect();
        let sent = |name: &str| self.fields.iter().any(|(field, _)| field == name);
        let mut name = parts.join(".");
        // Of a list whose parts have fields of their own, the first.
        let first = format!("{name}.0");
        if sent(&first) {
            return first;
        }
        for part in parts.iter().rev() {
            let raw = format!("{name}.json");
            if sent(&name) || name == *part {
                return name;
            }
            if sent(&raw) {
                return raw;
            }
            name.truncate(name.len().saturating_sub(part.len() + 1));
        }
        name
    }

    /// A file that was chosen.
    pub(crate) fn file(&self, name: &str) -> Result<Bytes> {
        let found = self.files.iter().find(|(field, bytes)| field == name && !bytes.is_empty());
        found.map(|(_, bytes)| bytes.clone()).ok_or_else(|| missing(name))
    }

    /// What was sent, to be put back into the form.
    pub(crate) fn sent(&self) -> Vec<(&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// What an idempotency key stands for: everything sent but the token, and but passwords, whose digests are kept
    /// nowhere.
    pub(crate) fn digest(&self, path: &str) -> Digest {
        let mut bytes = path.as_bytes().to_vec();
        for (name, value) in
            self.fields.iter().filter(|(name, _)| name != "csrf" && !name.ends_with("password"))
        {
            for part in [name, value] {
                bytes.extend_from_slice(&part.len().to_be_bytes());
                bytes.extend_from_slice(part.as_bytes());
            }
        }
        for (name, file) in &self.files {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(Digest::of(file).to_string().as_bytes());
        }
        Digest::of(&bytes)
    }

    fn given(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}

pub(super) fn missing(name: &str) -> Miss {
    AppError::field(format!("/{name}"), "missing-field", "请填写这一项", "fill this in").into()
}

pub(super) fn not_one_of(name: &str) -> Miss {
    AppError::field(format!("/{name}"), "not-one-of", "请从列出的选项中选择", "choose one of those listed")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posted(fields: &[(&str, &str)]) -> Posted {
        let fields = fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Posted::checked(fields, Vec::new()).expect("few fields")
    }

    #[test]
    fn texts_have_one_kind_of_line_end() {
        let form = posted(&[("text", " a\r\nb\r\n"), ("empty", "  ")]);
        assert_eq!(form.text("text"), "a\nb");
        assert_eq!(form.optional("empty"), None);
        assert!(form.required("empty").is_err());
    }

    #[test]
    fn invisible_characters_are_refused_at_their_field() {
        let form = posted(&[("title", "路\u{202e}灯"), ("text", "好")]);
        let miss = form.refuse_forbidden().expect_err("an override");
        assert_eq!(miss.problem().errors()[0].pointer, "/title");
        assert!(posted(&[("text", "表情👨\u{200d}👩")]).refuse_forbidden().is_ok());
    }

    #[test]
    fn numbers_dates_and_boxes() {
        let form = posted(&[("n", "12"), ("bad", "1.5"), ("day", "2026-03-01T09:30"), ("p.x", "true")]);
        assert_eq!(form.number("n").expect("a number"), Some(12));
        assert!(form.number("bad").is_err());
        assert_eq!(form.date("day").expect("a date").to_string(), "2026-03-01");
        assert_eq!(form.ticked_with("p."), ["x"]);
    }

    #[test]
    fn the_token_is_no_part_of_what_a_key_stands_for() {
        let one = posted(&[("csrf", "a"), ("text", "x")]);
        let two = posted(&[("csrf", "b"), ("text", "x")]);
        let other = posted(&[("csrf", "a"), ("text", "y")]);
        assert_eq!(one.digest("/p"), two.digest("/p"));
        assert_ne!(one.digest("/p"), other.digest("/p"));
    }
}
