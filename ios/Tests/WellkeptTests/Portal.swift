import Foundation
import Testing
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// The sandbox portal in a process of its own.
final class Portal: @unchecked Sendable {
    let base: String
    private let process: Process

    /// Absent where the portal's program is not at hand; `WELLKEPT_PROGRAMS` says where it is.
    static var program: URL? {
        let folder = ProcessInfo.processInfo.environment["WELLKEPT_PROGRAMS"] ?? ""
        let program = URL(fileURLWithPath: folder).appendingPathComponent("sandbox")
        return !folder.isEmpty && FileManager.default.isExecutableFile(atPath: program.path) ? program : nil
    }

    init() throws {
        process = Process()
        process.executableURL = Self.program
        process.arguments = ["serve"]
        let said = Pipe()
        process.standardOutput = said
        process.standardError = FileHandle.nullDevice
        try process.run()
        base = try Self.base(in: said.fileHandleForReading)
    }

    deinit {
        kill(process.processIdentifier, SIGKILL)
    }

    /// It is not there any more, as when the phone is offline.
    func end() async {
        await withCheckedContinuation { ended in
            process.terminationHandler = { _ in ended.resume() }
            kill(process.processIdentifier, SIGKILL)
        }
    }

    /// Makes time pass in its records.
    func evolve(_ step: String) async throws {
        let root = try #require(URL(string: base)?.host.flatMap { URL(string: "http://\($0):\(port)/_sandbox/evolve?step=\(step)") })
        var request = URLRequest(url: root)
        request.httpMethod = "POST"
        let (_, answer) = try await Visitor().session.data(for: request)
        #expect((answer as? HTTPURLResponse)?.statusCode == 200)
    }

    private var port: Int { URL(string: base)?.port ?? 0 }

    private static func base(in output: FileHandle) throws -> String {
        var said = ""
        while true {
            let more = output.availableData
            try #require(!more.isEmpty, "the portal says where it is")
            said += String(decoding: more, as: UTF8.self)
            let lines = said.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            if let line = lines.first(where: { $0.hasPrefix("FHIR base: ") }) {
                return String(line.dropFirst("FHIR base: ".count))
            }
        }
    }
}

/// Alice in her browser: reads each form of the portal's pages, fills it in, sends it, and ends where the browser would return
/// to the app.
final class Visitor: NSObject, URLSessionTaskDelegate, @unchecked Sendable {
    private(set) lazy var session = URLSession(configuration: configuration, delegate: self, delegateQueue: nil)
    /// Kept by hand: of an answer that redirects, not every URLSession takes them.
    private var cookies: [String: String] = [:]

    private var configuration: URLSessionConfiguration {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpShouldSetCookies = false
        configuration.httpCookieAcceptPolicy = .never
        return configuration
    }

    /// Where the browser is sent in the end.
    func signIn(at page: String) async throws -> String {
        let first = try #require(URL(string: page))
        var request = URLRequest(url: first)
        for _ in 0..<12 {
            request.setValue(cookies.map { "\($0)=\($1)" }.joined(separator: "; "), forHTTPHeaderField: "Cookie")
            let (body, answer) = try await session.data(for: request)
            let reply = try #require(answer as? HTTPURLResponse)
            take(reply.value(forHTTPHeaderField: "Set-Cookie") ?? "")
            let here = try #require(request.url)
            if let to = reply.value(forHTTPHeaderField: "Location") {
                let next = try #require(URL(string: to, relativeTo: here)?.absoluteURL)
                guard next.host == first.host, next.port == first.port else { return next.absoluteString }
                request = URLRequest(url: next)
                continue
            }
            try #require(reply.statusCode == 200)
            request = try filled(Form(page: String(decoding: body, as: UTF8.self)), at: here)
        }
        throw Lost()
    }

    private func take(_ cookie: String) {
        let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1).map(String.init)
        if pair.count == 2 { cookies[pair[0]] = pair[1] }
    }

    private func filled(_ form: Form, at page: URL) throws -> URLRequest {
        var request = URLRequest(url: try #require(URL(string: form.action, relativeTo: page)?.absoluteURL))
        request.httpMethod = "POST"
        request.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type")
        request.httpBody = Data(form.encoded(user: "alice", password: "alice-in-the-garden").utf8)
        return request
    }

    /// No redirect is followed by itself.
    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    private struct Lost: Error {}
}

/// The first form of a page: enough of HTML for the portal's own pages.
private struct Form {
    let action: String
    private var fields: [(name: String, value: String)] = []

    init(page: String) throws {
        let form = try #require(page.range(of: "<form"))
        let inside = page[form.upperBound...]
        let tags = inside.prefix(upTo: inside.range(of: "</form>")?.lowerBound ?? inside.endIndex).split(separator: "<")
        action = try #require(Self.attribute("action", of: String(tags[0])))
        var chosen: Set<String> = []
        for tag in tags.dropFirst().map({ String($0.prefix { $0 != ">" }) }) where tag.hasPrefix("input") || tag.hasPrefix("button") {
            guard let name = Self.attribute("name", of: tag) else { continue }
            let kind = tag.hasPrefix("button") ? "button" : Self.attribute("type", of: tag) ?? ""
            let value = Self.attribute("value", of: tag) ?? ""
            switch kind {
            case "radio" where !chosen.insert(name).inserted: continue
            case "checkbox" where !tag.split(separator: " ").contains("checked"): continue
            case "button" where value != "allow": continue
            default: fields.append((name, value))
            }
        }
    }

    func encoded(user: String, password: String) -> String {
        fields.map { field in
            let value = ["username": user, "password": password][field.name] ?? field.value
            return "\(Self.escaped(field.name))=\(Self.escaped(value))"
        }.joined(separator: "&")
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    private static func attribute(_ name: String, of tag: String) -> String? {
        guard let from = tag.range(of: " \(name)=\"") else { return nil }
        let value = tag[from.upperBound...].prefix { $0 != "\"" }
        return value.replacingOccurrences(of: "&amp;", with: "&").replacingOccurrences(of: "&quot;", with: "\"")
    }
}
