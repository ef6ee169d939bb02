/// What can go wrong in starting or driving the sandbox.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file or the bytes are not a FHIR bundle in JSON, plain or gzipped.
    #[error("not a FHIR bundle: {0}")]
    NotABundle(String),
    /// A file could not be read.
    #[error("cannot read {path}: {source}")]
    File {
        /// The file as it was named.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The port could not be opened, or the connection failed.
    #[error("network: {0}")]
    Network(#[from] std::io::Error),
    /// None of the bundles holds a Patient.
    #[error("no patient in the bundles")]
    NoPatient,
    /// Nothing left in the record on which this step could be done.
    #[error("nothing left for the step {0}")]
    NothingLeft(&'static str),
    /// No step, quirk or other choice of this name.
    #[error("unknown name: {0}")]
    Unknown(String),
    /// A page of the portal was not what the driver understands.
    #[error("the sign-in page was not understood: {0}")]
    Page(String),
    /// The portal refused: its own words.
    #[error("the portal refused: {0}")]
    Refused(String),
}
