import VaisModel

/// One dependency between packages: `requirement` on `dependency`.
struct Edge {
    let dependency: PackageID
    let requirement: RequirementID
    /// Whether an incompatibility that covers the release and this edge exists already.
    var isDeclared = false
}

/// The dependencies of releases as numbers, filled in when a release is first looked at.
struct EdgeTable {
    private struct Span {
        var start: Int32 = -1
        var count: Int32 = 0
    }

    private(set) var edges: [Edge] = []
    private var spans: [[Span]] = []

    subscript(position: Int) -> Edge { edges[position] }

    mutating func markDeclared(_ position: Int) { edges[position].isDeclared = true }

    /// The edges of one release, by position, or nil if they have not been added yet.
    func range(_ package: PackageID, _ version: Int) -> Range<Int>? {
        guard package.index < spans.count, version < spans[package.index].count else { return nil }
        let span = spans[package.index][version]
        return span.start < 0 ? nil : Int(span.start)..<Int(span.start + span.count)
    }

    /// Appends edges that belong to no release: the root's.
    mutating func append(_ newEdges: [Edge]) -> Range<Int> {
        let start = edges.count
        edges.append(contentsOf: newEdges)
        return start..<edges.count
    }

    mutating func add(_ newEdges: [Edge], of package: PackageID, _ version: Int, versions: Int) -> Range<Int> {
        while spans.count <= package.index { spans.append([]) }
        if spans[package.index].isEmpty { spans[package.index] = [Span](repeating: Span(), count: versions) }
        let range = append(newEdges)
        spans[package.index][version] = Span(
            start: Int32(truncatingIfNeeded: range.lowerBound), count: Int32(truncatingIfNeeded: range.count))
        return range
    }
}
