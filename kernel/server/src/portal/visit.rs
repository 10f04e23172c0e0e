//! 来访 (one visit of a page): who comes, in which language, with which form token, and what was said last time.
//!
//! A visitor who has not signed in gets a random number in a cookie, so that the forms they may send (sign in, check
//! a receipt) have a token of their own too. Choices of language and elder mode are kept in cookies for a year.
use yishi_portal::{Lang, Page, Speak as _};

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Mac as _;
use subtle::ConstantTimeEq as _;
use yishi_app::reader::Reader;
use yishi_app::{AppError, Community, OpContext};
use yishi_edge::cookies::{sent, set};
use yishi_edge::cursor::keyed;
use yishi_edge::{Problem, codes};
use yishi_identity::policy::Right;
use yishi_identity::{AccountId, Action, Capacity, CommunityId, RoleGrant};
use yishi_portal::context::{CommunityFrame, Flash, Form, Frame, NavItem, Tone, Viewer};

use super::answer::{Result, Tried};
use super::kept::Written;
use super::posted::Posted;
use super::sign_in::password_first;
use crate::http::Server;
use crate::http::caller::Caller;
use crate::http::unchanged::Lasting;

const LANG: &str = "yishi_lang";
const ELDER: &str = "yishi_elder";
const VISIT: &str = "yishi_visit";
const FLASH: &str = "yishi_flash";
const KEPT: &str = "yishi_kept";
const YEAR: u64 = 365 * 24 * 3600;
/// A message to show once; longer ones are cut.
const FLASH_CHARS: usize = 200;

/// See the module's description.
pub(crate) struct Visit {
    pub(crate) server: Arc<Server>,
    pub(crate) caller: Caller,
    pub(crate) lang: Lang,
    pub(crate) query: BTreeMap<String, String>,
    /// Scheme and host under which the reader reached the server.
    pub(crate) origin: String,
    elder: bool,
    path: String,
    flash: Option<Flash>,
    token: String,
    cookies: Vec<HeaderValue>,
    secure: bool,
    counted: AtomicBool,
    written: Option<(String, Written)>,
    keeps: OnceLock<HeaderValue>,
    /// The form that came with this visit, where it was refused.
    tried: OnceLock<Tried>,
}

/// A page's place: the community with the reader's standing in it.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) community: Community,
    pub(crate) reader: Reader,
    pub(crate) frame: Frame,
    /// `/c/{community}`.
    pub(crate) href: String,
}

impl Place {
    pub(crate) fn id(&self) -> CommunityId {
        self.community.id
    }

    pub(crate) fn kind(&self) -> yishi_portal::context::CommunityKind {
        self.community.kind
    }

    /// Whether the reader may do this here.
    pub(super) fn may(&self, right: impl Into<Right>) -> bool {
        self.reader.may(right)
    }

    /// Refuses a page to whoever may not see it.
    pub(super) fn needs(&self, action: Action) -> Result<()> {
        if self.may(action) { Ok(()) } else { Err(AppError::not_permitted(action).into()) }
    }
}

impl FromRequestParts<Arc<Server>> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Response> {
        Self::of(parts, server).await.map_err(|problem| {
            if problem.code() != codes::PASSWORD_CHANGE.code {
                return problem.into_response();
            }
            let next = if parts.method == Method::GET { parts.uri.path() } else { "/" };
            see_other(&password_first(next))
        })
    }
}

