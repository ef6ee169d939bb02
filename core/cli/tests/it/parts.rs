//! What carers do not see unless the patient says so.

use sandbox::{Sandbox, messy};

use crate::home::Home;

#[test]
fn h16_alice_looks_at_what_is_withheld_shares_and_withholds() {
    let portal = Sandbox::start(messy::hospital(1).unwrap()).unwrap();
    let home = Home::new();
    home.types(&["init", "--name", "Maren"]);
    assert_eq!(home.connects(&portal, &["--name", "Riverbend"]).code, 0);
    assert!(home.types(&["withheld"]).out.contains("Nothing yet"));
    assert_eq!(home.types(&["sync"]).code, 0);

    let (test, result) = ("Observation/label-hiv", "Observation/flag-n");
    let listed = home.types(&["withheld", "--all"]).out;
    assert!(listed.contains("HIV (") && listed.contains(test), "{listed}");
    assert!(listed.contains("the portal marked it as sensitive (HIV)"), "{listed}");
    assert!(listed.contains("Observation/label-nopat"), "carers never see it, and Maren does: {listed}");
    assert!(!listed.contains(result), "{listed}");
    let results = home.types(&["results"]).out;
    assert!(results.contains("Nonreactive") && results.contains("Not shared with carers unless you say so."));
    let shown = home.types(&["show", test]).out;
    assert_eq!(shown.matches("Not shared with carers unless you say so.").count(), 1, "{shown}");
    assert!(!home.types(&["show", result]).out.contains("Not shared with carers"));

    let withheld = home.types(&["withhold", result]);
    assert_eq!(withheld.code, 0, "{}", withheld.err);
    assert!(
        withheld.out.contains("1 entry is withheld now") && withheld.out.contains("wellkept share"),
        "{}",
        withheld.out
    );
    let listed = home.types(&["withheld", "--all"]).out;
    assert!(
        listed.contains("You withheld these (") && listed.contains(&format!("wellkept share {result}")),
        "{listed}"
    );

    let shared = home.types(&["share", test]);
    assert!(shared.out.contains("1 entry is open to carers now"), "{}", shared.out);
    assert!(!home.types(&["show", test]).out.contains("Not shared with carers"));
    assert!(home.types(&["share", "--category", "hiv"]).out.contains("Nothing had to be moved"));
    assert!(home.types(&["withheld"]).out.contains("wellkept withhold --category hiv"));
    assert_eq!(home.types(&["withhold", "--category", "everything"]).code, 2);
    assert_eq!(home.types(&["withhold", "Observation/none"]).code, 8);
    assert_eq!(home.types(&["withhold"]).code, 2);
    let json = home.types(&["withheld", "--json"]);
    let parts: serde_json::Value = serde_json::from_slice(&json.bytes).unwrap();
    assert_eq!(parts["choices"].as_array().unwrap().len(), 3, "{parts}");
    assert_eq!(home.types(&["verify"]).code, 0);
}
