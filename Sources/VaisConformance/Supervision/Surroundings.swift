internal import Glibc
internal import VaisHost

/// What a plugin shares with its host and must leave as it is: standard streams, signal handlers, working directory, locale, umask,
/// environment, and the threads of the process. One thread may look at a time.
struct Surroundings {
    private var folder: String
    private var locale: String
    private var mask: mode_t
    private var environment: [String: String]
    private var handlers: [Int32: sigaction]
    private var blocked: sigset_t
    private var streamSizes: [off_t]
    private var threads: Int

    init() {
        folder = workingFolder()
        locale = setlocale(LC_ALL, nil).map { String(cString: $0) } ?? ""
        mask = umask(0)
        umask(mask)
        environment = processEnvironment()
        handlers = [:]
        for number in Int32(1)...64 {
            var action = sigaction()
            if sigaction(number, nil, &action) == 0 { handlers[number] = action }
        }
        blocked = sigset_t()
        pthread_sigmask(SIG_BLOCK, nil, &blocked)
        fflush(nil)
        streamSizes = (1...2).map { streamSize($0) }
        threads = threadCount()
    }

    /// What is otherwise now, each in a sentence.
    func changesSince() -> [String] {
        // A thread that was joined may be listed for a moment.
        var now = Surroundings()
        for _ in 0..<200 where now.threads > threads {
            usleep(1000)
            now = Surroundings()
        }
        var changes: [String] = []
        if now.folder != folder { changes.append("it changed the working directory from \(folder) to \(now.folder)") }
        if now.locale != locale { changes.append("it changed the locale from \(locale) to \(now.locale)") }
        if now.mask != mask {
            changes.append("it changed the umask from \(String(mask, radix: 8)) to \(String(now.mask, radix: 8))")
        }
        for name in Set(now.environment.keys).union(environment.keys).sorted()
        where now.environment[name] != environment[name] {
            changes.append("it changed the environment variable \(name)")
        }
        for (number, action) in now.handlers.sorted(by: { $0.key < $1.key })
        where handlers[number].map({ address($0) != address(action) }) ?? true {
            changes.append("it changed the handling of signal \(number) (\(signalName(number)))")
        }
        for number in Int32(1)...64 {
            var (before, after) = (blocked, now.blocked)
            if sigismember(&before, number) != sigismember(&after, number) {
                changes.append("it changed whether the calling thread blocks signal \(number) (\(signalName(number)))")
            }
        }
        for (number, name) in [(Int32(1), "standard output"), (2, "standard error")] {
            let (before, after) = (streamSizes[Int(number) - 1], now.streamSizes[Int(number) - 1])
            if after < 0, before >= 0 { changes.append("it closed \(name)") }
            if after > before {
                let text = String(decoding: fileBytes(number, from: before).prefix(200), as: UTF8.self)
                changes.append("it wrote to \(name): \(quotedText(text))")
            }
        }
        if now.threads > threads {
            changes.append("\(now.threads - threads) threads of it remain after everything was closed")
        }
        return changes
    }

    /// Puts back what can be, so that a change is told once.
    func restore() {
        chdir(folder)
        setlocale(LC_ALL, locale)
        umask(mask)
        let now = processEnvironment()
        for name in now.keys where environment[name] == nil { unsetenv(name) }
        for (name, value) in environment where now[name] != value { setenv(name, value, 1) }
        for (number, action) in handlers {
            var (action, current) = (action, sigaction())
            sigaction(number, nil, &current)
            if address(current) != address(action) { sigaction(number, &action, nil) }
        }
        var blocked = blocked
        pthread_sigmask(SIG_SETMASK, &blocked, nil)
    }
}

private func address(_ action: sigaction) -> UInt {
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: UInt.self)
}

private func streamSize(_ descriptor: Int32) -> off_t {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? status.st_size : -1
}

private func workingFolder() -> String {
    guard let path = getcwd(nil, 0) else { return "(none)" }
    defer { free(path) }
    return String(cString: path)
}

func threadCount() -> Int { entryCount("/proc/self/task") }

/// Open descriptors of this process, the one that counts them not included.
func descriptorCount() -> Int { entryCount("/proc/self/fd") - 1 }

private func entryCount(_ path: String) -> Int {
    guard let folder = opendir(path) else { return 0 }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    return count - 2  // "." and ".."
}

/// The text in quotes, on one line.
func quotedText(_ text: String) -> String {
    "\"" + text.unicodeScalars.map { $0.value < 0x20 ? "\\u{\(String($0.value, radix: 16))}" : String($0) }.joined()
        + "\""
}
