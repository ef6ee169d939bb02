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
            while let given = await Self.next(of: results), let self, !Task.isCancelled {
                take(given)
            }
        }
    }

    /// Ends it, as when the screen goes away. What is shown stays.
    public func stop() {
        following?.cancel()
        following = nil
    }

    private func take(_ given: Result<Given, HealthError>) {
        switch given {
        case .success(.lines(let screen)):
            state = ResultsState(screen)
        case .success:
            break
        case .failure(let error):
            failed(error)
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
    private nonisolated static func next(of results: Subscription) async -> Result<Given, HealthError>? {
        await withTaskCancellationHandler {
            do {
                return .success(try await results.next())
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
