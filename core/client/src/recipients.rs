//! Who may be written to at a portal: told from what that portal's own entries name.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use fhir::ResourceKey;
use fhir::lens::{CareTeam, Organization, Practitioner, PractitionerRole};
use fhir::reference::Reference;
use record::row::{Row, State};
use serde::Serialize;

use crate::look::Look;
use crate::show::short_name;
use crate::threads::here;
use crate::views::{Basis, plain};
use crate::{Client, Error, Query};

/// Who may be written to at one portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recipients {
    /// The portal's name.
    pub portal: String,
    /// Its FHIR base address.
    pub issuer: String,
    /// The care team first, then those of the newest threads, then everyone else whom the portal's entries name.
    pub people: Vec<Recipient>,
    /// As of when, and what was refused.
    pub rests_on: Vec<Basis>,
    /// What is missing, in words.
    pub lacks: Vec<String>,
}

/// One who may be written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recipient {
    /// What they are called.
    pub name: String,
    /// What they do, each as one entry says it.
    pub roles: Vec<String>,
    /// The name to write to: `Type/id` at the portal.
    pub reference: String,
    /// Further names of the same person at the portal: a role names its practitioner.
    pub also: Vec<String>,
    /// Where they are known from, in words.
    pub known_from: Vec<String>,
    /// They are in a care team that is in force.
    pub in_care_team: bool,
    /// Their last message or the last one to them (UTC seconds).
    pub last_thread: Option<i64>,
    /// Whether their own entry is on this device.
    pub held: bool,
    /// Why they may be the wrong one to write to, in words.
    pub doubts: Vec<String>,
}

/// Those whom a patient may write to; a Patient, a relative, a device are not among them.
const WRITTEN_TO: &[&str] =
    &["Practitioner", "PractitionerRole", "Organization", "CareTeam", "HealthcareService", "Group"];

/// What is known of one name.
#[derive(Default)]
struct Known {
    called: Option<String>,
    named: Option<String>,
    roles: BTreeSet<String>,
    from: BTreeSet<String>,
    doubts: BTreeSet<String>,
    team: bool,
    last: Option<i64>,
    held: bool,
    /// Stands among them for itself, and not only because a role names it.
    wanted: bool,
    /// The practitioner whom a role names.
    person: Option<ResourceKey>,
}

type Everyone = BTreeMap<ResourceKey, Known>;

impl Client {
    /// Who may be written to at this portal (by name, address or connection). Nobody of another portal is among them.
    ///
    /// # Errors
    /// [`Error::NotFound`] for no such portal; [`Error::Damaged`].
    pub fn recipients(&self, portal: &str) -> Result<Recipients, Error> {
        let connection = self.connection_named(portal)?;
        let look = self.look(false)?;
        let mut everyone = Everyone::new();
        self.of_care_teams(&look, &connection.issuer, &mut everyone)?;
        self.of_threads(&look, &connection.issuer, &mut everyone)?;
        self.of_entries(&look, &connection.issuer, &mut everyone)?;
        let covered = "What you covered is not looked through for whom to write to".to_owned();
        let mut rests_on = self.basis(&Query::CareTeam(crate::views::Filter::default()))?;
        rests_on.retain(|basis| basis.portal == connection.name);
        Ok(Recipients {
            portal: plain(&connection.name),
            issuer: plain(&connection.issuer),
            people: joined(everyone),
            rests_on,
            lacks: if look.covers.is_empty() { Vec::new() } else { vec![covered] },
        })
    }

