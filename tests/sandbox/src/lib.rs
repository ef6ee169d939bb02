//! A SMART on FHIR portal on loopback, with real sign-in and switchable quirks.
