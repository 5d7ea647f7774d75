//! Closures of views, each kind of one type.

use leptos::prelude::*;

/// What a button does when it is pressed.
pub type Act = Callback<()>;

/// Something to do.
pub fn act(run: impl Fn() + Send + Sync + 'static) -> Act {
    Callback::new(move |()| run())
}

/// Shows something as long as a condition holds.
pub fn when(condition: Signal<bool>, view: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let view: Box<dyn Fn() -> AnyView + Send> = Box::new(view);
    let condition = Memo::new(move |_| condition.get());
    (move || condition.get().then(&view)).into_any()
}
