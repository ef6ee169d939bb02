import Foundation
import Testing
import Wellkept
import WellkeptBindings

/// The view model of the results, over the real library and the sandbox portal.
@MainActor
@Suite(.timeLimit(.minutes(10))) struct ResultsModelTests {
    @Test func resultsComeAndAreCorrectedWhileTheScreenIsOpen() async throws {
        let (alice, portal) = (try Alice(), try Portal())
        let client = try await alice.begin().client
        let model = ResultsModel(client: client)
        #expect(model.state.isLoading)
        model.start()
        await model.shows { !$0.isLoading }
        #expect(model.state.rows.isEmpty && model.state.asOf.isEmpty && model.state.problem == nil)

        try await connect(client, to: portal)
        _ = try await client.sync(reason: .asked(full: false))
        await model.shows { !$0.rows.isEmpty && $0.asOf.first?.moment != nil }
        #expect(!model.state.isOffline)
        let before = model.state.rows
        #expect(before.allSatisfy { !$0.title.isEmpty && !$0.id.isEmpty })
        #expect(!before.contains { $0.correctedFrom != nil })

        try await portal.evolve("correction")
        _ = try await client.sync(reason: .asked(full: false))
        await model.shows { state in state.rows.contains { $0.correctedFrom != nil } }
        let corrected = try #require(model.state.rows.first { $0.correctedFrom != nil })
        #expect(corrected.value != corrected.correctedFrom)
        #expect(before.contains { $0.id == corrected.id && $0.value == corrected.correctedFrom })

        model.stop()
        try await client.lock()
    }

    @Test func offlineWhatIsHeldStaysWithItsAge() async throws {
        let (alice, portal) = (try Alice(), try Portal())
        let client = try await alice.begin().client
        try await connect(client, to: portal)
        _ = try await client.sync(reason: .asked(full: false))
        let model = ResultsModel(client: client)
        model.start()
        await model.shows { !$0.rows.isEmpty }
        let (rows, asOf) = (model.state.rows, model.state.asOf.first?.moment)

        await portal.end()
        _ = try await client.sync(reason: .asked(full: false))
        await model.shows { $0.isOffline }
        #expect(model.state.rows == rows)
        #expect(model.state.asOf.first?.moment == asOf && asOf != nil)
        #expect(model.state.problem == nil)
        model.stop()
        try await client.lock()
    }

    @Test func aLockedRecordLeavesNothingOnTheScreen() async throws {
        let (alice, portal) = (try Alice(), try Portal())
        let client = try await alice.begin().client
        try await connect(client, to: portal)
        _ = try await client.sync(reason: .asked(full: false))
        let model = ResultsModel(client: client)
        model.start()
        await model.shows { !$0.rows.isEmpty }
        try await client.lock()
        await model.shows { $0.problem != nil }
        #expect(model.state.rows.isEmpty && model.state.asOf.isEmpty && !model.state.isLoading)
        #expect(model.state.problem?.contains("locked") == true)
        #expect(model.state.problem?.contains("HealthError") == false)
        // It waits for nothing more, although the screen is still there.
        while client.alive() > 0 { await Task.yield() }
    }

    @Test func aScreenThatGoesAwayIsLetGo() async throws {
        let alice = try Alice()
        let client = try await alice.begin().client
        weak var gone: ResultsModel?
        do {
            let model = ResultsModel(client: client)
            gone = model
            model.start()
            await model.shows { !$0.isLoading }
            model.stop()
            // A screen that comes back follows anew.
            model.start()
            model.start()
            await model.shows { !$0.isLoading }
        }
        while gone != nil { await Task.yield() }
        #expect(gone == nil)
        try await client.lock()
    }

    private func connect(_ client: Client, to portal: Portal) async throws {
        let returns = "http://127.0.0.1/callback"
        let page = try await client.connect(
            new: NewConnection(base: portal.base, app: .named(clientId: "wellkept", key: nil), redirectUri: returns)
        )
        let address = try await Visitor().signIn(at: page.address)
        #expect(address.hasPrefix(returns))
        let returned = try await client.redirected(address: address)
        guard case .connected(let signIn) = returned else {
            Issue.record("\(returned)")
            return
        }
        #expect(!signIn.patient.isEmpty)
    }
}
