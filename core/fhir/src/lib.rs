//! FHIR R4 resources kept verbatim, and the tolerant lenses that read them.
