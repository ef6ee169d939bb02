//! Taking over what is whole of a damaged record.

use serde_json::json;

use super::{say, typed};
use crate::args::Global;
use crate::error::Error;
use crate::exit::Exit;
use crate::home::{self, Rescued};
use crate::out::Out;
use crate::progress::Steps;
use crate::text;

/// Takes it over, and says what was saved, what was lost, and what to do next.
pub fn run(global: &Global, out: &Out) -> Result<Exit, Error> {
    let steps = Steps::new();
    let rescued = home::salvage(global, |step| steps.show(&step));
    steps.done();
    let Some(Rescued { client, salvaged, folder }) = rescued? else {
        say(out, "The record's file is whole: there is nothing to salvage. Nothing was changed.")?;
        return Ok(Exit::Done);
    };
    let verified = client.verify()?;
    let next: Vec<String> = if client.is_older_copy() {
        ["export DIR", "--record NAME init", "--record NAME import DIR"]
            .map(|words| next(global, words))
            .to_vec()
    } else {
        vec![typed(global, "sync --full")]
    };
    let aside = folder.join(&salvaged.aside);
    let told = json!({
        "salvaged": salvaged, "sound": verified.sound, "problems": verified.problems, "older_copy": client.is_older_copy(),
    });
    out.put(&told, |page| text::salvage::salvaged(page, &salvaged, &verified, &aside, &next))?;
    Ok(if salvaged.lost == 0 && verified.sound { Exit::Done } else { Exit::Unsound })
}

/// Words that name a record of their own go without that of this one.
fn next(global: &Global, words: &str) -> String {
    if words.starts_with("--record") { format!("wellkept {words}") } else { typed(global, words) }
}
