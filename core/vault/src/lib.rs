//! Keys, signatures, seals and the recovery kit.
