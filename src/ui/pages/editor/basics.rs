//! "About you": who the CV is about and how to reach them.

use super::{
    closures::{act, when},
    controls::{Actions, AddButton, as_word},
    fields::TextField,
    lens::lens,
    state::{ABOUT, EditorState, anchor},
};
use crate::{
    domain::document::{Basics, ItemId, Profile},
    ui::components::Icon,
};
use leptos::prelude::*;

/// The first part of the outline.
#[component]
pub fn About() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let open = state.is_open(ABOUT);
    view! {
        <section class="part" aria-labelledby="about">
            <div class="part__head">
                <button type="button" class="part__toggle" aria-expanded=as_word(open) on:click=move |_| state.toggle(ABOUT)>
                    <Icon name="chevron-right"/>
                    <h2 id="about">"About you"</h2>
                </button>
            </div>
            {when(open, || view! { <AboutFields/> }.into_any())}
        </section>
    }
    .into_any()
}

#[component]
fn AboutFields() -> impl IntoView {
    view! {
        <div class="part__body fields fields--two">
            <TextField name="basics.name".into() label="Name" place=lens!(Basics, 0, name) autocomplete="name"/>
            <TextField name="basics.headline".into() label="Headline" place=lens!(Basics, 0, headline) placeholder="What you are, in a few words"/>
            <TextField name="basics.email".into() label="E-mail" place=lens!(Basics, 0, email) kind="email" autocomplete="email"/>
            <TextField name="basics.phone".into() label="Phone" place=lens!(Basics, 0, phone) kind="tel" autocomplete="tel"/>
            <TextField name="basics.url".into() label="Website" place=lens!(Basics, 0, url) autocomplete="url" placeholder="example.org"/>
            <div class="fields fields--place" id="basics.location">
                <TextField name="basics.location.address".into() label="Street" place=lens!(Basics, 0, location.address) autocomplete="street-address"/>
                <TextField name="basics.location.postal_code".into() label="Postal code" place=lens!(Basics, 0, location.postal_code) autocomplete="postal-code"/>
                <TextField name="basics.location.city".into() label="City" place=lens!(Basics, 0, location.city) autocomplete="address-level2"/>
                <TextField name="basics.location.region".into() label="Region" place=lens!(Basics, 0, location.region) autocomplete="address-level1"/>
                <TextField name="basics.location.country".into() label="Country" place=lens!(Basics, 0, location.country) autocomplete="country"/>
            </div>
            <Profiles/>
        </div>
    }
    .into_any()
}

#[component]
fn Profiles() -> impl IntoView {
    let state = expect_context::<EditorState>();
    let ids = state.ids(0, |document, _| document.basics.profiles.iter().map(|profile| profile.id).collect());
    let add = act(move || state.add(|document| Some(document.add_profile())));
    view! {
        <div class="field--wide profiles">
            <For each=ids key=|id| *id let:id>
                <ProfileRow id/>
            </For>
            <AddButton label="Add a profile (GitHub, LinkedIn…)" act=add/>
        </div>
    }
    .into_any()
}

#[component]
fn ProfileRow(id: ItemId) -> impl IntoView {
    let state = expect_context::<EditorState>();
    let name = anchor(id);
    let network = lens!(Profile, id, network);
    let what = Signal::derive(move || {
        let network = network.read(state);
        if network.is_empty() { "profile".to_owned() } else { network }
    });
    view! {
        <div class="profile" id=name.clone()>
            <TextField name=[&name, ".network"].concat() label="Network" place=network placeholder="GitHub"/>
            <TextField name=[&name, ".username"].concat() label="Name there" place=lens!(Profile, id, username)/>
            <TextField name=[&name, ".url"].concat() label="Link" place=lens!(Profile, id, url) placeholder="github.com/you"/>
            <Actions id what/>
        </div>
    }
    .into_any()
}
