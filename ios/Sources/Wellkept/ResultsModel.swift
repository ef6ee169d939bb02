import Observation
import WellkeptBindings

/// Follows the results of an opened record, for one screen.
@MainActor
@Observable
public final class ResultsModel {
    public private(set) var state = ResultsState()

    @ObservationIgnored private let client: Client
    @ObservationIgnored private var following: Task<Void, Never>?

    public init(client: Client) {
        self.client = client
    }

    deinit {
        following?.cancel()
    }

    /// Begins to follow; the state changes by itself from then on. Does nothing while it follows already.
    public func start() {
        guard following == nil else { return }
        let results = client.observe(wanted: .lines(query: Query(list: .results, filter: Filter())))
        following = Task { [weak self] in
            var seen: UInt64? = 0
            while let version = seen, let next = await Self.next(of: results, seen: version), let self, !Task.isCancelled {
                seen = take(next)
            }
        }
    }

    /// Ends it, as when the screen goes away. What is shown stays.
    public func stop() {
        following?.cancel()
        following = nil
    }

    /// The version that is shown now; `nil` when nothing more is waited for.
    private func take(_ next: Result<Next, HealthError>) -> UInt64? {
        switch next {
        case .success(let next):
            if case .lines(let screen) = next.given { state = ResultsState(screen) }
            return next.version
        case .failure(let error):
            failed(error)
            return nil
        }
    }

    /// Nothing of a record that was locked stays on the screen.
    private func failed(_ error: HealthError) {
        if case .Locked = error { state = ResultsState() }
        state.isLoading = false
        state.problem = error.words()
        following = nil
    }

    /// What comes next; `nil` when nothing more will. A task that is cancelled ends the subscription: the library hears of no
    /// other cancelling.
    private nonisolated static func next(of results: Subscription, seen: UInt64) async -> Result<Next, HealthError>? {
        await withTaskCancellationHandler {
            do {
                return .success(try await results.next(seen: seen))
            } catch HealthError.Ended {
                return nil
            } catch let error as HealthError {
                return .failure(error)
            } catch {
                return nil
            }
        } onCancel: {
            results.end()
        }
    }
}
