/// Notices a transfer that moves fewer than `bytes` a second for `timeout`. libcurl has such a watch too, but it
/// counts in whole seconds, and it averages over five of them.
struct StallWatch {
    private let timeout: UInt64
    private let minimum: UInt64
    private var start: UInt64 = 0
    private var moved: Int64 = 0

    /// nil when never wanted.
    init?(milliseconds: UInt32, bytesPerSecond: UInt32) {
        guard milliseconds > 0, bytesPerSecond > 0 else { return nil }
        timeout = UInt64(milliseconds) * 1_000_000
        minimum = max(1, UInt64(bytesPerSecond) * UInt64(milliseconds) / 1000)
    }

    var milliseconds: UInt64 { timeout / 1_000_000 }

    /// When to look again, in the clock of `now`.
    var next: UInt64 { start + timeout }

    mutating func begin(at now: UInt64) {
        start = now
        moved = 0
    }

    /// Whether too little has moved since the watch began; else, at the end of a period, begins the next.
    /// - Parameter total: bytes moved since the transfer began, both ways.
    mutating func isStalled(at now: UInt64, total: Int64) -> Bool {
        guard now >= next else { return false }
        if total - moved < Int64(clamping: minimum) { return true }
        start = now
        moved = total
        return false
    }
}
