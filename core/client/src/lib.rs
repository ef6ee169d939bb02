//! The facade of a record: one [`Client`] behind clock, random bytes, HTTP and keychain.
//!
//! Everything below is pure or knows only one thing; this crate joins them. It takes what a portal answers, has it split
//! (`fhir`), compared with what is known (`record`), signed (`vault`) and committed in one transaction (`store`), and
//! builds the views that screens show. It holds no merge rule, no cryptography and no SQL of its own.
//!
//! - [`Client::init`], [`Client::open`]: a new record with its recovery kit; an existing one.
//! - [`Client::connect`], [`Client::disconnect`]: portals; [`PortalList`]: finding them by name, offline.
//! - [`Client::sync`]: one bounded call that fetches what is new and says what came of it.
//! - [`Client::watch`]: syncs again and again, and as soon as the network returns, until [`Client::stop`].
//! - [`Client::threads`], [`Client::thread`], [`Client::recipients`]: messages as threads, and whom one may write to.
//! - [`Client::view`], [`Client::search`], [`Client::show`], [`Client::status`]: reading. Never waits for the network or for a sign-in.
//! - [`Client::attachments`], [`Client::open_attachment`]: files that entries point to or carry, fetched where they are not here.
//! - [`Client::appointments`], [`Client::appointment`], [`Client::calendar`]: appointments, one for its day, and as a calendar file.
//! - [`Client::observe`]: the current view, then the newest after each change (ADR 0004); [`Client::follow`]: that there is one.
//! - [`Client::write_note`] and its kin: what people write.
//! - [`Client::send_message`], [`Client::book_appointment`] and their kin, [`Client::outbox`]: acts at portals (ADR 0005).
//! - [`Client::hide`], [`Client::reveal`]: what a member wants to wait behind a tap on their own screens.
//! - [`Client::withhold`], [`Client::share`] and their kin: what carers do not see unless the patient says so (ADR 0007).
//! - [`Client::purge`]: removing what had been recorded by mistake.
//! - [`Client::verify`], [`Client::rebuild`].
//! - [`Client::export`], [`Client::import`], [`erase`]: leaving with everything, and leaving nothing behind (ADR 0008).

mod acts;
mod app;
mod appointments;
mod attachments;
mod client;
mod connect;
mod connections;
mod contained;
mod cover;
mod directory;
mod erase;
mod error;
mod export;
mod heads;
mod import;
mod ingest;
mod listing;
mod lock;
mod look;
mod notes;
mod observe;
mod parts;
mod people;
pub mod platform;
mod purge;
mod query;
mod read;
mod recipients;
mod replaced;
mod rows;
mod salvage;
mod search;
mod show;
mod status;
mod stop;
mod sync;
mod threads;
mod twins;
mod unlock;
mod verify;
pub mod views;
mod watch;
mod write;

pub use acts::{
    ActChoice, ActKind, ActSent, ActState, DraftView, FreeTime, FreeTimes, FreeTimesWanted, LARGEST_ACT,
    LARGEST_FILES, NewBooking, NewFile, NewMessage, NewRequest, OutboxItem, Queued,
};
pub use app::{App, Registration, SuppliedKey};
pub use appointments::{
    AppointmentFilter, AppointmentGroup, AppointmentView, AppointmentsView, Before, Calendar, DayCard,
    HeldTime, Linked, PlaceView, Prepared, When, Zone,
};
pub use attachments::{AttachmentState, AttachmentView, FilesReport, Opened};
pub use client::Client;
pub use connect::{Connecting, NewConnection, Returned, SignIn};
pub use cover::{Hidden, HiddenKind, Hide};
pub use directory::{Found, LARGEST_LIST, ListTaken, PortalList, WayIn};
pub use erase::{Erased, Revoked, erase};
pub use error::Error;
pub use exchange::archive::{Fault, Sink, Source};
pub use export::{Exported, Step};
pub use fhir::describe::{Field, Flag};
pub use fhir::text::is_inert;
pub use import::Imported;
pub use observe::{Changes, Subscription};
pub use parts::{Chosen, PartChange, PartsView, Why, Withheld, WithheldGroup};
pub use platform::Platform;
pub use portal::fetch::Outcome;
pub use query::Query;
pub use recipients::{Recipient, Recipients};
pub use salvage::Salvaged;
pub use search::SearchHit;
pub use show::{NamedResult, Shown, ShownLine, ShownResult, ShownRevision};
pub use status::{PortalStatus, SectionStatus, SlotStatus, Status};
pub use store::{Evicted, Position};
pub use sync::{Network, Progress, Reason, SlotReport, SyncReport, SyncedPortal, Unfollowed, Waits};
pub use threads::{
    Answered, Delivery, ENTRIES, Last, Message, Messaging, NOT_FOR_EMERGENCIES, Party, THREADS, Thread,
    ThreadEntry, ThreadFilter, ThreadView, ThreadsView,
};
pub use unlock::Unlock;
pub use vault::RecoveryKit;
pub use verify::Verified;
pub use watch::WatchEvent;
