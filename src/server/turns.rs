//! Turns at something that one person may ask for many times at once: a few go on, the others wait.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError, Weak},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Turns of each person, by what tells people apart: `users.id`, or an address.
#[derive(Debug)]
pub struct Turns<K = i32> {
    at_once: usize,
    people: Mutex<HashMap<K, Weak<Semaphore>>>,
}

/// A turn; the next begins when it is dropped.
#[derive(Debug)]
pub struct Turn {
    _permit: Option<OwnedSemaphorePermit>,
}

impl<K: Eq + Hash> Turns<K> {
    /// So many at once for each person.
    pub fn new(at_once: usize) -> Self {
        Self { at_once, people: Mutex::new(HashMap::new()) }
    }

    /// Waits for a turn of this person; they come in the order that they were asked for.
    pub async fn take(&self, person: K) -> Turn {
        // They are never closed, so there is always a turn.
        Turn { _permit: self.of(person).acquire_owned().await.ok() }
    }

    /// Those of nobody who waits or has a turn are forgotten.
    fn of(&self, person: K) -> Arc<Semaphore> {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turns) = people.get(&person).and_then(Weak::upgrade) {
            return turns;
        }
        people.retain(|_, turns| turns.strong_count() > 0);
        let turns = Arc::new(Semaphore::new(self.at_once));
        people.insert(person, Arc::downgrade(&turns));
        turns
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[tokio::test]
    async fn of_each_person_a_few_go_on_and_the_others_wait() {
        let turns = Turns::new(2);
        let (first, _second) = (turns.take(1).await, turns.take(1).await);
        assert!(turns.take(1).now_or_never().is_none());
        assert!(turns.take(2).now_or_never().is_some(), "another person does not wait");
        drop(first);
        assert!(turns.take(1).now_or_never().is_some());
    }

    #[tokio::test]
    async fn who_is_done_is_forgotten() {
        let turns = Turns::new(1);
        for person in 0..100 {
            drop(turns.take(person).await);
        }
        assert_eq!(turns.people.lock().expect("not poisoned").len(), 1);
    }
}