impl Visit {
    async fn of(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Problem> {
        let config = server.edge().config();
        let secure = config.cookie.name().starts_with("__Host-");
        let mut cookies = Vec::new();
        let caller = match Caller::of(parts, server).await {
            // A page that anybody may read is still shown when a session has ended, and a form that was sent is not
            // lost: what was written in it is kept until its writer has signed in again (see `kept`).
            Err(problem) if problem.status() == StatusCode::UNAUTHORIZED => {
                let kept = parts.headers.remove(header::COOKIE);
                parts.headers.remove(header::AUTHORIZATION);
                cookies.push(config.cookie.clear());
                let caller = Caller::of(parts, server).await?;
                if let Some(kept) = kept {
                    parts.headers.insert(header::COOKIE, kept);
                }
                caller
            }
            other => other?,
        };
        let query = query_of(&parts.uri);
        let kept = |name: &str| sent(parts.headers.get_all(header::COOKIE), name).next();
        let Wishes { lang, elder } = Wishes::of(&query, kept, caller.meta.lang);
        if query.contains_key("lang") {
            cookies.extend(set(LANG, lang.code(), YEAR, secure));
        }
        if query.contains_key("elder") {
            cookies.extend(set(ELDER, if elder { "on" } else { "off" }, YEAR, secure));
        }
        let secret = match &caller.token {
            Some(token) => token.clone(),
            None => match kept(visit_cookie(secure)).filter(|text| text.len() == 43) {
                Some(known) => known.to_owned(),
                None => {
                    let mut random = [0; 32];
                    getrandom::fill(&mut random).map_err(|_| Problem::new(&codes::INTERNAL))?;
                    let fresh = URL_SAFE_NO_PAD.encode(random);
                    cookies.extend(set(visit_cookie(secure), &fresh, 12 * 3600, secure));
                    fresh
                }
            },
        };
        let flash = kept(FLASH).and_then(|sealed| open_flash(&server.csrf, sealed));
        if kept(FLASH).is_some() && parts.method == Method::GET {
            cookies.extend(set(FLASH, "", 0, secure));
        }
        let written = kept(KEPT).and_then(|name| {
            let written = server.kept.get(name, caller.ctx.now.as_second())?;
            Some((name.to_owned(), written))
        });
        let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        Ok(Self {
            token: mac(&server.csrf, "form token", &secret),
            origin: format!("{}://{host}", if secure { "https" } else { "http" }),
            path: own_path(parts.uri.path(), &query),
            server: Arc::clone(server),
            caller,
            lang,
            query,
            elder,
            flash,
            cookies,
            secure,
            counted: AtomicBool::new(false),
            written,
            keeps: OnceLock::new(),
            tried: OnceLock::new(),
        })
    }

    /// Keeps what somebody wrote whose session has ended. Whether there was anything to keep.
    pub(crate) fn keep(&self, posted: &Posted) -> bool {
        let mut random = [0; 32];
        if self.ctx().actor.account.is_some() || getrandom::fill(&mut random).is_err() {
            return false;
        }
        let name = URL_SAFE_NO_PAD.encode(random);
        let now = self.ctx().now.as_second();
        let kept = self.server.kept.keep(&name, &self.caller.path, &posted.sent(), now);
        let seconds = u64::try_from(super::kept::SECONDS).unwrap_or(0);
        if kept && let Some(cookie) = set(KEPT, &name, seconds, self.secure) {
            return self.keeps.set(cookie).is_ok();
        }
        false
    }

    /// Whether something was kept on this visit.
    pub(crate) fn has_kept(&self) -> bool {
        self.keeps.get().is_some()
    }

    /// Whether something that was written before the session ended waits to be sent.
    pub(crate) fn waits(&self) -> bool {
        self.written.is_some()
    }

    /// The form with what its reader wrote in it before their session ended.
    pub(crate) fn put_back(&self, form: Form) -> Form {
        match &self.written {
            Some((_, written)) if self.ctx().actor.account.is_some() => {
                written.put_back(form, self.lang.words().kept_note)
            }
            _ => form,
        }
    }

    /// Forgets what was kept, once it has been sent.
    pub(crate) fn sent_again(&self) {
        if let Some((name, written)) = &self.written
            && written.action == self.caller.path
        {
            self.server.kept.forget(name);
        }
    }

    /// Counts the write of a form, once. A form is counted after it was read, so that one too many is shown again with
    /// what was written.
    pub(crate) fn count_write(&self) -> Result<(), Problem> {
        if self.counted.swap(true, Ordering::Relaxed) {
            Ok(())
        } else {
            self.caller.count_write(&self.server)
        }
    }

    pub(crate) fn app(&self) -> &yishi_app::App {
        self.server.app()
    }

    pub(crate) fn ctx(&self) -> &OpContext {
        &self.caller.ctx
    }

    /// Sends whoever has not signed in to do so first.
    pub(super) fn signed_in(&self) -> Result<AccountId> {
        Ok(self.ctx().actor.account.ok_or(AppError::NotSignedIn)?)
    }

    /// The page's own address, without the choices of language and mode.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// One of two texts, in the reader's language.
    pub(crate) fn say<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.lang.both(zh, en)
    }

    /// Whether a form came with this visitor's token. Compared in constant time.
    pub(crate) fn token_holds(&self, token: &str) -> bool {
        bool::from(self.token.as_bytes().ct_eq(token.as_bytes()))
    }

    /// Where a page belongs: the community, the reader in it, and the frame around it.
    pub(crate) async fn place(&self, id: CommunityId, nav: NavItem) -> Result<Place> {
        let here = self.app().scope(self.ctx(), id, Action::ViewPublic).await?;
        let reader = self.app().reader(&here).await?;
        let community = here.community;
        let town = self.app().town_name(&community).await?;
        let href = format!("/c/{id}");
        let mut frame = self.frame(nav).await?;
        frame.host_name.clone_from(&town);
        if let Some(viewer) = &mut frame.viewer {
            let capacities = reader.capacities();
            let particular = capacities.iter().copied().find(|capacity| *capacity != Capacity::Anyone);
            viewer.capacity =
                particular.map_or_else(String::new, |one| self.lang.capacity(one, community.kind));
            let works = particular.is_some_and(|capacity| capacity != Capacity::Resident);
            viewer.desk_href = works.then(|| format!("{href}/desk"));
        }
        frame.community = Some(CommunityFrame {
            name: community.row.name.clone(),
            town,
            kind: community.kind,
            href: href.clone(),
        });
        Ok(Place { community, reader, frame, href })
    }

