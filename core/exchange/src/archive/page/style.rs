/// The only style of the page: it stands in the page itself and names nothing outside. On a narrow screen every label stands
/// above its text; nothing is wider than the screen.
pub(super) const STYLE: &str = "<style>
:root { color-scheme: light dark; --ink: #111; --quiet: #444; --page: #fff; --line: #bbb; --rule: #444; --alarm: #8f1d14; --link: #0b4f8a; }
@media (prefers-color-scheme: dark) {
:root { --ink: #ececec; --quiet: #bdbdbd; --page: #16181c; --line: #4a4d52; --rule: #9a9a9a; --alarm: #ffb4a9; --link: #9cc9ff; }
}
@media print { :root { color-scheme: light; --ink: #000; --quiet: #333; --page: #fff; --line: #999; --rule: #333; --alarm: #000; --link: #000; } }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 50rem; padding: 1rem; color: var(--ink); background: var(--page); overflow-wrap: anywhere; }
h1 { line-height: 1.2; }
h2 { border-bottom: 2px solid var(--rule); margin: 2.5rem 0 0.5rem; }
h3 { margin: 1.25rem 0 0.5rem; }
ul { padding-left: 1.25rem; margin: 0.5rem 0; }
a { color: var(--link); }
nav ul { columns: 14rem; }
article { border-top: 1px solid var(--line); padding: 0.5rem 0; }
article > :first-child { font-size: 1.05rem; margin: 0.25rem 0 0; }
article p, article ul { margin: 0.25rem 0; }
dl { margin: 0.5rem 0; }
dt { color: var(--quiet); font-size: 0.9rem; }
dd { margin: 0 0 0.35rem; white-space: pre-line; }
@media (min-width: 36rem), print {
dl { display: grid; grid-template-columns: minmax(6rem, 11rem) 1fr; gap: 0.1rem 1rem; align-items: baseline; }
dd { margin: 0; }
}
blockquote { margin: 0.5rem 0 0.5rem 1rem; padding-left: 0.75rem; border-left: 3px solid var(--rule); white-space: pre-line; }
blockquote footer, .origin, .when { color: var(--quiet); font-size: 0.9rem; }
.flag { display: inline-block; border: 1px solid var(--rule); border-radius: 0.25rem; padding: 0 0.35rem; }
.flag.out { border: 2px solid var(--alarm); color: var(--alarm); font-weight: 700; }
@media print { nav { display: none; } body { max-width: none; font-size: 10pt; } article { break-inside: avoid; } a { color: inherit; } }
</style>
";
