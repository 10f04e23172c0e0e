//! A browser without scripts: cookies, links, forms as they stand in the page.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use yishi_app::context::OpContext;
use yishi_app::house::At;
use yishi_edge::cursor::CursorKey;
use yishi_edge::origin::Hosts;
use yishi_edge::ratelimit::Rates;
use yishi_edge::{Edge, EdgeConfig};
use yishi_identity::{Actor, CommunityId};
use yishi_rulebook::CompileMode;
use yishi_server::boot;
use yishi_server::http::{Server, router};

const HOST: &str = "yishi.test";
pub(crate) const PASSWORD: &str = "correct-horse-7";

/// Three households, seven adults and a child.
const ROSTER: &str = "\
household,name,birth_date,sex,registration,resident_since,party_member,household_head,phone
东一号,陈志远,1968-04-02,male,local,1968-04-02,true,true,
东一号,李秀英,1970-09-12,female,local,1990-01-01,false,false,
东二号,王建国,1975-01-20,male,local,1975-01-20,false,true,
东二号,赵玉兰,1978-06-06,female,local,1999-05-01,true,false,
东二号,王小明,2015-06-06,male,local,2015-06-06,false,false,
西一号,孙立军,1982-11-30,male,non-local,2019-03-01,false,true,
西一号,周敏,1985-02-14,female,non-local,2019-03-01,false,false,
西一号,周大伟,1958-02-14,male,non-local,2020-03-01,false,false,
";

/// A server on a data folder of its own, with a village in it.
pub(crate) struct Host {
    pub(crate) server: Arc<Server>,
    pub(crate) community: CommunityId,
    router: Router,
    _data: tempfile::TempDir,
}

impl Host {
    /// Makes the village, its roster, and accounts `staff` and `town`.
    pub(crate) async fn start() -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let server = serve(data.path()).await;
        let app = server.app();
        let visitor = OpContext::new(Actor::default(), app.now(), "test");
        app.create_first_account(&visitor, "city", PASSWORD).await.expect("the first account");
        let city = actor(&server, "city").await;
        let made = async |at: &At, act: &str, input: Value| {
            let done = app.act_in_house(&city, at, act, &input).await.expect("it is made");
            serde_json::to_value(&done).expect("JSON")["id"].as_str().expect("an id").to_owned()
        };
        let town = json!({ "name": "云岭镇", "region_code": "320582101" });
        let town = made(&At::default(), "create-town", town).await;
        let at = At::from([("town", town)]);
        let village = json!({ "name": "清溪村", "kind": "village", "region_code": "320582101201" });
        let community: CommunityId = made(&at, "create-community", village).await.parse().expect("an id");
        let staff = json!({ "role": "staff", "community": community });
        for (login, grant) in [("staff", staff), ("town", json!({ "role": "town-admin" }))] {
            let account = json!({
                "login": login, "password": PASSWORD, "display_name": format!("{login} 一号"),
                "grants": [grant], "must_change_password": false,
                "holder": { "name": format!("{login} 本人"), "birth_date": "1980-01-01" },
            });
            made(&at, "create-town-account", account).await;
        }
        let staff = actor(&server, "staff").await;
        app.import_roster(&staff, community, ROSTER.as_bytes(), false, yishi_app::inputs::KnownPeople::Ask)
            .await
            .expect("a roster");
        Self { router: router(Arc::clone(&server)), server, community, _data: data }
    }

    /// Somebody's own context, for what is told without a page.
    pub(crate) async fn actor(&self, login: &str) -> OpContext {
        actor(&self.server, login).await
    }

    /// Goes on to another day.
    pub(crate) fn day(&self, date: &str) {
        let at = format!("{date}T09:00:00+08:00").parse().expect("an instant");
        self.server.simulated().expect("a simulated clock").set(at).expect("forward");
    }

    /// A browser that nobody has signed in with.
    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser { host: self, cookies: BTreeMap::new() }
    }
}

async fn serve(data: &Path) -> Arc<Server> {
    let begin = "2026-03-02T09:00:00+08:00".parse().expect("an instant");
    let opened = boot::open(data, Some(begin), CompileMode::InProcess).await.expect("opened");
    let mut config = EdgeConfig::new(Hosts::new([HOST.to_owned()]));
    config.rates = Rates::OFF;
    let edge = Arc::new(Edge::new(config).expect("randomness"));
    let cursors = CursorKey::new(&opened.keys.derive("page cursors"));
    let csrf = opened.keys.derive("form tokens");
    Arc::new(Server::new(opened.app, edge, cursors, csrf, opened.simulated))
}

async fn actor(server: &Server, login: &str) -> OpContext {
    let app = server.app();
    let visitor = OpContext::new(Actor::default(), app.now(), "test");
    let input = yishi_app::inputs::SignIn { login: login.into(), password: PASSWORD.into() };
    let session = app.sign_in(&visitor, input, yishi_storage::SessionKind::Bearer).await.expect("signed in");
    let actor = app.authenticate(&session.token, app.now()).await.expect("authenticated");
    OpContext::new(actor, app.now(), "test")
}

