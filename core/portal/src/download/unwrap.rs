use data_encoding::BASE64;
use serde::Deserialize;

use super::{File, Miss, Want};
use crate::{Response, fetch::Fault, text};

/// What a Binary adds around its base64.
const AROUND: usize = 64 << 10;

/// The most bytes of an answer that may hold a file of `max_bytes`: it may come as base64 in a FHIR Binary.
pub(super) fn room(max_bytes: usize) -> usize {
    max_bytes.div_ceil(3).saturating_mul(4).saturating_add(AROUND)
}

/// The file in an answer: its body, or what a FHIR Binary in it holds.
pub(super) fn file(answer: Response, want: &Want) -> Result<File, Miss> {
    let declared = |name: &str| name.contains("json");
    let said = answer.header("content-type").map(crate::clean).filter(|said| !said.is_empty());
    let named = said.as_deref().is_some_and(declared) || answer.body.first() == Some(&b'{');
    // What is not asked of it is skipped, and takes no memory however much there is.
    let kind = named.then(|| serde_json::from_slice::<Kind>(&answer.body).ok()).flatten();
    let file = match kind.as_ref().map(|kind| kind.resource_type.as_str()) {
        Some("Binary") => wrapped(&answer.body)?,
        Some("OperationOutcome") if answer.body.len() <= AROUND => {
            return Err(not_it(&text::outcome(&answer.body)));
        }
        Some("OperationOutcome") => return Err(not_it("")),
        _ => File { bytes: answer.body, content_type: said },
    };
    match file.bytes.len() {
        0 => Err(not_it("it is empty")),
        length if length > want.max_bytes => Err(Miss::TooLarge { max_bytes: want.max_bytes }),
        _ => Ok(file),
    }
}

/// The bytes of a Binary. The older `content` is tolerated, and line breaks in the base64 are.
fn wrapped(body: &[u8]) -> Result<File, Miss> {
    let unreadable = || not_it("its content cannot be read");
    let binary: Binary = serde_json::from_slice(body).map_err(|_| unreadable())?;
    let data = binary.data.or(binary.content).ok_or_else(|| not_it("its content was not given"))?;
    let letters: Vec<u8> = data.into_bytes().into_iter().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let bytes = BASE64.decode(&letters).map_err(|_| unreadable())?;
    let said = binary.content_type.as_deref().map(crate::clean);
    Ok(File { bytes, content_type: said.filter(|said| !said.is_empty()) })
}

#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "resourceType")]
    resource_type: String,
}

#[derive(Deserialize)]
struct Binary {
    #[serde(rename = "contentType")]
    content_type: Option<String>,
    data: Option<String>,
    content: Option<String>,
}

fn not_it(detail: &str) -> Miss {
    let fault = Fault::NotFhir;
    let reason = match detail {
        "" => fault.words().to_owned(),
        detail => crate::clean(&format!("{}: {detail}", fault.words())),
    };
    Miss::Failed { fault, reason }
}
