//! The record as a CRDT: pages and facts, their merge, and the rows that screens read.
