/// How long the host waits for a plugin.
package struct Patience: Sendable {
    /// What a call is given, where nothing else is said: its deadline is so far away.
    package var call = Duration.seconds(30)
    /// How long after its deadline a call may still return before its caller is answered without it.
    package var grace = Duration.seconds(2)
    /// How long a call that has returned waits for an interrupt of it that has not.
    package var interrupt = Duration.seconds(5)
    /// How long closing waits for calls under way before it leaves them where they are.
    package var closing = Duration.seconds(15)

    package init() {}
}

extension Duration {
    /// As a count, `.max` when there are more than fit, 0 when it is negative.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        let whole = UInt64(clamping: seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let sum = whole.partialValue.addingReportingOverflow(UInt64(clamping: attoseconds / 1_000_000_000))
        return whole.overflow || sum.overflow ? .max : sum.partialValue
    }
}
