//! What stands in `README.txt`.

/// How much is in an archive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Current entries.
    pub entries: u64,
    /// Of these, withdrawn by their provider.
    pub withdrawn: u64,
    /// Of these, withheld from carers.
    pub withheld: u64,
    /// Revisions before.
    pub earlier: u64,
    /// Attachments.
    pub files: u64,
    /// Notes.
    pub notes: u64,
    /// Entries that are known of, and whose content is not in the archive.
    pub not_held: u64,
}

/// The text.
pub fn readme(holder: &str, made: &str, counts: &Counts) -> String {
    let Counts { entries, withdrawn, withheld, earlier, files, notes, not_held } = counts;
    let holder = fhir::text::inert(holder);
    format!(
        "A health record, exported from Wellkept
======================================

Holder: {holder}
Made:   {made}

THIS FOLDER IS NOT ENCRYPTED. Whoever can open it can read all of it. Keep it on an encrypted disk or in a locked place,
give it only to people who may read everything in it, and remove it when you do not need it any more.

It holds everything, also what you would not show to everyone:
  - {withdrawn} entries that their provider withdrew, because they were recorded by mistake. They may even be about another
    person. index.html shows that they were withdrawn, and not what they said.
  - {withheld} entries that are withheld from carers, because they speak of sensitive care or because you chose so.
  - what you wanted covered on your own screens.

What is in it
  index.html    everything on one page, for a browser. It loads nothing and runs nothing.
  fhir/         {entries} entries as the portals gave them, one a line, the very bytes (HL7 FHIR R4, JSON). A folder a portal.
  history/      {earlier} earlier versions of them.
  exact/        the very bytes of entries that have line breaks in them; in fhir/ and history/ these breaks are spaces.
  files/        {files} attachments. One whose name ends in .txt or .bin was given another ending, because opening it as it came
                could run something.
  people/       {notes} notes with their versions and authors, and what was chosen (withheld, shared, covered).
  record/       which portal showed what when; what is needed to make a record of it again.
  manifest.json the length and the SHA-256 of every file, and the digest of the record.

What is not in it
  - passwords, keys, and any access to a portal
  - {not_held} entries that the record knows of, but whose content it does not hold; and attachments that were never fetched
  - what was refused as another person's
  - notes that were deleted
  - what you have marked as read, and the signatures under each part of the record

To make a record of it again, on this or another device:
  wellkept --record NAME init
  wellkept --record NAME import THIS-FOLDER
Everything is checked before anything is written. `wellkept --record NAME verify` then prints the same digest as here.
Connections to portals are ended in the new record: connect them again to fetch what is new.
"
    )
}
