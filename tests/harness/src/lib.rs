//! Alice, Bob and their portals: what the journeys are told with.
