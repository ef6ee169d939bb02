//! Hostile input for everything that reads what others wrote. What there is to test is in tests/it.
