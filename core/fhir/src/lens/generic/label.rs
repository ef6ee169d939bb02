//! Names of elements and types in plain words.

/// Choice elements of R4 (`value[x]`), and elements whose name ends like a type.
const CHOICES: [&str; 40] = [
    "abatement",
    "additive",
    "age",
    "allowed",
    "answer",
    "asNeeded",
    "author",
    "bodySite",
    "born",
    "chargeItem",
    "collected",
    "content",
    "deceased",
    "detail",
    "diagnosis",
    "dose",
    "doseNumber",
    "due",
    "effective",
    "fastingStatus",
    "item",
    "location",
    "medication",
    "multipleBirth",
    "occurrence",
    "occurred",
    "onset",
    "performed",
    "product",
    "procedure",
    "rate",
    "reason",
    "reported",
    "scheduled",
    "seriesDoses",
    "serviced",
    "start",
    "timing",
    "used",
    "value",
];

const TYPES: [&str; 26] = [
    "Address",
    "Age",
    "Attachment",
    "Boolean",
    "Code",
    "CodeableConcept",
    "Coding",
    "Date",
    "DateTime",
    "Decimal",
    "Duration",
    "HumanName",
    "Identifier",
    "Instant",
    "Integer",
    "Money",
    "Period",
    "PositiveInt",
    "Quantity",
    "Range",
    "Ratio",
    "Reference",
    "SampledData",
    "String",
    "Time",
    "Timing",
];

/// `birthDate` as `Birth date`, `valueQuantity` as `Value`, `_birthDate` as `Birth date (note)`.
pub(crate) fn label(key: &str) -> String {
    if let Some(shadowed) = key.strip_prefix('_') {
        return format!("{} (note)", label(shadowed));
    }
    match key {
        "id" => "Id".to_owned(),
        "url" => "Address on the web".to_owned(),
        "meta" => "About this copy".to_owned(),
        "text" => "Text".to_owned(),
        "note" => "Note".to_owned(),
        _ => split_words(choice_base(key).unwrap_or(key)),
    }
}

/// `ExplanationOfBenefit` as `Explanation of benefit`.
pub(crate) fn split_words(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    for letter in name.chars() {
        match letter {
            _ if out.is_empty() => out.extend(letter.to_uppercase()),
            '-' | '_' => out.push(' '),
            _ if letter.is_ascii_uppercase() && before.is_ascii_uppercase() => out.push(letter),
            _ if letter.is_ascii_uppercase() && out.ends_with(' ') => out.push(letter.to_ascii_lowercase()),
            _ if letter.is_ascii_uppercase() => out.extend([' ', letter.to_ascii_lowercase()]),
            _ => out.push(letter),
        }
        before = letter;
    }
    out
}

fn choice_base(key: &str) -> Option<&str> {
    CHOICES.iter().copied().find(|base| key.strip_prefix(base).is_some_and(|kind| TYPES.contains(&kind)))
}
