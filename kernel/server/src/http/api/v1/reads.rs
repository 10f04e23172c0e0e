//! 读写 (operations that are all alike): what is at an address, a list of what is there, a text, a write done once.

/// Declares operations: of each what the document says, where it stands with the parts of its address, what it answers, and
/// the use case. `one` answers what is there, `list` a page of it, `text` a text that is not JSON; `make` and `act` are writes
/// with a body, the first of which makes something. They are served by `reads()`.
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
    (@one $($read:tt)+) => {
        crate::http::api::v1::reads::reads! { @get [] crate::http::reply::read, $($read)+ }
    };
    (@text $($read:tt)+) => {
        crate::http::api::v1::reads::reads! {
            @get [, content_type = "text/plain"] crate::http::reply::read_text, $($read)+
        }
    };
    (@get [$($kind:tt)*] $answer:path, [$($doc:tt)+] $tag:literal $name:ident $path:literal ($($part:literal $at:ident: $id:ty),*) [$($view:tt)+]
        |$app:pat_param, $ctx:pat_param| $read:expr) => {
        $($doc)+
        #[utoipa::path(get, path = $path, tag = $tag,
            params($(($part = String, Path)),*),
            responses((status = 200, body = $($view)+ $($kind)*)))]
        async fn $name(
            axum::extract::State(server): axum::extract::State<std::sync::Arc<crate::http::Server>>,
            caller: crate::http::caller::Caller,
            crate::http::api::v1::reads::Address(($($at,)*)): crate::http::api::v1::reads::Address<($($id,)*)>,
        ) -> crate::http::reply::Reply {
            let ($app, $ctx) = (server.app(), &caller.ctx);
            $answer($read.await)
        }
    };
    (@list [$($doc:tt)+] $tag:literal $name:ident $path:literal ($($part:literal $at:ident: $id:ty),*) [$($view:tt)+]
        |$app:pat_param, $ctx:pat_param, $after:pat_param, $limit:pat_param| $read:expr) => {
        $($doc)+
        #[utoipa::path(get, path = $path, tag = $tag,
            params($(($part = String, Path),)* crate::http::reply::Paging),
            responses((status = 200, body = crate::http::reply::PageOf<$($view)+>)))]
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
    (@make $($write:tt)+) => { crate::http::api::v1::reads::reads! { @write 201 CREATED $($write)+ } };
    (@act $($write:tt)+) => { crate::http::api::v1::reads::reads! { @write 200 OK $($write)+ } };
    (@write $code:literal $status:ident
        [$($doc:tt)+] $tag:literal $name:ident $path:literal ($($part:literal $at:ident: $id:ty),*) [$input:ty => $view:ty]
        |$app:pat_param, $ctx:pat_param, $body:pat_param| $act:expr) => {
        $($doc)+
        #[utoipa::path(post, path = $path, tag = $tag,
            params($(($part = String, Path),)* ("Idempotency-Key" = String, Header, description = "A new one for each new act; the same one when repeating it")),
            request_body = $input,
            responses((status = $code, body = $view)))]
        async fn $name(
            axum::extract::State(server): axum::extract::State<std::sync::Arc<crate::http::Server>>,
            caller: crate::http::caller::Caller,
            crate::http::api::v1::reads::Address(($($at,)*)): crate::http::api::v1::reads::Address<($($id,)*)>,
            write: yishi_edge::Write<$input>,
        ) -> crate::http::reply::Reply {
            let ($app, $body) = (server.app(), write.body);
            let act = |ctx: yishi_app::OpContext| async move { let $ctx = &ctx; $act.await };
            server.once(caller, axum::http::StatusCode::$status, write.once, act).await
        }
    };
}

pub(super) use reads;
/// The document says the parts of an address itself, and is not to read them from the handler's type as well.
pub(super) use yishi_edge::extract::Path as Address;
