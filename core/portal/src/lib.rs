//! SMART on FHIR as a state machine, without I/O.
