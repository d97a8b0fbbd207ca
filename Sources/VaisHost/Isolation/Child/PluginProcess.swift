internal import CVaisShim
internal import Glibc
internal import Logging

/// The other side of `PluginChild`: the life of a process that exists for one plugin. Its first thread hears the host, and ends the process
/// when the host is gone; whatever the plugin does meanwhile does not hinder that.
package enum PluginProcess {
    /// Ends with the process. To be called first thing, with `ChildProgram.word` as the only argument.
    package static func run() -> Never {
        // The host ends us, and nobody else: a terminal's interrupt, or an end that the whole service is asked for, is its business.
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE] { signal(number, SIG_IGN) }
        vais_end_with_parent()
        vais_seclude()
        // What the plugin starts is not to inherit it.
        guard fcntl(ChildProgram.control, F_SETFD, FD_CLOEXEC) == 0 else { _exit(64) }
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(4), &none)  // RLIMIT_CORE: a dump would hold secrets.
        let control = FrameSocket(owning: ChildProgram.control)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: FrameSocket.largest, alignment: 8)
        do {
            let service = try open(control, buffer)
            try serve(control, buffer, service)
        } catch let refusal as PluginError {
            var writer = FrameWriter(.refused)
            writer.error(refusal)
            _ = try? control.send(writer.bytes)
            // The host ends us, once it has read that.
            _ = try? control.receive(buffer)
            _exit(1)
        } catch let failure as FrameSocket.Failure {
            _exit(failure == .gone ? 0 : 65)
        } catch {
            _exit(65)
        }
    }

    private static func open(
        _ control: FrameSocket, _ buffer: UnsafeMutableRawBufferPointer
    ) throws -> any PluginService {
        let hello: HelloMessage = try next(.hello, control, buffer) { frame throws(FrameFault) in
            try HelloMessage(&frame)
        }
        let firstThread = pthread_self()
        LoggingSystem.bootstrap { _ in ForwardedLog(control, hello.logLevel, firstThread: firstThread) }
        let plugin = try load(hello)
        let schema = SettingMessages.described(plugin.schema)
        guard schema.count <= FrameSocket.largest else {
            throw PluginError(
                .incompatible, "the plugin \(plugin.id) \(plugin.version) describes its settings in too many bytes",
                hint: "report this to the plugin's author")
        }
        try control.send(schema)
        let settings = try next(.open, control, buffer) { frame throws(FrameFault) in
            try SettingMessages.settings(&frame)
        }
        // Settings may be secret.
        wipeMemory(buffer)
        let service: any PluginService =
            switch hello.kind {
            case .digest: try DigestService(plugin)
            case .password: try PasswordService(plugin, settings)
            case .transport: try TransferService(plugin, settings, control)
            case .storage: throw FrameFault()
            }
        try control.send(service.offer)
        return service
    }

    private static func next<T>(
        _ wanted: FrameKind, _ control: FrameSocket, _ buffer: UnsafeMutableRawBufferPointer,
        _ read: (inout FrameReader) throws(FrameFault) -> T
    ) throws -> T {
        var frame = FrameReader(try control.receive(buffer))
        guard try frame.kind() == wanted else { throw FrameFault() }
        return try read(&frame)
    }

    /// The file that the host checked, and nothing else: it is checked again, and must be the same file with the same bytes.
    static func load(_ hello: HelloMessage) throws(PluginError) -> LoadedPlugin {
        let choice = PluginChoice(hello.kind, plugin: hello.path, origin: .file(hello.path, line: 0))
        let file = try PluginFile.checking(hello.path, for: choice, hashing: true)
        guard file.sha256 == hello.sha256, file.identity == hello.identity else {
            throw PluginRefusal(hello.kind, hello.path, note: file.note).error(
                .untrusted, "the file was replaced while it was being loaded", hint: "run the command again")
        }
        return try LoadedPlugin(file, kind: hello.kind)
    }

    private static func serve(
        _ control: FrameSocket, _ buffer: UnsafeMutableRawBufferPointer, _ service: any PluginService
    ) throws -> Never {
        while true {
            var descriptors: [Int32] = []
            let message: UnsafeRawBufferPointer
            do throws(FrameSocket.Failure) { message = try control.receive(buffer, &descriptors) } catch {
                if error == .gone { service.end() }
                throw error
            }
            var frame = FrameReader(message)
            let kind = try frame.kind()
            guard kind == .lane else {
                try service.received(kind, &frame)
                continue
            }
            guard descriptors.count == 2,
                let memory = SharedMemory(descriptors[1], size: LaneRequest.memorySize, isWritable: false)
            else { throw FrameFault() }
            close(descriptors[1])
            let lane = FrameSocket(owning: descriptors[0])
            guard let thread = startThread("vais-lane", { answer(lane, memory, service) }) else { throw FrameFault() }
            pthread_detach(thread)
        }
    }

    /// The life of a lane's thread: until the host closes it.
    private static func answer(_ lane: FrameSocket, _ memory: SharedMemory, _ service: any PluginService) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256, alignment: 8)
        defer { buffer.deallocate() }
        do {
            while true {
                let request = try LaneRequest(try lane.receive(buffer))
                let (first, second) = try request.bytes(in: UnsafeRawBufferPointer(memory.bytes))
                var writer: FrameWriter
                do throws(PluginError) {
                    guard let answer = try service.answer(request, first, second) else { continue }
                    writer = FrameWriter(.answered)
                    writer.append(answer)
                } catch {
                    writer = FrameWriter(.failed)
                    writer.error(error)
                }
                try lane.send(writer.bytes)
            }
        } catch FrameSocket.Failure.gone {
            return
        } catch { _exit(65) }
    }
}

/// What one kind of plugin does in a process of its own.
protocol PluginService: AnyObject, Sendable {
    /// What the plugin offers: a message `ready`.
    var offer: [UInt8] { get }
    /// A message from the host that is not for a lane. On the process's first thread.
    func received(_ kind: FrameKind, _ frame: inout FrameReader) throws(FrameFault)
    /// Answers a question, on its lane's thread; nil where none is expected. The bytes are lent.
    func answer(
        _ request: LaneRequest, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
    ) throws(PluginError) -> [UInt8]?
    /// The host is gone, or wants no more. The process ends afterwards.
    func end()
}
