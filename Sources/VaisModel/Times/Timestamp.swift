internal import Glibc

/// A moment in UTC, in microseconds. Leap seconds do not exist, as in POSIX time.
package struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Microseconds since 1970-01-01T00:00:00Z, negative before.
    package let microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    /// The system's clock, which may jump.
    package static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    package var description: String { rfc3339 }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }
}
