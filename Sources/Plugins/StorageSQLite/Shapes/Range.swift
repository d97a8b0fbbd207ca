import CVaisPlugin

/// The part of an index that a shape's bounds cover, as conditions on numbered parameters: first the prefix, then the
/// lower and the upper bound.
struct Range {
    /// The columns that order the index.
    let order: [Column]
    let prefix: Int
    private let lower: String?
    private let upper: String?
    let isDescending: Bool
    /// One for each cell of a use.
    let parameters: [Column]

    init(_ shape: vais_shape, _ collection: Collection, _ index: Index?) throws(Failure) {
        order = collection.order(of: index)
        let flags = shape.flags
        guard let prefix = Int(exactly: shape.prefix_count), prefix <= order.count else {
            throw Failure(VAIS_INVALID, "the prefix is longer than its index")
        }
        self.prefix = prefix
        let hasLower = flags & VAIS_SHAPE_LOWER != 0
        let hasUpper = flags & VAIS_SHAPE_UPPER != 0
        guard hasLower || flags & VAIS_SHAPE_LOWER_EXCLUSIVE == 0, hasUpper || flags & VAIS_SHAPE_UPPER_EXCLUSIVE == 0
        else {
            throw Failure(VAIS_INVALID, "a bound is flagged exclusive but not present")
        }
        guard prefix < order.count || (!hasLower && !hasUpper) else {
            throw Failure(VAIS_INVALID, "the prefix leaves no column for a bound")
        }
        isDescending = flags & VAIS_SHAPE_DESCENDING != 0
        var parameters = Array(order.prefix(prefix))
        if hasLower {
            parameters.append(order[prefix])
            let sign = flags & VAIS_SHAPE_LOWER_EXCLUSIVE != 0 ? " > ?" : " >= ?"
            lower = order[prefix].sql + sign + String(parameters.count)
        } else {
            lower = nil
        }
        if hasUpper {
            parameters.append(order[prefix])
            let sign = flags & VAIS_SHAPE_UPPER_EXCLUSIVE != 0 ? " < ?" : " <= ?"
            upper = order[prefix].sql + sign + String(parameters.count)
        } else {
            upper = nil
        }
        self.parameters = parameters
    }

    /// The columns of a position: those that order the index beyond the prefix.
    var position: [Column] { Array(order[prefix...]) }

    /// " WHERE …", or nothing when the range is the whole index.
    var condition: String { Self.whereClause(equalities + [lower, upper].compactMap { $0 }) }

    /// The condition for what lies behind a position, whose cells come after the bounds'.
    ///
    /// SQLite seeks by one lower and one upper limit. The position replaces the bound on its side, which is kept only
    /// as a filter (the unary plus hides it from the planner) for a position from outside the range. A row value
    /// compares as an index does.
    var conditionBehindPosition: String {
        let columns = position
        if columns.isEmpty { return Self.whereClause(equalities + ["0"]) }
        let sign = isDescending ? " < " : " > "
        let first = parameters.count + 1
        var numbers: [Int] = []
        for offset in 0..<columns.count { numbers.append(first + offset) }
        let comparison =
            columns.count == 1
            ? columns[0].sql + sign + "?" + String(first)
            : "(" + joined(columns, ", ") { $0.sql } + ")" + sign + "(" + joined(numbers, ", ") { "?" + String($0) }
                + ")"
        let bounds = isDescending ? [lower, upper.map { "+" + $0 }] : [lower.map { "+" + $0 }, upper]
        return Self.whereClause(equalities + [comparison] + bounds.compactMap { $0 })
    }

    /// " ORDER BY …" in the order of the index.
    var ordering: String {
        position.isEmpty
            ? "" : " ORDER BY " + joined(position, ", ") { $0.sql + (isDescending ? " DESC" : "") }
    }

    private var equalities: [String] {
        var conditions: [String] = []
        for position in 0..<prefix { conditions.append(order[position].sql + " = ?" + String(position + 1)) }
        return conditions
    }

    static func whereClause(_ conditions: [String]) -> String {
        conditions.isEmpty ? "" : " WHERE " + joined(conditions, " AND ") { $0 }
    }
}
