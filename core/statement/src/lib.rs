//! The signed unit of the record and its chains: types, bytes, order.