/// A person's browser.
pub(crate) struct Browser<'a> {
    host: &'a Host,
    cookies: BTreeMap<String, String>,
}

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) location: String,
    pub(crate) tag: Option<String>,
    pub(crate) html: String,
}

impl Browser<'_> {
    /// A second tab of it.
    pub(crate) fn tab(&self) -> Self {
        Self { host: self.host, cookies: self.cookies.clone() }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Reply {
        let request = Request::get(path).header(header::HOST, HOST).header(header::ACCEPT, "text/html");
        self.exchange(request.body(Body::empty()).expect("a request").into_parts()).await
    }

    /// Asks whether a page is still as it was.
    pub(crate) async fn get_unless(&mut self, path: &str, tag: &str) -> Reply {
        let request = Request::get(path)
            .header(header::HOST, HOST)
            .header(header::ACCEPT, "text/html")
            .header(header::IF_NONE_MATCH, tag);
        self.exchange(request.body(Body::empty()).expect("a request").into_parts()).await
    }

    /// The browser forgets who was signed in, as it does when a session ends.
    pub(crate) fn lose_session(&mut self) {
        self.cookies.clear();
    }

    /// A page that must be there.
    pub(crate) async fn page(&mut self, path: &str) -> Reply {
        let reply = self.get(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text());
        reply
    }

    /// Sends a form as it stands in a page, with these fields filled in.
    pub(crate) async fn send(&mut self, page: &Reply, form: &str, fields: &[(&str, &str)]) -> Reply {
        let form = page.form(form);
        self.post(&form.action, &form.with(fields), HOST).await
    }

    /// Sends a form with everything that stands in it, but for these fields, and follows where it leads.
    pub(crate) async fn follow_whole(&mut self, page: &Reply, form: &str, fields: &[(&str, &str)]) -> Reply {
        let reply = self.send_whole(page, form, fields).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{form}: {}", reply.text());
        let path = reply.location.split('#').next().unwrap_or_default().to_owned();
        self.page(&path).await
    }

    /// Sends a form with everything that stands in it, but for these fields.
    pub(crate) async fn send_whole(&mut self, page: &Reply, form: &str, fields: &[(&str, &str)]) -> Reply {
        let form = page.form(form);
        self.post(&form.action, &form.untouched(fields), HOST).await
    }

    /// Sends a form and follows where it leads.
    pub(crate) async fn follow(&mut self, page: &Reply, form: &str, fields: &[(&str, &str)]) -> Reply {
        let reply = self.send(page, form, fields).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{form}: {}", reply.text());
        let path = reply.location.split('#').next().unwrap_or_default().to_owned();
        self.page(&path).await
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(String, String)], origin: &str) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path)
            .header(header::HOST, HOST)
            .header(header::ACCEPT, "text/html")
            .header(header::ORIGIN, format!("http://{origin}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.exchange(request.body(Body::from(body)).expect("a request").into_parts()).await
    }

    /// Sends a form with one file.
    pub(crate) async fn send_file(
        &mut self,
        page: &Reply,
        form: &str,
        name: &str,
        file: impl AsRef<[u8]>,
    ) -> Reply {
        let form = page.form(form);
        let mut head = String::new();
        for (field, value) in &form.hidden {
            head += &format!("--XX\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        }
        head += &format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"f\"\r\n");
        head += "Content-Type: application/octet-stream\r\n\r\n";
        let body = [head.as_bytes(), file.as_ref(), b"\r\n--XX--\r\n"].concat();
        let request = Request::post(&form.action)
            .header(header::HOST, HOST)
            .header(header::ACCEPT, "text/html")
            .header(header::ORIGIN, format!("http://{HOST}"))
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=XX");
        self.exchange(request.body(Body::from(body)).expect("a request").into_parts()).await
    }

    pub(crate) async fn sign_in(&mut self, login: &str) {
        let page = self.page("/sign-in").await;
        let reply = self.send(&page, "sign-in", &[("name", login), ("password", PASSWORD)]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
    }

    /// The first sign-in with a password that somebody else chose: it leads to the page for one's own.
    pub(crate) async fn sign_in_first(&mut self, login: &str, given: &str, own: &str) {
        let page = self.page("/sign-in").await;
        let reply = self.send(&page, "sign-in", &[("name", login), ("password", given)]).await;
        assert!(reply.location.starts_with("/me/password?next="), "{}", reply.location);
        let page = self.page(&reply.location).await;
        page.shows("别人替您设的");
        let fields = [("old_password", given), ("new_password", own), ("again_password", own)];
        self.follow(&page, "change-password", &fields).await.shows("密码已修改");
    }

    async fn exchange(&mut self, (mut parts, body): (axum::http::request::Parts, Body)) -> Reply {
        let jar: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !jar.is_empty() {
            parts.headers.insert(header::COOKIE, jar.join("; ").parse().expect("a header"));
        }
        let peer: SocketAddr = "127.0.0.1:9".parse().expect("an address");
        let edge = self.host.server.edge();
        let response = edge.handle(Request::from_parts(parts, body), peer, self.host.router.clone()).await;
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let text = cookie.to_str().expect("text");
            let (name, rest) = text.split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or_default();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let location = parts.headers.get(header::LOCATION).and_then(|place| place.to_str().ok());
        let bytes = body.collect().await.expect("a body").to_bytes();
        Reply {
            status: parts.status,
            location: location.unwrap_or_default().to_owned(),
            tag: parts.headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned),
            html: String::from_utf8(bytes.to_vec()).expect("UTF-8"),
        }
    }
}

/// A form of a page.
pub(crate) struct Form {
    action: String,
    hidden: Vec<(String, String)>,
    /// What else a browser would send untouched: values, ticks, selections.
    shown: Vec<(String, String)>,
}

impl Form {
    /// Everything as it stands in the page, with these fields filled in otherwise.
    pub(crate) fn untouched(&self, fields: &[(&str, &str)]) -> Vec<(String, String)> {
        let kept = self.shown.iter().filter(|(name, _)| !fields.iter().any(|(given, _)| given == name));
        kept.cloned().chain(self.with(fields)).collect()
    }

    pub(crate) fn with(&self, fields: &[(&str, &str)]) -> Vec<(String, String)> {
        let given = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let kept = self.hidden.iter().filter(|(name, _)| !fields.iter().any(|(given, _)| given == name));
        kept.cloned().chain(given).collect()
    }
}

impl Reply {
    /// The page without its markup.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let mut tag = false;
        for letter in self.html.chars() {
            match letter {
                '<' => tag = true,
                '>' => {
                    tag = false;
                    text.push(' ');
                }
                letter if !tag => text.push(letter),
                _ => {}
            }
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The form with this id, or whose action ends so.
    pub(crate) fn form(&self, wanted: &str) -> Form {
        let forms =
            self.html.split("<form").skip(1).map(|rest| rest.split("</form>").next().unwrap_or_default());
        let found = forms.into_iter().find(|form| {
            let head = form.split('>').next().unwrap_or_default();
            attribute(head, "id").as_deref() == Some(wanted)
                || attribute(head, "action").is_some_and(|action| action.ends_with(wanted))
        });
        let form = found.unwrap_or_else(|| panic!("no form `{wanted}` in: {}", self.text()));
        let head = form.split('>').next().unwrap_or_default();
        let hidden = form
            .split("<input")
            .skip(1)
            .filter_map(|input| input.split('>').next())
            .filter(|input| input.contains("type=\"hidden\""))
            .filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?)))
            .collect();
        let shown = shown(form);
        Form { action: attribute(head, "action").expect("an action"), hidden, shown }
    }

    /// The names of the boxes of a form that begin so.
    pub(crate) fn boxes(&self, prefix: &str) -> Vec<String> {
        let inputs = self.html.split("<input").skip(1).filter_map(|input| input.split('>').next());
        inputs.filter_map(|input| attribute(input, "name")).filter(|name| name.starts_with(prefix)).collect()
    }

    /// The values of the boxes of this name.
    pub(crate) fn values(&self, name: &str) -> Vec<String> {
        let inputs = self.html.split("<input").skip(1).filter_map(|input| input.split('>').next());
        inputs
            .filter(|input| attribute(input, "name").as_deref() == Some(name))
            .filter_map(|input| attribute(input, "value"))
            .collect()
    }

    pub(crate) fn shows(&self, text: &str) {
        assert!(self.text().contains(text), "`{text}` is not in: {}", self.text());
    }
}

