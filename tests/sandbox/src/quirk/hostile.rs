use super::About;

/// An attack by a portal, or what looks like one. Those that give something else in place of an answer do so for every search;
/// those that slip something in do so in searches for Observations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hostile {
    /// Ten gigabytes, chunk by chunk.
    EndlessBody,
    /// Ten gigabytes of spaces in ten megabytes of gzip.
    GzipBomb,
    /// One byte a second.
    SlowDrip,
    /// A bundle with a million entries.
    MillionEntries,
    /// A million members in the one object that is the answer.
    MillionMembers,
    /// A page of Observations just below the most that is taken: eight megabytes, and as many values as they hold.
    DensePages,
    /// Procedures without an end: each page has another one and leads to another page.
    EndlessNext,
    /// 302 to another host.
    RedirectsElsewhere,
    /// 301 to the same place over http at another port.
    RedirectsToHttp,
    /// `Content-Length` says more than comes.
    LengthTooLong,
    /// `Content-Length` says less than comes.
    LengthTooShort,
    /// One header of a megabyte.
    HugeHeaders,
    /// A resource nested ten thousand levels deep.
    DeepJson,
    /// Ids that climb in a path.
    ClimbingIds,
    /// SQL and search syntax in ids and names.
    Injection,
    /// Names that change the direction of what is written around them, or steer a terminal.
    BidiText,
    /// Scripts in the narrative.
    Scripts,
    /// Members that come twice, the first naming another patient.
    DoubledKeys,
    /// A resource that is not UTF-8.
    InvalidUtf8,
    /// Numbers beyond any float.
    HugeNumbers,
    /// Another patient's result in a bundle in the bundle.
    BundleInABundle,
}

impl Hostile {
    /// Every one.
    pub const ALL: &'static [Hostile] = &[
        Hostile::EndlessBody,
        Hostile::GzipBomb,
        Hostile::SlowDrip,
        Hostile::MillionEntries,
        Hostile::MillionMembers,
        Hostile::DensePages,
        Hostile::EndlessNext,
        Hostile::RedirectsElsewhere,
        Hostile::RedirectsToHttp,
        Hostile::LengthTooLong,
        Hostile::LengthTooShort,
        Hostile::HugeHeaders,
        Hostile::DeepJson,
        Hostile::ClimbingIds,
        Hostile::Injection,
        Hostile::BidiText,
        Hostile::Scripts,
        Hostile::DoubledKeys,
        Hostile::InvalidUtf8,
        Hostile::HugeNumbers,
        Hostile::BundleInABundle,
    ];

    pub(super) fn about(self) -> About {
        let (name, does) = match self {
            Hostile::EndlessBody => ("endless-body", "a search answers with ten gigabytes"),
            Hostile::GzipBomb => {
                ("gzip-bomb", "a search answers with ten gigabytes in ten megabytes of gzip")
            }
            Hostile::SlowDrip => ("slow-drip", "a search answers with one byte a second"),
            Hostile::MillionEntries => ("million-entries", "a search answers with a million entries"),
            Hostile::MillionMembers => ("million-members", "a search answers with a million members"),
            Hostile::DensePages => {
                ("dense-pages", "a page of Observations is just below the most that is taken")
            }
            Hostile::EndlessNext => ("endless-next", "Procedures come page by page without an end"),
            Hostile::RedirectsElsewhere => ("redirects-elsewhere", "a search answers 302 to another host"),
            Hostile::RedirectsToHttp => ("redirects-to-http", "a search answers 301 to plain http"),
            Hostile::LengthTooLong => ("length-too-long", "Content-Length says more than comes"),
            Hostile::LengthTooShort => ("length-too-short", "Content-Length says less than comes"),
            Hostile::HugeHeaders => ("huge-headers", "a search answers with a header of a megabyte"),
            Hostile::DeepJson => ("deep-json", "a resource is nested ten thousand levels deep"),
            Hostile::ClimbingIds => ("climbing-ids", "ids climb in a path"),
            Hostile::Injection => ("injection", "ids and names hold SQL and search syntax"),
            Hostile::BidiText => ("bidi-text", "names turn the direction of writing"),
            Hostile::Scripts => ("scripts", "the narrative holds scripts"),
            Hostile::DoubledKeys => ("doubled-keys", "members come twice, and differ"),
            Hostile::InvalidUtf8 => ("invalid-utf8", "a resource is not UTF-8"),
            Hostile::HugeNumbers => ("huge-numbers", "numbers lie beyond any float"),
            Hostile::BundleInABundle => {
                ("bundle-in-a-bundle", "another patient's result in a bundle in the bundle")
            }
        };
        About { name, does, seen: None }
    }
}
