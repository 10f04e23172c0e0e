//! 社区类型 (the kind of community): which organic law applies, and whose words are used.

crate::coded! {
    /// 村 / 社区 (the kind of community): which organic law applies.
    pub enum CommunityKind: "community-kind" {
        /// 村 (village), under 村民委员会组织法.
        Village = "village",
        /// 社区 (urban community), under 城市居民委员会组织法.
        Urban = "urban",
    }
}
