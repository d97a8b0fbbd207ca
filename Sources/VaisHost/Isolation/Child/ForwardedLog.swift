internal import Glibc
internal import Logging

/// The log of a plugin's process: every line goes to the host, which writes it into its own.
struct ForwardedLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    private let control: FrameSocket
    private let firstThread: pthread_t

    init(_ control: FrameSocket, _ level: Logger.Level, firstThread: pthread_t) {
        self.control = control
        self.firstThread = firstThread
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let plugin = (event.metadata?["plugin"] ?? metadata["plugin"]).map { "\($0)" } ?? ""
        let line = LogMessage(level: event.level, plugin: plugin, text: "\(event.message)")
        // The first thread, by which the host is heard, must not wait for the host: rather is a line lost.
        _ = try? control.send(line.message, waits: pthread_equal(pthread_self(), firstThread) == 0)
    }
}
