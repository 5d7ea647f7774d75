//! "About you": who the CV is about and how to reach them.

use super::{
    controls::{Actions, AddButton},
    fields::{TextField, read},
    state::{ABOUT, EditorState, anchor},
};
use crate::{
    domain::document::{
        Basics, BasicsStoreFields, DocumentStoreFields, ItemId, LocationStoreFields, Profile, ProfileStoreFields,
    },
    ui::components::Icon,
};
use leptos::prelude::*;
use reactive_stores::Field;

/// The first part of the outline.
#[component]
pub fn About() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let open = move || state.is_open(ABOUT);
    view! {
        <section class="part" aria-labelledby="about">
            <div class="part__head">
                <button
                    type="button"
                    class="part__toggle"
                    aria-expanded=move || open().to_string()
                    on:click=move |_| state.toggle(ABOUT)
                >
                    <Icon name="chevron-right"/>
                    <h2 id="about">"About you"</h2>
                </button>
            </div>
            {move || open().then(|| view! { <AboutFields basics=state.document.basics().into()/> })}
        </section>
    }
    .into_any()
}

#[component]
fn AboutFields(basics: Field<Basics>) -> impl IntoView {
    let place = basics.location();
    view! {
        <div class="part__body fields fields--two">
            <TextField name="basics.name".into() label="Name" value=basics.name().into() autocomplete="name"/>
            <TextField name="basics.headline".into() label="Headline" value=basics.headline().into() placeholder="What you are, in a few words"/>
            <TextField name="basics.email".into() label="E-mail" value=basics.email().into() kind="email" autocomplete="email"/>
            <TextField name="basics.phone".into() label="Phone" value=basics.phone().into() kind="tel" autocomplete="tel"/>
            <TextField name="basics.url".into() label="Website" value=basics.url().into() autocomplete="url" placeholder="example.org"/>
            <div class="fields fields--place" id="basics.location">
                <TextField name="basics.location.city".into() label="City" value=place.city().into() autocomplete="address-level2"/>
                <TextField name="basics.location.region".into() label="Region" value=place.region().into() autocomplete="address-level1"/>
                <TextField name="basics.location.country".into() label="Country" value=place.country().into() autocomplete="country"/>
            </div>
            <Profiles basics/>
        </div>
    }
    .into_any()
}

#[component]
fn Profiles(basics: Field<Basics>) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let ids = Memo::new(move |_| {
        basics.profiles().try_with(|profiles| profiles.iter().map(|profile| profile.id).collect::<Vec<_>>()).unwrap_or_default()
    });
    let add = Callback::new(move |()| state.add(|document| Some(document.add_profile())));
    view! {
        <div class="field--wide profiles">
            <For each=ids key=|id| *id let:id>
                <ProfileRow id profile=basics.profiles().at_key(id).into()/>
            </For>
            <AddButton label="Add a profile (GitHub, LinkedIn…)" act=add/>
        </div>
    }
    .into_any()
}

#[component]
fn ProfileRow(id: ItemId, profile: Field<Profile>) -> impl IntoView {
    let name = anchor(id);
    let what = Signal::derive(move || {
        let network = read::<String>(profile.network().into());
        if network.is_empty() { "profile".to_owned() } else { network }
    });
    view! {
        <div class="profile" id=name.clone()>
            <TextField name=[&name, ".network"].concat() label="Network" value=profile.network().into() placeholder="GitHub"/>
            <TextField name=[&name, ".username"].concat() label="Name there" value=profile.username().into()/>
            <TextField name=[&name, ".url"].concat() label="Link" value=profile.url().into() placeholder="github.com/you"/>
            <Actions id what/>
        </div>
    }
    .into_any()
}
