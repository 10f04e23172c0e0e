//! 读取 (reads that are all alike): what is at an address, or a list of what is there, for whoever may see it.

/// Declares reads: of each what the document says, where it stands with the parts of its address, what it answers, and the
/// use case. `one` answers what is there, `list` a page of it. They are served by `reads()`.
macro_rules! reads {
    ($tag:literal; $(
        $(#[doc = $doc:literal])+
        $kind:ident $name:ident $path:literal ($($part:literal $at:ident: $id:ty),*) [$($view:tt)+]
            |$($given:pat_param),+| $read:expr;
    )+) => {
        $(crate::http::api::v1::reads::reads! {
            @$kind [$(#[doc = $doc])+] $tag $name $path ($($part $at: $id),*) [$($view)+] |$($given),+| $read
        })+

        fn reads() -> utoipa_axum::router::OpenApiRouter<std::sync::Arc<crate::http::Server>> {
            utoipa_axum::router::OpenApiRouter::new()$(.routes(utoipa_axum::routes!($name)))+
        }
    };
    (@one [$($doc:tt)+] $tag:literal $name:ident $path:literal ($($part:literal $at:ident: $id:ty),*) [$($view:tt)+]
        |$app:pat_param, $ctx:pat_param| $read:expr) => {
        $($doc)+
        #[utoipa::path(get, path = $path, tag = $tag,
            params($(($part = String, Path)),*),
            responses(
            (status = 200, body = $($view)+),
            (status = "default", body = crate::http::openapi::ProblemDocument, content_type = "application/problem+json"),
        ))]
        async fn $name(
            axum::extract::State(server): axum::extract::State<std::sync::Arc<crate::http::Server>>,
            caller: crate::http::caller::Caller,
            crate::http::api::v1::reads::Address(($($at,)*)): crate::http::api::v1::reads::Address<($($id,)*)>,
        ) -> crate::http::reply::Reply {
            let ($app, $ctx) = (server.app(), &caller.ctx);
            crate::http::reply::read($read.await)
        }
    };
    (@list [$($doc:tt)+] $tag:literal $name:ident $path:literal ($($part:literal $at:ident: $id:ty),*) [$($view:tt)+]
        |$app:pat_param, $ctx:pat_param, $after:pat_param, $limit:pat_param| $read:expr) => {
        $($doc)+
        #[utoipa::path(get, path = $path, tag = $tag,
            params($(($part = String, Path),)* crate::http::reply::Paging),
            responses(
            (status = 200, body = crate::http::reply::PageOf<$($view)+>),
            (status = "default", body = crate::http::openapi::ProblemDocument, content_type = "application/problem+json"),
        ))]
        async fn $name(
            axum::extract::State(server): axum::extract::State<std::sync::Arc<crate::http::Server>>,
            caller: crate::http::caller::Caller,
            crate::http::api::v1::reads::Address(($($at,)*)): crate::http::api::v1::reads::Address<($($id,)*)>,
            yishi_edge::query::Query(paging): yishi_edge::query::Query<crate::http::reply::Paging>,
        ) -> crate::http::reply::Reply {
            let ($app, $ctx) = (server.app(), &caller.ctx);
            server.page(&caller, &paging, "", |$after, $limit| $read).await
        }
    };
}

pub(super) use reads;
/// The document says the parts of an address itself, and is not to read them from the handler's type as well.
pub(super) use yishi_edge::extract::Path as Address;
