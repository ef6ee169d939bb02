import Foundation
import Testing
import Wellkept
import WellkeptBindings

/// The record behind a keychain that is written in Swift.
@Suite struct RecordTests {
    @Test func aRecordIsMadeAndOpenedAgain() async throws {
        let alice = try Alice()
        let made = try await alice.begin()
        #expect(made.kit.count == 24)
        try checkKit(words: made.kit.joined(separator: " "))
        #expect(try alice.keychain.names().contains("wrap.passphrase"))
        try await made.client.lock()
        let again = try await alice.open(with: alice.passphrase)
        #expect(!again.isLocked())
        try await again.lock()
        let kit = made.kit.joined(separator: " ")
        let byKit = try await Client.open(platform: alice.platform, database: alice.database, unlock: .kit(words: kit))
        try await byKit.lock()
    }

    @Test func aWrongPassphraseIsAnErrorOfItsOwn() async throws {
        let alice = try Alice()
        try await alice.begin().client.lock()
        let error = await failure { _ = try await alice.open(with: "wrong") }
        guard case .WrongPassphrase(let words) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(words == "That passphrase does not open this record. Nothing was changed")
        #expect(error?.words() == words)
    }

    @Test func c3_aKeychainThatFailsMeansLockedAndNeverNew() async throws {
        let alice = try Alice()
        try await alice.begin().client.lock()
        alice.keychain.fail(true)
        let attempts: [() async throws -> Void] = [
            { _ = try await alice.open(with: alice.passphrase) }, { _ = try await alice.begin() },
        ]
        for attempt in attempts {
            let error = await failure(of: attempt)
            guard case .Locked = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
        alice.keychain.fail(false)
        try await alice.open(with: alice.passphrase).lock()
    }

    @Test func aSecondWaitOnOneSubscriptionIsRefused() async throws {
        let alice = try Alice()
        let client = try await alice.begin().client
        let results = client.observe(wanted: .lines(query: Query(list: .results, filter: Filter())))
        let seen = try await results.next(seen: 0).version
        // Nothing changes, so whichever of the two comes second is refused, and the other waits until it is ended.
        let outcomes = await withTaskGroup(of: HealthError?.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    await failure { _ = try await results.next(seen: seen) }
                }
            }
            let refused = await group.next() ?? nil
            results.end()
            return [refused, await group.next() ?? nil]
        }
        #expect(outcomes == [.Busy(words: "This is being waited on already"), .Ended(words: "This is followed no longer")])
        try await client.lock()
    }
}