    /// What surrounds a page that belongs to no community.
    pub(crate) async fn frame(&self, nav: NavItem) -> Result<Frame> {
        let viewer = match self.ctx().actor.account {
            Some(_) => Some(self.viewer().await?),
            None => None,
        };
        let words = self.lang.words();
        Ok(Frame {
            lang: self.lang,
            elder: self.elder,
            path: self.path.clone(),
            csrf: self.token.clone(),
            viewer,
            community: None,
            nav,
            flash: self.flash.clone(),
            simulated_today: self.server.simulated().map(|_| self.lang.date(&self.ctx().today)),
            host_name: words.product_tagline.to_owned(),
        })
    }

    async fn viewer(&self) -> Result<Viewer> {
        let account = self.app().me(self.ctx()).await?;
        let mut capacity = String::new();
        let mut desk_href = None;
        for role in &self.ctx().actor.roles {
            let (word, href) = match role {
                RoleGrant::CityAdmin => (Capacity::CityAdmin, "/".to_owned()),
                RoleGrant::TownAdmin { town } => (Capacity::TownAdmin, format!("/towns/{town}")),
                RoleGrant::Staff { community } => (Capacity::Staff, format!("/c/{community}/desk")),
                RoleGrant::Member { community, .. } => (Capacity::Resident, format!("/c/{community}")),
            };
            capacity = self.lang.any_capacity(word);
            desk_href = Some(href);
        }
        Ok(Viewer { name: account.display_name, capacity, desk_href })
    }

    /// The form that was refused, on the page that shows it again.
    pub(super) fn tried(&self) -> Option<&Tried> {
        self.tried.get()
    }

    /// Keeps the refused form for the page that shows it again.
    pub(super) fn set_tried(&self, tried: Tried) -> bool {
        self.tried.set(tried).is_ok()
    }

    /// A page as an answer. A form that was refused brings its status and message along.
    pub(crate) fn page(&self, frame: &Frame, page: &impl Page) -> Result<Response> {
        let mut response = match self.tried() {
            Some(tried) => self.bare_page(&Frame { flash: Some(tried.flash()), ..frame.clone() }, page)?,
            None => self.bare_page(frame, page)?,
        };
        if let Some(tried) = self.tried() {
            response.headers_mut().extend(tried.headers.clone());
        }
        Ok(response)
    }

    /// A page that says itself what was wrong with a refused form.
    pub(super) fn bare_page(&self, frame: &Frame, page: &impl Page) -> Result<Response> {
        let html = page.render(frame).map_err(AppError::internal)?;
        let same_for_all = self.ctx().actor.account.is_none() && !html.contains(&self.token);
        let mut response = self.html(self.tried().map_or(StatusCode::OK, |tried| tried.status), html);
        if same_for_all {
            response.extensions_mut().insert(Lasting);
        }
        Ok(response)
    }

    /// An HTML answer with this visit's cookies.
    pub(crate) fn html(&self, status: StatusCode, html: String) -> Response {
        let headers = [
            (header::CONTENT_LANGUAGE, self.lang.tag()),
            (header::VARY, "cookie, accept-language"),
            (header::CACHE_CONTROL, "private, no-cache"),
        ];
        self.with_cookies((status, headers, Html(html)).into_response())
    }

    fn with_cookies(&self, mut response: Response) -> Response {
        for cookie in self.cookies.iter().chain(self.keeps.get()) {
            response.headers_mut().append(header::SET_COOKIE, cookie.clone());
        }
        response
    }

    /// After a form has done its work: to a page of this host, with a message shown there once.
    pub(crate) fn done(&self, to: &str, message: &str) -> Response {
        let mut response = self.redirect(to);
        let message: String = message.chars().take(FLASH_CHARS).collect();
        let sealed = seal_flash(&self.server.csrf, &message);
        if let Some(cookie) = set(FLASH, &sealed, 60, self.secure) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }

    /// To a page of this host.
    pub(crate) fn redirect(&self, to: &str) -> Response {
        self.with_cookies(see_other(to))
    }

    /// To the sign-in page, and back afterwards.
    pub(crate) fn to_sign_in(&self, back: &str) -> Response {
        self.redirect(&sign_in_href(back))
    }

