internal import VaisProtocol

/// The path and query of a request, decoded once.
struct RequestTarget: Sendable {
    /// The segments of the path below the prefix, percent-decoded.
    let segments: [String]
    /// Whether the path began with `/api/v1`.
    let isPrefixed: Bool
    let query: RequestQuery
    /// The path as it came, without the query.
    let path: String

    private static let mostBytes = 8 << 10
    private static let mostSegments = 16

    /// Throws for escapes that are cut short, that hide a slash or a NUL, and bytes that are not UTF-8.
    init(parsing target: String) throws(Problem) {
        let bytes = target.utf8
        guard bytes.count <= Self.mostBytes else {
            throw Problem(.headersTooLarge, "The address is longer than \(Self.mostBytes) bytes")
        }
        let mark = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        path = String(target[..<mark])
        guard bytes.first == UInt8(ascii: "/"), bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "#") })
        else { throw Problem(.badRequest, "The address is not valid") }
        var segments: [String] = []
        for part in bytes[..<mark].dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard segments.count < Self.mostSegments else { throw .routeNotFound(path) }
            if part.contains(UInt8(ascii: "%")) {
                guard let segment = PercentEncoding.decodeSegment(Substring(part)) else {
                    throw Problem(.badRequest, "The address holds an escape that is not valid")
                }
                segments.append(segment)
            } else {
                segments.append(String(Substring(part)))
            }
        }
        isPrefixed = segments.count > 2 && segments[0] == "api" && segments[1] == "v1"
        if isPrefixed { segments.removeFirst(2) }
        self.segments = segments
        query = mark == bytes.endIndex ? RequestQuery() : try RequestQuery(parsing: target[bytes.index(after: mark)...])
    }
}

/// The parameters of a query, percent-decoded.
struct RequestQuery: Sendable {
    private var parameters: [(name: String, value: String)] = []
    private static let mostParameters = 32

    init() {}

    init(parsing text: Substring) throws(Problem) {
        for pair in text.utf8.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let value = equals == pair.endIndex ? pair[equals...] : pair[pair.index(after: equals)...]
            guard parameters.count < Self.mostParameters,
                let name = PercentEncoding.decodeQuery(Substring(pair[..<equals])),
                let value = PercentEncoding.decodeQuery(Substring(value))
            else { throw Problem(.badRequest, "The query is not valid") }
            parameters.append((name, value))
        }
    }

    /// The value of a parameter; one that is there twice is refused, since no two readers agree on which counts.
    func text(_ name: String) throws(Problem) -> String? {
        var found: String?
        for parameter in parameters where parameter.name == name {
            guard found == nil else { throw .invalidParameter(name, "it is there twice") }
            found = parameter.value
        }
        return found
    }

    func number(_ name: String, _ range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let text = try text(name) else { return nil }
        guard let number = decimal(text), range.contains(number) else {
            throw .invalidParameter(name, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
