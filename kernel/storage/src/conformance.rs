//! 一致性测试 (the conformance suite): what every implementation of [`Store`](crate::Store) has to pass.
