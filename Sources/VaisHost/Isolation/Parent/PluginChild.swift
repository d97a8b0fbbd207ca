internal import Glibc

/// What hears a plugin's process, once the plugin is open, and when it ends. Called by the process's own thread.
protocol ChildListener: AnyObject, Sendable {
    /// Wakes the thread so often when nothing comes; nil for never.
    var tick: Duration? { get }
    /// The plugin is open, and says so. Before any use.
    func began(_ offer: inout FrameReader) throws(FrameFault)
    /// A message that is not for the log.
    func received(_ kind: FrameKind, _ frame: inout FrameReader, from child: PluginChild) throws(FrameFault)
    /// Nothing has come for a tick. Nil, or why the process is to be ended.
    func ticked(_ child: PluginChild) -> String?
    /// The last call.
    func ended(_ error: PluginError)
}

/// A process in which one plugin runs, and the thread that starts it, hears it, and sees it end. Thread-safe.
///
///     start ─▶ hello ─▶ described ─▶ open ─▶ ready ─▶ log, head, data … ─▶ the end, by itself or because we say so
///
/// The process ends with the thread that started it, should this program be killed: so that thread stays until the process is gone.
final class PluginChild: @unchecked Sendable {
    let job: ChildJob
    /// To send by. Only the thread receives.
    let control: FrameSocket
    private let listener: any ChildListener
    private let words = LastWords()
    private let monitor = Monitor()

    // Under `monitor`.
    private var phase = Phase.starting
    private var process: ChildProcess?
    /// Why this program ended the process.
    private var verdict: String?
    private var isClosing = false
    private var afterEnd: [@Sendable () -> Void] = []

    private enum Phase {
        case starting
        case open
        case ended(PluginError)
    }

    private init(_ job: ChildJob, _ control: FrameSocket, _ listener: any ChildListener) {
        self.job = job
        self.control = control
        self.listener = listener
    }

    /// Starts a process, and returns once the plugin in it is open. Blocks.
    static func start(_ job: ChildJob, _ listener: any ChildListener) throws(PluginError) -> PluginChild {
        guard let (own, other) = FrameSocket.pair() else { throw job.noResources() }
        own.allow(sending: job.limits.call, receiving: .milliseconds(250))
        let child = PluginChild(job, own, listener)
        guard let thread = startThread("vais-isolation", { child.live(other) }) else {
            Glibc.close(other)
            throw job.noResources()
        }
        pthread_detach(thread)
        let failure: PluginError? = child.monitor.withLock {
            while case .starting = child.phase { child.monitor.wait() }
            if case .ended(let error) = child.phase { return error }
            return nil
        }
        if let failure { throw failure }
        return child
    }

    /// Nil while the process is there; afterwards why it is not.
    var failure: PluginError? {
        monitor.withLock {
            if case .ended(let error) = phase { return error }
            return nil
        }
    }

    /// The process's id, while it is there.
    var pid: pid_t? {
        monitor.withLock {
            if case .ended = phase { return nil }
            return process?.pid
        }
    }

    /// Ends the process, for `reason`, which continues "the plugin …, in a process of its own, …".
    func condemn(_ reason: String) {
        monitor.withLock {
            if verdict == nil { verdict = reason }
            process?.kill()
        }
    }

    /// The process has closed its end of a socket: why. Waits a moment for its end, and brings it about where the process lives on.
    func lost() -> PluginError {
        for (wait, last) in [(Duration.seconds(1), false), (.seconds(5), true)] {
            let deadline = PluginCall.deadline(in: wait)
            let error: PluginError? = monitor.withLock {
                while true {
                    if case .ended(let error) = phase { return error }
                    if !monitor.wait(until: deadline) { return nil }
                }
            }
            if let error { return error }
            if !last { condemn("closed its connection to this program, and was ended") }
        }
        return job.ended(verdict ?? "does not end", nil)
    }

    /// Lets the process end in good order; it is ended where it does not.
    func close(whenEnded: (@Sendable () -> Void)? = nil) {
        let isOver = monitor.withLock {
            if case .ended = phase { return true }
            isClosing = true
            if let whenEnded { afterEnd.append(whenEnded) }
            return false
        }
        if isOver { whenEnded?() }
        if listener.tick == nil { condemn("was closed") } else { control.endSending() }
    }

    // MARK: The thread

    private func live(_ other: Int32) {
        let started = job.program.start(control: other, words: words.descriptor)
        Glibc.close(other)
        switch started {
        case .failure(let failure): end(job.unstarted(failure))
        case .success(let pid):
            let process = ChildProcess(pid)
            monitor.withLock { self.process = process }
            run(process)
        }
    }

    private func run(_ process: ChildProcess) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: FrameSocket.largest, alignment: 8)
        defer { buffer.deallocate() }
        var refusal: PluginError?
        do throws(ChildOpening.Failure) {
            try ChildOpening(self, buffer).run(listener)
            monitor.withLock {
                phase = .open
                monitor.broadcast()
            }
            control.allow(sending: job.limits.call, receiving: listener.tick)
            if let reason = listen(buffer) { condemn(reason) }
        } catch {
            switch error {
            case .refused(let error):
                refusal = error
                process.kill()
            case .broken(let reason): if let reason { condemn(reason) }
            }
        }
        // What has closed its connection is about to end; but who knows.
        if !process.ends(within: 500) { condemn("closed its connection to this program, and was ended") }
        process.awaitEnd()
        monitor.withLock { self.process = nil }
        let ended = process.reap()
        end(refusal ?? explained(ended))
    }

    /// Until the other end is closed: nil, or until it is to be ended: why.
    private func listen(_ buffer: UnsafeMutableRawBufferPointer) -> String? {
        while true {
            do throws(FrameSocket.Failure) {
                var frame = FrameReader(try control.receive(buffer))
                do throws(FrameFault) { try hear(&frame) } catch { return Self.garbage }
            } catch {
                switch error {
                case .gone: return nil
                case .tooLarge: return Self.garbage
                case .late:
                    if monitor.withLock({ isClosing }) { return "did not end when it was closed, and was ended" }
                    if let reason = listener.ticked(self) { return reason }
                }
            }
        }
    }

    private func hear(_ frame: inout FrameReader) throws(FrameFault) {
        let kind = try frame.kind()
        if kind == .log {
            HostLog.write(try LogMessage(&frame))
        } else {
            try listener.received(kind, &frame, from: self)
        }
    }

    static let garbage = "sent what this program does not understand, and was ended"

    /// How the process ended, for everybody who waits for it.
    private func explained(_ end: ChildProcess.End) -> PluginError {
        let (verdict, isOpen, isClosing) = monitor.withLock { () -> (String?, Bool, Bool) in
            if case .open = phase { return (self.verdict, true, self.isClosing) }
            return (self.verdict, false, self.isClosing)
        }
        if isClosing { return job.closed() }
        let reason = end == .signal(SIGKILL) ? verdict ?? end.description : end.description
        return isOpen ? job.ended(reason, words.text) : job.endedWhileLoading(reason, words.text)
    }

    private func end(_ error: PluginError) {
        let after = monitor.withLock {
            phase = .ended(error)
            monitor.broadcast()
            defer { afterEnd = [] }
            return afterEnd
        }
        listener.ended(error)
        for action in after { action() }
    }
}
