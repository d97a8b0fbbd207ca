/// A plugin call that has not returned long after its deadline, or calls refused because of such.
struct StuckCall: Error {
    /// "dev.vais.storage-sqlite 0.1.0"
    var plugin: String
    /// What the call was to do; begins the sentence: "cannot store the change".
    var action: String
    /// Whether it may still change what is stored, should it ever come back.
    var mayLand: Bool

    /// For the caller whose call it is.
    var message: String {
        "\(action): the plugin \(plugin) has not answered, long after the call's deadline"
            + (mayLand ? "; it is not known whether the change was, or will be, stored" : "")
    }

    /// For callers turned away meanwhile.
    var refusal: String { "the plugin \(plugin) does not answer: too many of its calls are stuck (\(action))" }

    static let hint = "restart the program if this goes on, and report it to the plugin's author"
}

extension StorageError {
    static func stuck(_ call: StuckCall) -> StorageError {
        StorageError(call.mayLand ? .ambiguous : .timeout, call.message, hint: StuckCall.hint)
    }

    static func notAnswering(_ call: StuckCall) -> StorageError {
        StorageError(.unavailable, call.refusal, hint: StuckCall.hint)
    }
}

/// What a thread works on, for the case that it gets stuck.
protocol WatchedJob: AnyObject, Sendable {
    /// Answers whoever waits for the job. Called at most once, from any thread; must not block.
    func giveUp(_ call: StuckCall)
}
