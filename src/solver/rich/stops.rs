//! How long each client takes and when it may be served, close together: whoever walks along a route asks nothing else of those
//! it passes.

use crate::problem::{Client, TimeWindow};

/// What is done at a client, and when it may begin.
#[derive(Clone, Copy)]
pub(in crate::solver) struct Stop<'s> {
    /// Seconds of setup and service.
    pub(in crate::solver) stay: i64,
    pub(in crate::solver) windows: &'s [TimeWindow],
}

/// The stops of all clients.
pub(in crate::solver) struct Stops {
    stays: Vec<Stay>,
    windows: Vec<TimeWindow>,
}

/// How long a client takes, and where its windows begin and end among all.
#[derive(Clone, Copy)]
struct Stay {
    seconds: i64,
    first: u32,
    end: u32,
}

impl Stops {
    pub(super) fn of(clients: &[Client]) -> Self {
        let (mut stays, mut windows) = (Vec::with_capacity(clients.len()), Vec::new());
        for client in clients {
            let first = windows.len() as u32;
            windows.extend(&client.windows);
            let seconds = (client.setup + client.service).value();
            stays.push(Stay { seconds, first, end: windows.len() as u32 });
        }
        Self { stays, windows }
    }

    #[inline(always)]
    pub(in crate::solver) fn at(&self, client: u32) -> Stop<'_> {
        let Stay { seconds, first, end } = self.stays[client as usize];
        Stop { stay: seconds, windows: &self.windows[first as usize..end as usize] }
    }
}
