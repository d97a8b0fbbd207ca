extension Measurement {
    /// Makes a call again and again. A sample is the mean of as many calls as take some twenty microseconds, which hides what reading the
    /// clock costs.
    ///
    /// - Parameters:
    ///   - units: how many units one call is.
    ///   - span: how long to go on, in nanoseconds.
    @inline(__always)
    static func repeating(
        _ name: String, per unit: String, _ units: Int = 1, span: UInt64, _ call: () throws -> Void
    ) rethrows -> Measurement {
        var samples: [Double] = []
        samples.reserveCapacity(100_000)
        var calls = 1, count = 0
        let end = monotonicNow() + span
        while samples.count < 100_000 {
            let start = monotonicNow()
            if start >= end { break }
            for _ in 0..<calls { try call() }
            let time = monotonicNow() - start
            if time < 20_000, calls < 1 << 16 {
                calls *= 2
                samples.removeAll(keepingCapacity: true)
                count = 0
            } else {
                samples.append(Double(time) / Double(calls * units))
                count += calls * units
            }
        }
        return Measurement(name, per: unit, count: count, samples: samples)
    }
}
