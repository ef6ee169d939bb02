//! Alice, Bob and their portals: what the journeys are told with.
//!
//! Alice is the holder and has a phone and a tablet; Bob is her caregiver. Each device is a whole client on a folder of
//! its own, with a clock that the journey turns, and portals that are sandboxes on loopback.
