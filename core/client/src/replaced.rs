//! A portal that shows another person where it showed this record's before (hazard H3).

use std::sync::PoisonError;

use fhir::bundle::Entry;
use fhir::lens::Patient;
use fhir::{Resource, ResourceKey};
use record::identity;
use statement::ConnectionId;
use store::ConnectionRow;

use crate::{Client, Error};

/// What is said of such a portal, without a name.
pub(crate) const ANOTHER_PERSON: &str =
    "now shows another person under your sign-in, so nothing more was taken in from it until you have looked";

impl Client {
    /// The person has looked at what differs ([`crate::SyncedPortal::another_person`]) and says that whom the portal shows now
    /// is the same person: the next sync takes it in. When it is another person, [`Client::disconnect`] ends the connection.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn same_person(&self, portal: &str) -> Result<(), Error> {
        let row = self.connection_named(portal)?;
        let mut said = self.inner.same_person.lock().unwrap_or_else(PoisonError::into_inner);
        said.insert(row.id);
        Ok(())
    }

    /// What differs, when among these entries the portal's patient has become another person than this record holds by
    /// [`identity::replaced`], and nobody has said that it is the same. A Patient that states its name or birth date twice
    /// cannot be told from another one.
    pub(crate) fn replaced(
        &self,
        connection: &ConnectionRow,
        entries: &[Entry],
    ) -> Result<Option<Vec<String>>, Error> {
        let key = ResourceKey {
            issuer: connection.issuer.clone(),
            resource_type: "Patient".to_owned(),
            id: connection.patient.clone(),
        };
        let own = entries.iter().filter_map(|entry| entry.resource.as_ref().ok());
        for now in own.filter(|resource| resource.key(&connection.issuer) == key) {
            let Some(held) = self.held(&key)? else { continue };
            if held.comparison() == now.comparison() || self.is_same_person(connection.id) {
                continue;
            }
            let twice = now.doubled().iter().any(|path| path.starts_with("name") || path == "birthDate");
            let differs = identity::replaced(&Patient::read(held.value()), &Patient::read(now.value()));
            let unclear = || vec!["The portal states the name or the birth date twice.".to_owned()];
            if let Some(because) = differs.or_else(|| twice.then(unclear)) {
                return Ok(Some(because));
            }
        }
        Ok(None)
    }

    fn held(&self, key: &ResourceKey) -> Result<Option<Resource>, Error> {
        let Some(stored) = self.inner.store.row(key, None)? else { return Ok(None) };
        let bytes = self.inner.store.bytes(&stored.row.current)?;
        Ok(bytes.and_then(|bytes| Resource::parse(&bytes).ok()))
    }

    fn is_same_person(&self, connection: ConnectionId) -> bool {
        self.inner.same_person.lock().unwrap_or_else(PoisonError::into_inner).contains(&connection)
    }
}