    fn of_care_teams(&self, look: &Look, issuer: &str, everyone: &mut Everyone) -> Result<(), Error> {
        for row in self.open_rows(look, issuer, "CareTeam")? {
            let Some(resource) = self.resource(&row)? else { continue };
            let team = CareTeam::read(resource.value());
            let over = matches!(team.status.as_deref(), Some("inactive" | "proposed" | "suspended"));
            let title = plain(&row.summary.title);
            for member in &team.members {
                let Some((key, called)) = member.who.as_ref().and_then(|who| named(who, issuer)) else {
                    continue;
                };
                let until = member.period.as_ref().and_then(|period| period.end.as_ref());
                let left = until.filter(|end| end.end_key().is_some_and(|end| end < self.now()));
                let known = everyone.entry(key).or_default();
                known.wanted = true;
                known.called = known.called.take().or(called);
                known.roles.extend(member.role().map(|role| plain(&role)));
                match left {
                    Some(end) => {
                        known.from.insert(format!("{title} (until {})", plain(&end.display())));
                    }
                    None => {
                        known.team |= !over;
                        known.from.insert(title.clone());
                    }
                }
            }
        }
        Ok(())
    }

    fn of_threads(&self, look: &Look, issuer: &str, everyone: &mut Everyone) -> Result<(), Error> {
        let links = self.inner.store.message_links(None)?;
        for message in links.iter().filter(|message| message.key.issuer == issuer && !message.withdrawn) {
            let parties = message.sender.iter().chain(&message.recipients);
            let parties: Vec<&ResourceKey> = parties.filter(|key| may_be_written_to(key, issuer)).collect();
            let fresh = |key: &&&ResourceKey| everyone.get(**key).is_none_or(|known| known.last.is_none());
            // A covered message names nobody: it is looked at only where covers are in force, or for a name.
            let asked = !look.covers.is_empty() || parties.iter().any(|key| fresh(&key));
            let row = if asked { self.open_row(look, &message.key)? } else { None };
            if asked && row.is_none() {
                continue;
            }
            for key in parties {
                let called = row.as_ref().and_then(|row| called_in(row, key));
                let known = everyone.entry(key.clone()).or_default();
                known.wanted = true;
                known.called = known.called.take().or(called);
                known.last = known.last.max(message.when);
                known.from.insert("earlier messages".to_owned());
            }
        }
        Ok(())
    }

    fn of_entries(&self, look: &Look, issuer: &str, everyone: &mut Everyone) -> Result<(), Error> {
        for row in self.open_rows(look, issuer, "PractitionerRole")? {
            let Some(resource) = self.resource(&row)? else { continue };
            let role = PractitionerRole::read(resource.value());
            let known = everyone.entry(row.key.clone()).or_default();
            known.hold(&row, role.active);
            known.wanted = true;
            known.person = role.practitioner.as_ref().and_then(|who| named(who, issuer)).map(|(key, _)| key);
            known.named = role.practitioner.as_ref().and_then(|who| who.display.as_deref()).map(plain);
            let does = role.codes.iter().chain(&role.specialties).filter_map(|code| code.label());
            known.roles.extend(does.map(|label| plain(&label)));
            let house = role.organization.as_ref().and_then(|house| house.display.as_deref());
            known.roles.extend(house.map(|house| format!("for {}", plain(house))));
            known.from.insert("the portal's entry on this role".to_owned());
        }
        for row in self.open_rows(look, issuer, "Practitioner")? {
            let Some(resource) = self.resource(&row)? else { continue };
            let person = Practitioner::read(resource.value());
            let known = everyone.entry(row.key.clone()).or_default();
            known.hold(&row, person.active);
            known.wanted = true;
            known.named = Some(plain(&row.summary.title));
            known.from.insert("the portal's entries on your care".to_owned());
        }
        // An organization only where somebody has written to it, or it to somebody: insurers and laboratories are held too.
        let houses: Vec<ResourceKey> =
            everyone.keys().filter(|key| key.resource_type == "Organization").cloned().collect();
        for key in houses {
            let Some(row) = self.open_row(look, &key)? else { continue };
            let Some(resource) = self.resource(&row)? else { continue };
            if let Some(known) = everyone.get_mut(&key) {
                known.hold(&row, Organization::read(resource.value()).active);
                known.named = Some(plain(&row.summary.title));
            }
        }
        Ok(())
    }

    /// The rows of a type at a portal that stand, and that this member does not want covered.
    fn open_rows(&self, look: &Look, issuer: &str, kind: &str) -> Result<Vec<Row>, Error> {
        let rows = self.every(kind)?.into_iter().map(|stored| stored.row);
        Ok(rows.filter(|row| row.key.issuer == issuer && stands(look, row)).collect())
    }

