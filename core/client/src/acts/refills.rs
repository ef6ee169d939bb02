//! Asking for a medicine again.

use record::acts::resource::{Message, Refill, communication, refill_request, refill_task};
use record::acts::{Kind, Way};
use serde_json::Value;
use statement::Section;

use super::Queued;
use super::abilities::RefillWay;
use super::compose::local;
use crate::threads::here;
use crate::views::plain;
use crate::{Client, Error};

impl Client {
    /// Asks the portal of a prescription for it again, by the way that it has for this: a task, a proposal, or a message to who
    /// prescribed it. Where it has none, the person does it by hand: the pharmacy is named.
    ///
    /// # Errors
    /// [`Error::Invalid`] for anything but a prescription, in words; [`Error::NotFound`], [`Error::Ambiguous`], [`Error::OutOfSpace`].
    pub fn ask_for_refill(&self, medication: &str, note: Option<&str>) -> Result<Queued, Error> {
        let stored = self.find(medication)?;
        if stored.row.key.resource_type != "MedicationRequest" {
            let words = "Only a prescription can be asked for again. This entry is none; ask your pharmacy";
            return Err(Error::Invalid(words.to_owned()));
        }
        let Some(held) = self.inner.store.bytes(&stored.row.current)? else { return Err(Error::NotFound) };
        let connection = self.portal_of(&stored)?;
        let (way, by) = self.refill_way(&connection);
        let section = if by == RefillWay::Message { Section::MESSAGES } else { Section::MEDICATIONS };
        let resource_type = match by {
            RefillWay::Task => "Task",
            RefillWay::Request => "MedicationRequest",
            RefillWay::Message => "Communication",
        };
        let mut making = self.make(connection, Kind::Refill, resource_type, section)?;
        making.act.way = way;
        making.about(&stored);
        let note = note.map(str::trim).filter(|note| !note.is_empty()).map(str::to_owned);
        let prescription = local(&stored.row.key);
        let refill = Refill { patient: making.patient(), prescription, note, authored: self.instant()? };
        let medicine = self.title_of(&*self.look(false)?, &stored.row.key)?.unwrap_or_default();
        let resource = match by {
            RefillWay::Task => refill_task(&making.act.id, &refill),
            RefillWay::Request => refill_request(&making.act.id, &refill, &held)?,
            RefillWay::Message => communication(&making.act.id, &message(&refill, &plain(&medicine), &held)),
        };
        let by_hand = making.act.way == Way::ByHand;
        let issuer = making.act.issuer.clone();
        let mut queued = self.put_in_outbox(making, &resource, None)?;
        if by_hand {
            queued.advice.push(self.pharmacy(&issuer, &held)?);
        }
        Ok(queued)
    }

    /// Whom to call for a medicine, as far as the prescription's portal says it.
    fn pharmacy(&self, issuer: &str, prescription: &[u8]) -> Result<String, Error> {
        let held: Value = serde_json::from_slice(prescription).unwrap_or_default();
        let reference = held.pointer("/dispenseRequest/performer/reference").and_then(Value::as_str);
        let Some(key) = reference.and_then(|reference| here(reference, issuer)) else {
            return Ok("The prescription names no pharmacy: call the one that you use".to_owned());
        };
        let Some(stored) = self.inner.store.row(&key, None)? else {
            return Ok("The pharmacy that the prescription names is not held here".to_owned());
        };
        let bytes = self.inner.store.bytes(&stored.row.current)?.unwrap_or_default();
        let value: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let all = value.get("telecom").and_then(Value::as_array).into_iter().flatten();
        let phone = all.filter(|one| one.get("system").and_then(Value::as_str) == Some("phone"));
        let phone = phone.filter_map(|one| one.get("value")?.as_str()).map(plain).next();
        let name = plain(&stored.row.summary.title);
        Ok(match phone {
            Some(phone) => format!("Call {name}: {phone}"),
            None => format!("Call {name}, which the prescription names; its number is not held here"),
        })
    }
}

/// The message goes to who prescribed it, where the prescription says so.
fn message(refill: &Refill, medicine: &str, held: &[u8]) -> Message {
    let held: serde_json::Value = serde_json::from_slice(held).unwrap_or_default();
    let prescriber = held.pointer("/requester/reference").and_then(serde_json::Value::as_str);
    let asks = format!("Please renew this prescription: {medicine}.");
    Message {
        patient: refill.patient.clone(),
        to: prescriber.map(str::to_owned).into_iter().collect(),
        topic: Some("Refill".to_owned()),
        about: vec![refill.prescription.clone()],
        sent: refill.authored.clone(),
        text: refill.note.as_ref().map_or_else(|| asks.clone(), |note| format!("{asks}\n{note}")),
        ..Message::default()
    }
}
