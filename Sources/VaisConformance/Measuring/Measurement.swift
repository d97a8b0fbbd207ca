package import VaisProtocol

/// How long one kind of call took, in nanoseconds for each `unit`.
package struct Measurement: Sendable, Equatable {
    package var name: String
    /// What is counted: "call", "key", "row", "batch".
    package var unit: String
    /// How many units of it were measured in all.
    package var count: Int
    package var median: Double
    package var p90: Double
    package var p99: Double
    /// Units in a second over the whole measurement, where several threads were at work.
    package var perSecond: Double?

    /// - Parameter samples: nanoseconds for each unit, in any order.
    init(_ name: String, per unit: String, count: Int, samples: [Double], perSecond: Double? = nil) {
        let sorted = samples.sorted()
        let at = { (part: Double) in
            sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(part * Double(sorted.count)))]
        }
        self.name = name
        self.unit = unit
        self.count = count
        median = at(0.5)
        p90 = at(0.9)
        p99 = at(0.99)
        self.perSecond = perSecond
    }
}

extension Measurement {
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", name)
            writer.member("unit", unit)
            writer.member("count", count)
            for (key, value) in [("median_ns", median), ("p90_ns", p90), ("p99_ns", p99)] {
                writer.key(key)
                writer.value(value)
            }
            if let perSecond {
                writer.key("per_second")
                writer.value(perSecond)
            }
        }
    }

    init?(_ object: JSONObject?) {
        guard let object, let name = try? object.string("name"), let unit = try? object.string("unit"),
            let count = try? object.count("count"), let median = object["median_ns"]?.double,
            let p90 = object["p90_ns"]?.double, let p99 = object["p99_ns"]?.double
        else { return nil }
        self.init(name, per: unit, count: Int(clamping: count), samples: [])
        (self.median, self.p90, self.p99) = (median, p90, p99)
        perSecond = object["per_second"]?.double
    }
}

extension JSONValue {
    fileprivate var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}
