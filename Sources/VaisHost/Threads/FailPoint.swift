internal import CVaisShim
internal import Glibc
internal import Synchronization

/// Places at which a test may end the process as a crash would. Armed by the environment variable `VAIS_FAILPOINT=name` or `name:count`:
/// the `count`-th time the place is reached (the first, if not said), the process gets SIGKILL. Otherwise a place costs one comparison.
package enum FailPoint {
    private static let isArmed = armed != nil
    private static let hits = Atomic<Int>(0)

    private static let armed: (name: String, count: Int)? = {
        guard vais_is_privileged() == 0, let value = getenv("VAIS_FAILPOINT") else { return nil }
        let parts = String(cString: value).split(separator: ":", maxSplits: 1)
        guard let name = parts.first else { return nil }
        return (String(name), parts.count == 2 ? Int(parts[1]) ?? 1 : 1)
    }()

    package static func hit(_ name: StaticString) {
        if isArmed { count(name) }
    }

    private static func count(_ name: StaticString) {
        guard let armed, armed.name == "\(name)" else { return }
        if hits.add(1, ordering: .relaxed).newValue == armed.count { kill(getpid(), SIGKILL) }
    }
}
