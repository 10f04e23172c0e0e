//! 账号 (one's own password; the accounts of a community's residents and what whoever manages them may do).
use std::collections::BTreeMap;

use yishi_app::inputs::ChangePassword;
use yishi_app::reader::OfficeHolder;
use yishi_app::views::AccountView;
use yishi_edge::ratelimit::Kind;
use yishi_identity::Capacity;
use yishi_portal::context::{AccountLine, AccountsPage, PasswordPage};
use yishi_portal::forms;

use super::prelude::*;
use super::sign_in::home_of;
use super::visit::local_path;

/// Accounts on one page of a list.
pub(super) const PAGE: u32 = 50;

pub(super) async fn change_password(visit: Visit, posted: Posted) -> Response {
    let done = visit.change_password(&posted).await;
    let done = done.map(|to| (to, visit.say("密码已修改", "The password has been changed").to_owned()));
    visit.taken(done, "change-password", &posted, visit.password_page()).await
}

impl Visit {
    pub(super) async fn password_page(&self) -> Result<Response> {
        let account = self.app().me(self.ctx()).await?;
        let next = self.query.get("next").and_then(|next| local_path(next));
        let form = forms::change_password(self.lang, "/me/password", Some(next.unwrap_or_default()));
        let frame = self.frame(NavItem::None).await?;
        self.page(&frame, &PasswordPage { account, form: self.filled(form) })
    }

    /// Where the reader goes once the password is theirs.
    async fn change_password(&self, form: &Posted) -> Result<String> {
        self.check(form)?;
        let input = ChangePassword {
            old_password: form.required("old_password")?,
            new_password: form.required("new_password")?,
        };
        if form.required("again_password")? != input.new_password {
            let (zh, en) = ("两次写的新密码不一样", "the new password was not written the same twice");
            return Err(AppError::field("/again_password", "not-the-same", zh, en).into());
        }
        // A guess at the old password is a guess at a sign-in.
        self.server.limits.account(Kind::SignIn, self.caller.owner_key())?;
        self.app().change_password(self.ctx(), self.caller.token.as_deref(), input).await?;
        let next = form.optional("next");
        let next = next.as_deref().and_then(local_path).map(str::to_owned);
        Ok(next.unwrap_or_else(|| home_of(&self.ctx().actor)))
    }

    pub(super) async fn accounts_page(&self, community: CommunityId) -> Result<Response> {
        let place = self.place(community, NavItem::Desk).await?;
        let base = format!("{}/accounts", place.href);
        let after = self.position(&base, "after")?;
        let list = self.app().member_accounts(self.ctx(), community, after, PAGE).await?;
        // Who holds a seat is shown with it: a list of residents in which the council's chair is one of many is of no use.
        let mut offices: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for body in self.app().bodies(self.ctx(), community).await? {
            let name = self.lang.of(&body.name, &body.name_en);
            for member in body.members.iter().filter(|member| !member.ex_officio) {
                let office = self.lang.of(&member.office_name, &member.office_name_en);
                offices
                    .entry(member.person.clone())
                    .or_default()
                    .push(format!("{name}{}{office}", self.say("", " ")));
            }
        }
        let page = AccountsPage {
            accounts: self.account_lines(list.items, &base, &BTreeMap::new(), &offices)?,
            lacking: self
                .app()
                .members_without_account(self.ctx(), community)
                .await?
                .iter()
                .map(|member| self.member_line(member))
                .collect(),
            form: Some(self.member_account_form(&place)?),
            next_href: self.next(&base, "after", list.next),
            back: Link::new(self.lang.words().nav_desk, format!("{}/desk", place.href)),
        };
        self.page(&place.frame, &page)
    }

    /// Somebody in office, with the body and the office.
    pub(super) fn member_line(&self, member: &OfficeHolder) -> String {
        let (body, office) = (&member.body, &member.office);
        let seat = self.lang.fill2(
            self.say("{1}{2}", "{2}, {1}"),
            self.say(&body.zh, &body.en),
            self.say(&office.zh, &office.en),
        );
        format!("{} · {seat}", member.name)
    }

    /// Accounts with what may be done with them; nothing with the reader's own. `places` names communities.
    pub(super) fn account_lines(
        &self,
        accounts: Vec<AccountView>,
        base: &str,
        places: &BTreeMap<String, String>,
        offices: &BTreeMap<String, Vec<String>>,
    ) -> Result<Vec<AccountLine>> {
        let own = self.ctx().actor.account.map(|account| account.to_string()).unwrap_or_default();
        accounts
            .into_iter()
            .map(|account| {
                let mut forms: Vec<Form> = Vec::new();
                if account.id != own {
                    let switch = match account.disabled {
                        true => (HouseAct::EnableAccount, "enable"),
                        false => (HouseAct::DisableAccount, "disable"),
                    };
                    for (act, path) in [(HouseAct::ResetPassword, "password"), switch] {
                        let action = format!("{base}/{}/{path}", account.id);
                        let about = About::default();
                        let form =
                            self.house_form(CommunityKind::Village, act, &action, &account.id, &about)?;
                        forms.push(self.guarded(form, None)?);
                    }
                }
                let capacities = account.grants.iter().flat_map(|grant| {
                    let held = grant.person.as_ref().and_then(|person| offices.get(person));
                    if let Some(held) = held {
                        return held.clone();
                    }
                    let capacity = match grant.role.as_str() {
                        "city-admin" => Capacity::CityAdmin,
                        "town-admin" => Capacity::TownAdmin,
                        "staff" => Capacity::Staff,
                        _ => Capacity::Resident,
                    };
                    let word = self.lang.any_capacity(capacity);
                    vec![match grant.community.as_ref().and_then(|community| places.get(community)) {
                        Some(place) => format!("{place} · {word}"),
                        None => word,
                    }]
                });
                let capacity = capacities.collect::<Vec<_>>().join(self.say("、", ", "));
                Ok(AccountLine { capacity, forms, account })
            })
            .collect()
    }

    /// Whose account the form makes.
    pub(super) async fn account_of(
        &self,
        community: CommunityId,
        form: &Posted,
        input: &mut Value,
    ) -> Result<()> {
        let person = self.person_of(community, "person", form).await?;
        input["display_name"] = json!(self.app().person_name(self.ctx(), community, person).await?);
        input["grants"] = json!([{ "role": "member", "community": community, "person": person }]);
        Ok(())
    }

    /// Whether the reader manages the accounts of residents here.
    pub(super) fn manages_accounts(place: &Place) -> bool {
        place.may(Action::ManageCommunityAccounts)
    }
}