/// Controls of a form that are not hidden, with what stands in them.
fn shown(form: &str) -> Vec<(String, String)> {
    let mut shown = Vec::new();
    let tags = |name: &str| -> Vec<String> {
        form.split(&format!("<{name} ")).skip(1).map(|rest| format!(" {rest}")).collect()
    };
    for input in tags("input") {
        let input = input.split('>').next().unwrap_or_default();
        let boxed = input.contains("type=\"checkbox\"") || input.contains("type=\"radio\"");
        let skipped = input.contains("type=\"hidden\"") || (boxed && !input.contains(" checked"));
        if !skipped && let (Some(name), Some(value)) = (attribute(input, "name"), attribute(input, "value")) {
            shown.push((name, value));
        }
    }
    for area in tags("textarea") {
        let (head, rest) = area.split_once('>').unwrap_or_default();
        let text = rest.split("</textarea>").next().unwrap_or_default();
        let text = text.strip_prefix('\n').unwrap_or(text).replace("&#38;", "&");
        shown.extend(attribute(head, "name").map(|name| (name, text)));
    }
    for select in tags("select") {
        let (head, rest) = select.split_once('>').unwrap_or_default();
        let options: Vec<_> =
            rest.split("</select>").next().unwrap_or_default().split("<option").skip(1).collect();
        let chosen =
            options.iter().find(|option| option.split('>').next().unwrap_or_default().contains(" selected"));
        let value = chosen.or(options.first()).and_then(|option| attribute(option, "value"));
        if let (Some(name), Some(value)) = (attribute(head, "name"), value) {
            shown.push((name, value));
        }
    }
    shown
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split(&format!(" {name}=\"")).nth(1)?;
    Some(rest.split('"').next()?.replace("&#38;", "&").replace("&amp;", "&"))
}
