import WellkeptBindings

/// What the screen of results shows.
public struct ResultsState: Equatable, Sendable {
    /// One result, as the record tells it.
    public struct Row: Equatable, Sendable, Identifiable {
        /// The name to open it by: `Type/id`.
        public let id: String
        public let title: String
        /// When, in words; absent when that is not known.
        public let when: String?
        /// As it came, with its unit; absent when it was withdrawn or is covered.
        public let value: String?
        /// The laboratory's own flag. `notStated` is never shown as normal.
        public let flag: Flag
        /// It was corrected: what it said before, as far as it said anything.
        public let correctedFrom: String?
        /// It was withdrawn by the provider.
        public let isWithdrawn: Bool
        public let isUnread: Bool
    }

    /// Results under one heading.
    public struct Section: Equatable, Sendable, Identifiable {
        public var id: String { heading }
        public let heading: String
        public let rows: [Row]
    }

    /// How far one portal's results can be relied on.
    public struct AsOf: Equatable, Sendable, Identifiable {
        public var id: String { portal }
        public let portal: String
        /// When everything was last read there (seconds since 1970 UTC); absent: never.
        public let moment: Int64?
        /// Why the last try gave nothing, in words: the phone is offline, or the portal is.
        public let trouble: String?
        /// What the portal did not give, in words.
        public let refused: [String]
    }

    /// Nothing has come yet.
    public var isLoading = true
    public var sections: [Section] = []
    /// Per portal; empty when none is connected.
    public var asOf: [AsOf] = []
    /// What stands above everything else, and what is missing: one sentence each.
    public var notices: [String] = []
    public var lacks: [String] = []
    /// What went wrong, and what to do about it, in words for a person. What was shown before stays, unless the record is locked.
    public var problem: String?

    public var rows: [Row] { sections.flatMap(\.rows) }
    /// A portal's last try failed: what is shown is as old as `asOf` says.
    public var isOffline: Bool { asOf.contains { $0.trouble != nil } }

    public init() {}
}

extension ResultsState {
    init(_ screen: Screen) {
        isLoading = false
        sections = screen.groups.map { Section(heading: $0.heading, rows: $0.lines.map(Row.init)) }
        asOf = screen.restsOn.map(AsOf.init)
        notices = screen.notices
        lacks = screen.lacks
    }
}

extension ResultsState.Row {
    init(_ line: Line) {
        id = line.reference
        title = line.title
        when = line.when
        value = line.value
        flag = line.flag
        isUnread = line.unread
        switch line.standing {
        case .changed(_, let from, _):
            (correctedFrom, isWithdrawn) = (from, false)
        case .withdrawn:
            (correctedFrom, isWithdrawn) = (nil, true)
        default:
            (correctedFrom, isWithdrawn) = (nil, false)
        }
    }
}

extension ResultsState.AsOf {
    init(_ basis: Basis) {
        portal = basis.portal
        moment = basis.asOf
        trouble = basis.trouble
        refused = basis.refused.map { "\($0.what): \($0.reason)" }
    }
}
