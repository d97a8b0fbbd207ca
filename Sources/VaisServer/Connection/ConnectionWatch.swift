internal import NIOCore

/// What a connection is waiting for and since when.
struct ConnectionWatch {
    enum Wait { case headTimeout, idleTimeout, lingerTimeout }
    enum Verdict {
        case fine
        /// The client has not sent what it owes.
        case late
        /// The client does not take what it is sent.
        case stuck
    }

    private let limits: ServerLimits
    private var wait: Wait?
    private var since = NIODeadline.now()
    private var bytes = 0
    private var unwritableSince: NIODeadline?

    /// Whether the server has asked for bytes that have not come. Only then is the client to blame for the delay.
    var wantsBytes = false

    init(_ limits: ServerLimits) { self.limits = limits }

    /// Between two requests: closing then is no failure.
    var isIdle: Bool { wait == .idleTimeout }

    /// How often to look, so that nothing lasts much longer than it may.
    var interval: TimeAmount {
        let shortest = min(limits.headTimeout, limits.idleTimeout, limits.bodyTimeout, limits.lingerTimeout)
        return .milliseconds(Int64(min(1000, max(10, shortest / 4))))
    }

    var isWritable: Bool {
        get { unwritableSince == nil }
        set { unwritableSince = newValue ? nil : unwritableSince ?? .now() }
    }

    mutating func startWaiting(_ wait: Wait) {
        self.wait = wait
        since = .now()
    }

    mutating func startBody() {
        wait = nil
        since = .now()
        bytes = 0
    }

    mutating func received(_ count: Int) { bytes += count }

    /// The request is complete: it is the server's turn.
    mutating func stop() { wait = nil }

    mutating func verdict(isReadingBody: Bool) -> Verdict {
        let now = NIODeadline.now()
        if let unwritableSince, now - unwritableSince > .milliseconds(Int64(limits.bodyTimeout)) { return .stuck }
        switch wait {
        case .headTimeout: return isOver(limits.headTimeout, now) ? .late : .fine
        case .idleTimeout: return isOver(limits.idleTimeout, now) ? .late : .fine
        case .lingerTimeout: return isOver(limits.lingerTimeout, now) ? .late : .fine
        case nil: break
        }
        guard isReadingBody, isOver(limits.bodyTimeout, now) else { return .fine }
        let isLate = wantsBytes && bytes < limits.bodyProgress
        since = now
        bytes = 0
        return isLate ? .late : .fine
    }

    private func isOver(_ milliseconds: Int, _ now: NIODeadline) -> Bool {
        now - since > .milliseconds(Int64(milliseconds))
    }
}
