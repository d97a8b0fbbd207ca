/// What one Argon2id hash costs (RFC 9106 section 3.1).
struct Parameters {
    /// KiB.
    var memory: UInt32
    var iterations: UInt32
    var lanes: UInt32

    /// KiB written in all, which is what time goes with: about a millisecond for a thousand.
    var work: UInt64 { UInt64(memory) * UInt64(iterations) }

    func isWeaker(than other: Parameters) -> Bool {
        memory < other.memory || iterations < other.iterations || lanes < other.lanes
    }

    /// Below what OWASP advises at the least: 7 MiB, and about 35 MiB of work.
    var isBelowAdvice: Bool { memory < 7168 || work < 35_840 }
}
