//! 页面 (pages): the views of the application as contexts of `yishi-portal`, and forms as use cases.

mod errors;

pub(crate) use errors::error_page;
