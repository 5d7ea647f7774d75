//! How many connections one address may have open: each takes memory and a file, and there are only so many for all.

use super::super::auth::client;
use ipnet::IpNet;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

/// Connections of one address at once: of a large office behind one, six for each browser.
pub const PER_ADDRESS: usize = 256;

/// Who may connect; cheap to clone.
#[derive(Clone, Debug)]
pub struct Door {
    per_address: usize,
    trusted: Arc<[IpNet]>,
    inside: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// A connection that was let in; its place is free when this is dropped.
#[derive(Debug)]
pub(super) struct Inside {
    /// Whose it is; nobody's that are not counted.
    counted: Option<(Door, IpAddr)>,
}

impl Door {
    /// A door for so many connections of each address, and for any number of those of trusted proxies, which come for
    /// everybody.
    pub fn new(per_address: usize, trusted: &[IpNet]) -> Self {
        Self { per_address, trusted: trusted.into(), inside: Arc::default() }
    }

    /// Lets a connection in, unless its address has enough.
    pub(super) fn let_in(&self, address: IpAddr) -> Option<Inside> {
        if client::is_in(&self.trusted, address) {
            return Some(Inside { counted: None });
        }
        let customer = client::customer(Some(address));
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let connections = inside.entry(customer).or_default();
        if *connections >= self.per_address {
            return None;
        }
        *connections += 1;
        drop(inside);
        Some(Inside { counted: Some((self.clone(), customer)) })
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        let Some((door, customer)) = &self.counted else { return };
        let mut inside = door.inside.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(connections) = inside.get_mut(customer) {
            *connections -= 1;
            if *connections == 0 {
                inside.remove(customer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn each_address_has_so_many_places_and_gets_them_back() {
        let door = Door::new(2, &["10.0.0.0/8".parse().expect("a network")]);
        let (one, other) = (address("203.0.113.1"), address("203.0.113.2"));
        let first = door.let_in(one).expect("a place");
        let _second = door.let_in(one).expect("a place");
        assert!(door.let_in(one).is_none());
        assert!(door.let_in(address("::ffff:203.0.113.1")).is_none(), "the same in other words");
        let others = door.let_in(other).expect("another address has its own");
        drop(first);
        assert!(door.let_in(one).is_some());
        let proxy: Vec<_> = (0..10).map(|_| door.let_in(address("10.1.2.3")).expect("a place")).collect();
        drop((others, proxy));
        let _of_a_network: Vec<_> = (1..=2).map(|n| door.let_in(address(&format!("2001:db8::{n}")))).collect();
        assert!(door.let_in(address("2001:db8::3")).is_none(), "a customer has a whole network");
        assert_eq!(door.inside.lock().expect("not poisoned").len(), 2, "who has left is forgotten");
    }
}
