/// How long the host waits for a plugin's process, and how often it starts one.
package struct IsolationLimits: Sendable {
    /// For loading and opening the plugin.
    package var start = Duration.seconds(30)
    /// For an answer of the plugin: a piece of a digest, or a sign of a transport that transfers are moved.
    package var call = Patience().call
    /// For one password hash, on a machine that computes as many as it can.
    package var hash = Patience().call * 2
    /// How many processes are started within `period`, at most: a plugin that crashes at once must not keep the machine busy.
    package var starts = 5
    package var period = Duration.seconds(10)

    package init() {}
}
