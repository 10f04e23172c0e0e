//! 开放的代码 (codes of the contract that may grow): bodies, steps, roles, subjects, ways of counting.
//!
//! The contract carries them as strings, so that a kernel which knows one more does not break a rule that was built
//! before. Here each is an enumeration with the codes of today and [`Body::Other`] for all that come later, so that a
//! `match` has to say what becomes of those.

macro_rules! open_codes {
    ($(
        $(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident = $code:literal),* $(,)? }
    )*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $( $(#[$case_doc])* $case, )*
            /// One that this SDK does not know, by its code.
            Other(String),
        }

        impl $name {
            /// The codes this SDK knows.
            pub const KNOWN: &'static [&'static str] = &[$($code),*];

            /// The code in the contract.
            #[must_use]
            pub fn code(&self) -> &str {
                match self {
                    $( Self::$case => $code, )*
                    Self::Other(code) => code,
                }
            }
        }

        impl From<String> for $name {
            fn from(code: String) -> Self {
                match code.as_str() {
                    $( $code => Self::$case, )*
                    _ => Self::Other(code),
                }
            }
        }

        impl From<&str> for $name {
            fn from(code: &str) -> Self {
                code.to_owned().into()
            }
        }
    )* };
}

open_codes! {
    /// 机构.
    Body {
        /// 议事会.
        Council = "council",
        /// "两委".
        JointCommittees = "joint-committees",
        /// 村(居)民代表会议.
        RepresentativeAssembly = "representative-assembly",
        /// 村(居)民会议.
        ResidentsAssembly = "residents-assembly",
        /// 村(居)民委员会.
        ResidentsCommittee = "residents-committee",
        /// 村(居)务监督委员会.
        SupervisionCommittee = "supervision-committee",
        /// 党组织.
        PartyOrganization = "party-organization",
    }

    /// 步骤 (a step of either track, or a gate between them).
    Step {
        /// 建议.
        Suggest = "suggest",
        /// 提议.
        Propose = "propose",
        /// 审核.
        Review = "review",
        /// 党组织前置研究.
        PartyStudy = "party-study",
        /// 审议.
        JointDeliberation = "joint-deliberation",
        /// 决议.
        Resolve = "resolve",
        /// 备案.
        File = "file",
        /// 决议公开.
        DiscloseDecision = "disclose-decision",
        /// 实施.
        Implement = "implement",
        /// 实施结果公开.
        DiscloseOutcome = "disclose-outcome",
    }

    /// 法定事项 (what a matter is about, as far as a statute cares).
    Subject {
        /// 章程.
        Charter = "charter",
        /// 实施细则.
        Rule = "rule",
        /// 村规民约.
        VillageRegulation = "village-regulation",
        /// 村庄规划.
        Planning = "planning",
        /// 享受补贴的岗位.
        SubsidisedPosts = "subsidised-posts",
        /// 集体资金.
        CollectiveFunds = "collective-funds",
        /// 筹资筹劳.
        PublicWorksLevy = "public-works-levy",
        /// 帮扶方案.
        AssistancePlan = "assistance-plan",
        /// 年度工作报告.
        AnnualReport = "annual-report",
        /// 民主评议.
        Evaluation = "evaluation",
        /// 集体财产和成员权益.
        CollectiveProperty = "collective-property",
        /// 其他事项.
        General = "general",
    }

    /// 参加的身份 (as what a person is to be admitted).
    Role {
        /// 选民.
        Voter = "voter",
        /// 候选人.
        Candidate = "candidate",
        /// 代表.
        Representative = "representative",
        /// 议事会成员.
        CouncilMember = "council-member",
        /// 参与人.
        Participant = "participant",
    }

    /// 计数方式 (how an assembly is counted).
    CountingMode {
        /// Every adult.
        Persons = "persons",
        /// One representative for each household.
        Households = "households",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the kernel calls its codes, so that the two cannot drift apart.
    fn vocabulary(family: &str) -> Vec<String> {
        let text = include_str!("../../../schemas/vocabulary.json");
        let all: serde_json::Value = serde_json::from_str(text).expect("the vocabulary");
        let families = all["families"].as_array().expect("families");
        let found = families.iter().find(|one| one["family"] == family).expect("the family");
        let terms = found["terms"].as_array().expect("terms");
        terms.iter().map(|term| term["code"].as_str().expect("a code").to_owned()).collect()
    }

    #[test]
    fn every_code_of_the_kernel_has_a_case_here() {
        assert_eq!(Body::KNOWN, vocabulary("body"));
        assert_eq!(Step::KNOWN, vocabulary("step"));
        assert_eq!(Subject::KNOWN, vocabulary("subject"));
        assert_eq!(Role::KNOWN, vocabulary("role"));
        assert_eq!(CountingMode::KNOWN, vocabulary("counting-mode"));
    }

    #[test]
    fn a_code_of_a_later_kernel_is_kept_and_matches_no_case() {
        let body = Body::from("electoral-committee");
        assert_eq!(body, Body::Other("electoral-committee".to_owned()));
        assert_eq!(body.code(), "electoral-committee");
        assert_eq!(Step::from("propose"), Step::Propose);
    }
}
