use fhir::Digest;

/// By what a run knows a resource again: half a digest of its type and id, as a run meets each of a whole record.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark([u8; 16]);

impl Mark {
    pub(super) fn of(resource_type: &str, id: &str) -> Self {
        let digest = Digest::of(format!("{resource_type}/{id}").as_bytes());
        let mut mark = [0; 16];
        mark.iter_mut().zip(digest.as_bytes()).for_each(|(to, from)| *to = *from);
        Self(mark)
    }
}
