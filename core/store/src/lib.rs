//! The encrypted database: log, projections, search.
