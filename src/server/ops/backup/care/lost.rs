//! What was found to be nowhere whole, noted in the place of backups, so that 'backup status' and the doctor fail until it
//! is found whole or given up.

use super::{Keys, PARTS, Part, Place, copies::archive_of};
use crate::server::storage::StorageKey;
use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// In the place; not there if nothing is lost.
const FILE: &str = "lost-archives.json";

/// Keys by the part they belong to: each part is found out about anew on a day of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Lost {
    parts: BTreeMap<u8, Keys>,
}

/// The part that a key, or the folder of one, belongs to: the same in every process and release.
pub(super) fn part_of(key: &str) -> u8 {
    let archive = if StorageKey::sha256_in(key).is_some() { archive_of(key) } else { key };
    let sum = archive.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    u8::try_from(sum % u32::from(PARTS)).unwrap_or(0)
}

impl Lost {
    pub(super) async fn read(place: &Place) -> anyhow::Result<Self> {
        let Some(content) = place.get(FILE).await? else { return Ok(Self::default()) };
        serde_json::from_slice(&content).with_context(|| {
            format!("{FILE} in {} cannot be read. Remove it and run: vitae doctor --archive", place.name())
        })
    }

    /// What is known of these is found out anew.
    pub(super) fn begin(&mut self, part: Part) {
        self.parts.retain(|known, _| part != Part::All && part != Part::Of(*known));
    }

    pub(super) fn add(&mut self, key: &str) {
        self.parts.entry(part_of(key)).or_default().add(key);
    }

    pub(super) async fn write(&self, place: &Place) -> anyhow::Result<()> {
        if self.parts.is_empty() {
            return place.delete(FILE).await;
        }
        place.put(FILE, serde_json::to_vec_pretty(self)?.into()).await
    }
}

/// Whether nothing is noted in a place.
///
/// # Errors
/// Something is: the error has the keys and what to do.
pub(in super::super) async fn nothing_is_lost(place: &Place) -> anyhow::Result<()> {
    let lost = Lost::read(place).await?;
    let count: usize = lost.parts.values().map(Keys::count).sum();
    if count == 0 {
        return Ok(());
    }
    let keys: Vec<String> = lost.parts.values().map(Keys::to_string).collect();
    bail!(
        "{count} archived PDFs are not whole where they can be read: {}. What to do, and when they are back: vitae doctor \
         --archive",
        keys.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_found_out_about_on_its_own() {
        let keys: Vec<String> = (0..100).map(|n| format!("pdf/{n}")).collect();
        let mut lost = Lost::default();
        for key in &keys {
            lost.add(key);
        }
        assert_eq!(lost.parts.len(), usize::from(PARTS), "keys are spread");
        lost.begin(Part::Of(3));
        assert!(!lost.parts.contains_key(&3) && lost.parts.len() == usize::from(PARTS) - 1);
        assert!(keys.iter().all(|key| Part::All.has(key) && Part::Of(part_of(key)).has(key)));
        let key = format!("pdf/a/b/{}.pdf", "0".repeat(64));
        assert_eq!(part_of(&key), part_of("pdf/a/b"), "of an object and its copies");
        lost.begin(Part::All);
        assert_eq!(lost, Lost::default());
    }
}
