internal import HTTPTypes
internal import Hummingbird
internal import VaisProtocol
internal import VaisRegistry

/// Search, categories and the lists.
struct SearchHandlers: Sendable {
    let registry: Registry
    private let categories: ChangeCache<[CategoryCount]>

    /// Nobody pages further than this; a larger number is a mistake or an attack.
    private static let mostOffset = 1_000_000

    var routes: [Route] {
        [
            Route(.get, "/search", search),
            Route(.get, "/categories") { _ in .json(try await categories.value().encoded()) },
            Route(.get, "/categories/*") { exchange in
                var query = try Self.page(exchange.target.query)
                query.category = exchange.parameters[0]
                return try await answer(query)
            },
            Route(.get, "/popular") { try await list($0, .downloads) },
            Route(.get, "/recent") { try await list($0, .newest) },
        ]
    }

    init(_ registry: Registry) {
        self.registry = registry
        categories = ChangeCache(changes: { registry.packageChanges }) { try await registry.categories() }
    }

    private func search(_ exchange: Exchange) async throws -> Response {
        let parameters = exchange.target.query
        guard let text = try parameters.text("q") else { throw Problem.invalidParameter("q", "it is missing") }
        guard text.utf8.count <= ProtocolLimits.queryBytes else {
            throw Problem.invalidParameter("q", "at most \(ProtocolLimits.queryBytes) bytes")
        }
        var query = try Self.page(parameters)
        query.text = text
        query.after = try parameters.text("after")
        query.category = try parameters.text("category")
        query.keyword = try parameters.text("keyword")
        return try await answer(query)
    }

    private func answer(_ query: SearchQuery) async throws -> Response {
        var result = try await registry.search(query)
        result.categories = try await categories.value()
        return .json(result)
    }

    private func list(_ exchange: Exchange, _ order: SearchQuery.Order) async throws -> Response {
        var query = try Self.page(exchange.target.query)
        query.order = order
        query.after = try exchange.target.query.text("after")
        return .json(try await registry.search(query))
    }

    /// The part of the list and its order. A larger `limit` than is given counts as the largest, as does that of old clients; `page`
    /// and `per_page` are another way to say the same.
    private static func page(_ parameters: RequestQuery) throws(Problem) -> SearchQuery {
        var query = SearchQuery()
        let most = ProtocolLimits.maximumPageSize
        if let limit = try parameters.number("limit", 0...Int(Int32.max)) { query.limit = min(limit, most) }
        if let size = try parameters.number("per_page", 1...Int(Int32.max)) { query.limit = min(size, most) }
        if let offset = try parameters.number("offset", 0...mostOffset) { query.offset = offset }
        if let page = try parameters.number("page", 1...mostOffset / most) { query.offset = (page - 1) * query.limit }
        query.order = try parameters.text("sort").flatMap { SearchQuery.Order(rawValue: $0) } ?? .downloads
        return query
    }
}
