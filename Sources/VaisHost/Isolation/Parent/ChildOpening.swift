/// The first talk with a plugin's process, up to an open plugin: it loads the file, says which settings the plugin knows, and gets them.
/// Used by the process's own thread.
struct ChildOpening {
    enum Failure: Error {
        case refused(PluginError)
        /// Nil: it has closed its end. Else why it is to be ended.
        case broken(String?)
    }

    private let child: PluginChild
    private let buffer: UnsafeMutableRawBufferPointer
    private let deadline: UInt64

    init(_ child: PluginChild, _ buffer: UnsafeMutableRawBufferPointer) {
        self.child = child
        self.buffer = buffer
        deadline = PluginCall.deadline(in: child.job.limits.start)
    }

    func run(_ listener: any ChildListener) throws(Failure) {
        try send(child.job.hello.message)
        let schema = try awaiting(.described) { frame throws(FrameFault) in try SettingMessages.schema(&frame) }
        let rules = SettingRules(kind: child.job.choice.kind, id: child.job.file.note.id, schema: schema)
        let settings: [Setting]
        do throws(PluginError) { settings = try rules.settings(from: child.job.choice) } catch { throw .refused(error) }
        var message = SettingMessages.open(settings)
        defer { message.wipe() }
        try send(message.bytes)
        try awaiting(.ready) { frame throws(FrameFault) in
            try listener.began(&frame)
            try frame.end()
        }
    }

    private func send(_ message: [UInt8]) throws(Failure) {
        do throws(FrameSocket.Failure) { try child.control.send(message) } catch {
            switch error {
            case .gone: throw .broken(nil)
            case .late: throw .broken(overdue)
            case .tooLarge:
                throw .refused(
                    PluginError(
                        .configuration,
                        "\(child.job.choice.origin): the settings of \(child.job.title) have more than "
                            + "\(FrameSocket.largest) bytes, too many for a plugin in a process of its own",
                        hint: "shorten them, or remove `isolation`"))
            }
        }
    }

    private func awaiting<T>(
        _ wanted: FrameKind, _ read: (inout FrameReader) throws(FrameFault) -> T
    ) throws(Failure) -> T {
        while true {
            let message = try receive()
            var refusal: PluginError?
            do throws(FrameFault) {
                var frame = FrameReader(message)
                let kind = try frame.kind()
                if kind == wanted { return try read(&frame) }
                switch kind {
                case .log: HostLog.write(try LogMessage(&frame))
                case .refused: refusal = try frame.error()
                default: throw FrameFault()
                }
            } catch { throw .broken(PluginChild.garbage) }
            if let refusal { throw .refused(refusal) }
        }
    }

    private func receive() throws(Failure) -> UnsafeRawBufferPointer {
        while PluginCall.monotonicNow() < deadline {
            do throws(FrameSocket.Failure) { return try child.control.receive(buffer) } catch {
                switch error {
                case .gone: throw .broken(nil)
                case .tooLarge: throw .broken(PluginChild.garbage)
                case .late: continue
                }
            }
        }
        throw .broken(overdue)
    }

    private var overdue: String { "did not get ready within \(child.job.limits.start.words), and was ended" }
}

extension Duration {
    /// "30 s", "250 ms".
    var words: String {
        let milliseconds = nanoseconds / 1_000_000
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }
}
