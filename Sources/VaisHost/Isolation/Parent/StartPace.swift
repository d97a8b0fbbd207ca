/// When the last processes were started; says whether another may be. Belongs to one owner.
struct StartPace {
    private let limits: IsolationLimits
    /// In nanoseconds of CLOCK_MONOTONIC, the oldest first.
    private var starts: [UInt64] = []

    init(_ limits: IsolationLimits) { self.limits = limits }

    /// Counts a start at `now`; or answers how many nanoseconds have to pass before the next.
    mutating func start(at now: UInt64) -> UInt64? {
        if starts.count >= limits.starts, let oldest = starts.first {
            let (next, overflows) = oldest.addingReportingOverflow(limits.period.nanoseconds)
            if overflows || now < next { return next &- now }
            starts.removeFirst()
        }
        starts.append(now)
        return nil
    }
}
