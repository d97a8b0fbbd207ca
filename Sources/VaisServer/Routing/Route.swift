internal import HTTPTypes
internal import Hummingbird

/// One method at one kind of path.
struct Route: Sendable {
    typealias Handler = @Sendable (Exchange) async throws -> Response

    enum Segment: Sendable {
        case literal(String)
        /// Any segment; the handler asks for it by its position among the parameters.
        case parameter

        func matches(_ text: String) -> Bool {
            switch self {
            case .literal(let literal): literal == text
            case .parameter: !text.isEmpty
            }
        }
    }

    let method: HTTPRequest.Method
    let segments: [Segment]
    let handle: Handler

    /// - Parameter pattern: a path such as `/packages/*/owners`.
    init(_ method: HTTPRequest.Method, _ pattern: String, _ handle: @escaping Handler) {
        self.method = method
        segments = pattern.split(separator: "/").map { $0 == "*" ? .parameter : .literal(String($0)) }
        self.handle = handle
    }

    func matches(_ path: [String]) -> Bool {
        guard path.count == segments.count else { return false }
        for (segment, text) in zip(segments, path) where !segment.matches(text) { return false }
        return true
    }

    /// What stands in the path where the pattern has stars.
    func parameters(of path: [String]) -> [String] {
        zip(segments, path).compactMap { segment, text in
            if case .parameter = segment { text } else { nil }
        }
    }
}

/// All routes, in the order in which they are tried.
struct RouteTable: Sendable {
    enum Match {
        case route(Route)
        /// The path exists, for other methods.
        case otherMethods([HTTPRequest.Method])
        case none
    }

    private let byLength: [Int: [Route]]

    init(_ routes: [Route]) { byLength = Dictionary(grouping: routes, by: \.segments.count) }

    /// A `HEAD` goes where the `GET` goes.
    func match(_ method: HTTPRequest.Method, _ path: [String]) -> Match {
        let wanted = method == .head ? .get : method
        var methods: [HTTPRequest.Method] = []
        for route in byLength[path.count] ?? [] where route.matches(path) {
            if route.method == wanted { return .route(route) }
            if !methods.contains(route.method) { methods.append(route.method) }
        }
        if methods.isEmpty { return .none }
        if methods.contains(.get) { methods.append(.head) }
        return .otherMethods(methods.sorted { $0.rawValue < $1.rawValue })
    }
}
