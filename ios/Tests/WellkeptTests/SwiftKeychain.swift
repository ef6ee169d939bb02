import Foundation
import Synchronization
import WellkeptBindings

/// A keychain written in Swift, in memory; it can be made to fail.
final class SwiftKeychain: KeychainPort, Sendable {
    private struct Inside {
        var kept: [String: Data] = [:]
        var fails = false
    }

    private let inside = Mutex(Inside())

    /// Whether it answers nothing from now on.
    func fail(_ fails: Bool) {
        inside.withLock { $0.fails = fails }
    }

    func load(name: String) throws -> Data? {
        try asked { $0.kept[name] }
    }

    func store(name: String, bytes: Data) throws {
        try asked { $0.kept[name] = bytes }
    }

    func remove(name: String) throws {
        try asked { _ = $0.kept.removeValue(forKey: name) }
    }

    func names() throws -> [String] {
        try asked { $0.kept.keys.sorted() }
    }

    private func asked<Answer>(_ body: (inout Inside) -> Answer) throws -> Answer {
        try inside.withLock {
            if $0.fails { throw PortFailure.Unavailable }
            return body(&$0)
        }
    }
}
