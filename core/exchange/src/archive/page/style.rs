/// The only style of the page: it stands in the page itself and names nothing outside.
pub(super) const STYLE: &str = "<style>
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 50rem; padding: 1rem; color: #111; background: #fff; }
h2 { border-bottom: 2px solid #444; margin-top: 2.5rem; }
article { border-top: 1px solid #bbb; padding: 0.25rem 0; }
article > :first-child { font-size: 1.05rem; margin: 0.5rem 0 0; }
article p, article ul, dl { margin: 0.25rem 0; }
dt { float: left; clear: left; margin-right: 0.5rem; font-weight: 600; }
dd { margin: 0 0 0.1rem 1rem; white-space: pre-line; }
blockquote { margin: 0.5rem 0 0.5rem 1rem; padding-left: 0.75rem; border-left: 3px solid #888; white-space: pre-line; }
blockquote footer, .origin, .when { color: #444; font-size: 0.9rem; }
.flag { border: 1px solid #444; border-radius: 0.25rem; padding: 0 0.35rem; }
.flag.out { border-width: 2px; font-weight: 700; }
@media print { nav { display: none; } body { max-width: none; font-size: 10pt; } article { break-inside: avoid; } a { color: inherit; } }
</style>
";
