use serde_json::Value as Json;

use super::draft::{Draft, codes, moment, moment_of};
use super::fields::Fields;
use super::wording::{file as file_name, label, numbers, readable, state, unless};
use crate::json;
use crate::lens::Media;

pub(super) fn draft(value: &Json, fields: &mut Fields<'_>) -> Draft {
    let media = Media::read(value);
    fill(&media, fields);
    let file = media.content.as_ref();
    let title = readable(file.and_then(|file| file.title.clone()))
        .or_else(|| label(media.kind.as_ref()))
        .or_else(|| label(media.modality.as_ref()));
    let shows = label(media.body_site.as_ref());
    let form = file.map(file_name);
    let status = unless("completed", "Media.status", media.status.as_ref());
    Draft {
        title: title.or_else(|| Some("Picture or recording".to_owned())),
        codes: codes(media.kind.as_ref().or(media.modality.as_ref())),
        when: moment([
            moment_of(media.created.as_ref()),
            media.issued.clone(),
            file.and_then(|file| file.creation.clone()),
        ]),
        value: json::joined(status.into_iter().chain(shows).chain(form), "; "),
        ..Draft::default()
    }
}

fn fill(media: &Media, fields: &mut Fields<'_>) {
    fields.told(&[
        "identifier",
        "status",
        "type",
        "modality",
        "view",
        "createdDateTime",
        "createdPeriod",
        "issued",
        "operator",
        "reasonCode",
        "bodySite",
        "deviceName",
        "device",
        "width",
        "height",
        "frames",
        "duration",
        "content",
        "note",
        "basedOn",
        "partOf",
    ]);
    fields.put("File", Some(media.content.as_ref().map_or("none named".to_owned(), file_name)));
    fields.put("Status", Some(state("Media.status", media.status.as_ref())));
    fields.concept("Kind", media.kind.as_ref());
    fields.concept("Made with", media.modality.as_ref());
    fields.concept("Seen from", media.view.as_ref());
    fields.concept("Shows", media.body_site.as_ref());
    fields.when("When", media.created.as_ref());
    fields.time("Given out", media.issued.as_ref());
    fields.reference("Made by", media.operator.as_ref());
    fields.concepts("Reason", &media.reasons);
    fields.put("Machine", media.device_name.clone());
    fields.reference("Machine", media.device.as_ref());
    if let (Some(width), Some(height)) = (&media.width, &media.height) {
        fields.put("Size", Some(format!("{width} by {height} points")));
    }
    fields.put("Pictures", media.frames.clone());
    fields.put("Length", media.seconds.as_ref().map(|seconds| format!("{seconds} seconds")));
    fields.references("Asked for by", &media.based_on);
    fields.references("Part of", &media.part_of);
    fields.notes(&media.notes);
    numbers(fields, &media.identifiers);
}
