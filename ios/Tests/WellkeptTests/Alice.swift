import Foundation
import Observation
import Wellkept
import WellkeptBindings

/// Alice's phone: a folder for her record, and its keychain.
final class Alice: Sendable {
    let keychain = SwiftKeychain()
    let folder: URL
    let passphrase = "correct horse battery staple"

    init() throws {
        let name = "alice-\(UUID().uuidString)"
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    var platform: Platform { Platform(keychain: keychain, network: freeNetwork()) }
    var database: String { folder.appendingPathComponent("record.db").path }

    /// Her new record.
    func begin() async throws -> Made {
        try await makeRecord(platform: platform, database: database, holder: "Alice", passphrase: passphrase)
    }

    func open(with passphrase: String) async throws -> Client {
        try await Client.open(platform: platform, database: database, unlock: .passphrase(passphrase: passphrase))
    }
}

/// How it failed; `nil` when it did not, or in another way than the library fails.
func failure(of work: () async throws -> Void) async -> HealthError? {
    do {
        try await work()
        return nil
    } catch {
        return error as? HealthError
    }
}

extension ResultsModel {
    /// Waits until what is shown is as asked, or the test is cancelled.
    func shows(_ holds: (ResultsState) -> Bool) async {
        while !holds(state), !Task.isCancelled {
            let (changes, changed) = AsyncStream<Void>.makeStream()
            withObservationTracking {
                _ = state
            } onChange: {
                changed.yield()
            }
            for await _ in changes { break }
        }
    }
}