    fn open_row(&self, look: &Look, key: &ResourceKey) -> Result<Option<Row>, Error> {
        let stored = self.inner.store.row(key, None)?;
        Ok(stored.map(|stored| stored.row).filter(|row| stands(look, row)))
    }
}

impl Known {
    fn hold(&mut self, row: &Row, active: Option<bool>) {
        self.held = true;
        if active == Some(false) {
            self.doubts.insert("The portal says that this entry is no longer in use".to_owned());
        }
        if row.no_longer_returned {
            self.doubts.insert("The portal no longer returns this entry".to_owned());
        }
    }
}

/// Roles and their practitioners are one, by the role's own reference; everything else stands alone. Sorted.
fn joined(everyone: Everyone) -> Vec<Recipient> {
    let mut groups: BTreeMap<ResourceKey, Vec<(ResourceKey, Known)>> = BTreeMap::new();
    for (key, known) in everyone {
        let person = known.person.clone().unwrap_or_else(|| key.clone());
        groups.entry(person).or_default().push((key, known));
    }
    let mut people: Vec<Recipient> = groups.into_values().filter_map(recipient).collect();
    let doubtful = |one: &Recipient| !one.doubts.is_empty();
    people.sort_by(|one, other| {
        let place = |who: &Recipient| (!who.in_care_team, Reverse(who.last_thread), doubtful(who));
        place(one)
            .cmp(&place(other))
            .then_with(|| one.name.to_lowercase().cmp(&other.name.to_lowercase()))
            .then_with(|| one.reference.cmp(&other.reference))
    });
    people
}

fn recipient(mut group: Vec<(ResourceKey, Known)>) -> Option<Recipient> {
    group.retain(|(_, known)| known.wanted);
    // The name that was written to last, or that a team uses; of equals the person before the role.
    group.sort_by_key(|(key, known)| {
        (Reverse(known.last), !known.team, key.resource_type.clone(), key.id.clone())
    });
    let (first, _) = group.first()?;
    let first = first.clone();
    let all = || group.iter().map(|(_, known)| known);
    let name = all().find_map(|known| known.named.clone()).or_else(|| all().find_map(|k| k.called.clone()));
    let own = |texts: &dyn Fn(&Known) -> &BTreeSet<String>| -> Vec<String> {
        all().flat_map(|known| texts(known).iter().cloned()).collect::<BTreeSet<_>>().into_iter().collect()
    };
    Some(Recipient {
        name: name.unwrap_or_else(|| short_name(&first)),
        roles: own(&|known| &known.roles),
        also: group.iter().skip(1).map(|(key, _)| short_name(key)).collect(),
        known_from: own(&|known| &known.from),
        in_care_team: all().any(|known| known.team),
        last_thread: all().filter_map(|known| known.last).max(),
        held: all().any(|known| known.held),
        doubts: own(&|known| &known.doubts),
        reference: short_name(&first),
    })
}

/// Whom a reference means, and what it calls them.
fn named(who: &Reference, issuer: &str) -> Option<(ResourceKey, Option<String>)> {
    let key = here(who.reference.as_deref()?, issuer).filter(|key| may_be_written_to(key, issuer))?;
    Some((key, who.display.as_deref().map(plain)))
}

/// What a message calls one whom it names.
fn called_in(row: &Row, key: &ResourceKey) -> Option<String> {
    let mut named = row.summary.references.iter();
    let found = named.find(|named| {
        named.reference.as_deref().and_then(|text| here(text, &row.key.issuer)).as_ref() == Some(key)
    });
    found?.display.as_deref().map(plain)
}

fn may_be_written_to(key: &ResourceKey, issuer: &str) -> bool {
    key.issuer == issuer && WRITTEN_TO.contains(&key.resource_type.as_str())
}

fn stands(look: &Look, row: &Row) -> bool {
    row.state == State::Current && look.covers.over(row).is_none()
}
