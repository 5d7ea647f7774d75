//! The part about where somebody is signed in.

use super::DeviceLine;
use crate::ui::paths;
use leptos::prelude::*;

/// Where the account is signed in.
#[component]
pub fn Devices(
    /// The newest first.
    devices: Vec<DeviceLine>,
) -> impl IntoView {
    let others = devices.iter().any(|device| !device.this);
    let line = |device: DeviceLine| {
        let place =
            if device.network.is_empty() { device.since } else { format!("{}, from {}", device.since, device.network) };
        view! {
            <li class="account__line">
                <div>
                    <p>{device.browser}{device.this.then(|| view! { " "<span class="badge badge--good">"this one"</span> })}</p>
                    <p class="soft">"Since "{place}</p>
                </div>
                {(!device.this).then(|| view! {
                    <form method="post" action=paths::end_session(&device.name)>
                        <button class="button button--small">"Log out"</button>
                    </form>
                })}
            </li>
        }
    };
    view! {
        <section class="account__part" aria-labelledby="devices-title">
            <h2 id="devices-title">"Where you are logged in"</h2>
            <ul class="account__list">{devices.into_iter().map(line).collect::<Vec<_>>()}</ul>
            {others.then(|| view! {
                <form method="post" action=paths::END_OTHERS>
                    <button class="button">"Log out everywhere else"</button>
                </form>
            })}
        </section>
    }
    .into_any()
}