    /// Where a visitor signs in first and comes back from; nowhere for whoever has signed in.
    pub(crate) fn sign_in_for(&self, back: &str) -> Option<String> {
        self.ctx().actor.account.is_none().then(|| sign_in_href(back))
    }
}

fn see_other(to: &str) -> Response {
    let place = HeaderValue::try_from(to).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()
}

fn sign_in_href(back: &str) -> String {
    let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
    format!("/sign-in?next={back}")
}

/// A path on this host, or nothing: never another host, never a scheme.
pub(crate) fn local_path(text: &str) -> Option<&str> {
    let plain = text.len() <= 2048
        && text.starts_with('/')
        && !text.starts_with("//")
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'"' | b'<' | b'>'));
    plain.then_some(text)
}

/// A page's address without what is remembered in cookies.
fn own_path(path: &str, query: &BTreeMap<String, String>) -> String {
    let kept = query.iter().filter(|(name, _)| !matches!(name.as_str(), "lang" | "elder"));
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Over https only this very host can set it, so that a neighbour's page cannot choose a visitor's token.
const fn visit_cookie(secure: bool) -> &'static str {
    if secure { "__Host-yishi_visit" } else { VISIT }
}

/// 语言与模式 (how a reader wants pages): as the address says, else as they once chose, else as their browser asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wishes {
    pub(crate) lang: Lang,
    pub(crate) elder: bool,
}

impl Wishes {
    pub(super) fn of<'a>(
        query: &BTreeMap<String, String>,
        kept: impl Fn(&str) -> Option<&'a str>,
        asked: Lang,
    ) -> Self {
        let chosen = query.get("lang").and_then(|code| Lang::from_code(code));
        let lang = chosen.or_else(|| kept(LANG).and_then(Lang::from_code));
        let elder = query.get("elder").map(String::as_str).or_else(|| kept(ELDER));
        Self { lang: lang.unwrap_or(asked), elder: elder == Some("on") }
    }
}

/// How a page would be shown to whoever asks for this address; none when the address itself chooses.
pub(crate) fn wishes(uri: &Uri, headers: &HeaderMap, asked: Lang) -> Option<Wishes> {
    let query = query_of(uri);
    let chooses = query.contains_key("lang") || query.contains_key("elder");
    (!chooses).then(|| Wishes::of(&query, |name| sent(headers.get_all(header::COOKIE), name).next(), asked))
}

/// Whether a visitor brings something that a page shows to them alone: a message, or what they wrote.
pub(crate) fn has_own(headers: &HeaderMap) -> bool {
    [FLASH, KEPT].iter().any(|name| sent(headers.get_all(header::COOKIE), name).next().is_some())
}

/// What stands behind the question mark.
pub(super) fn query_of(uri: &Uri) -> BTreeMap<String, String> {
    form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect()
}

fn mac(key: &[u8; 32], purpose: &str, text: &str) -> String {
    let mut mac = keyed(key);
    mac.update(purpose.as_bytes());
    mac.update(&[0]);
    mac.update(text.as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

/// Sealed, so that only this server can make a page say something.
fn seal_flash(key: &[u8; 32], message: &str) -> String {
    let text = URL_SAFE_NO_PAD.encode(message);
    let seal = mac(key, "flash", &text);
    format!("{text}.{seal}")
}

fn open_flash(key: &[u8; 32], sealed: &str) -> Option<Flash> {
    let (text, seal) = sealed.split_once('.')?;
    if !bool::from(mac(key, "flash", text).as_bytes().ct_eq(seal.as_bytes())) {
        return None;
    }
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    Some(Flash { tone: Tone::Good, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_host_are_followed() {
        assert_eq!(local_path("/c/com_1?x=1#a"), Some("/c/com_1?x=1#a"));
        for bad in ["", "c", "//evil.test", "https://evil.test", "/\\evil.test", "/a b", "/a\nb", "/名"] {
            assert_eq!(local_path(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_flash_opens_only_with_its_seal() {
        let key = [7; 32];
        let sealed = seal_flash(&key, "已保存");
        assert_eq!(open_flash(&key, &sealed).map(|flash| flash.text), Some("已保存".to_owned()));
        assert_eq!(open_flash(&[8; 32], &sealed), None);
        assert_eq!(open_flash(&key, "eA.eA"), None);
    }

    #[test]
    fn tokens_differ_by_session_and_purpose() {
        let key = [1; 32];
        assert_ne!(mac(&key, "form token", "a"), mac(&key, "form token", "b"));
        assert_ne!(mac(&key, "form token", "a"), mac(&key, "flash", "a"));
    }

    #[test]
    fn the_choice_of_language_is_no_part_of_the_address() {
        let query = BTreeMap::from([("lang".into(), "en".into()), ("state".into(), "已".into())]);
        assert_eq!(own_path("/c/x", &query), "/c/x?state=%E5%B7%B2");
    }
}
