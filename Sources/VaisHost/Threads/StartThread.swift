internal import CVaisShim
internal import Glibc

/// How to begin a thread: `startThread`, unless a test wants it otherwise.
typealias ThreadStarter = (_ name: String, _ body: @escaping () -> Void) -> pthread_t?

/// Starts a joinable thread with a stack of 1 MiB and signals blocked, so that they reach the main thread; nil when the system has no
/// more threads.
func startThread(_ name: String, _ body: @escaping () -> Void) -> pthread_t? {
    final class Box {
        let body: () -> Void
        let name: String
        init(_ body: @escaping () -> Void, _ name: String) {
            self.body = body
            self.name = name
        }
    }
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, 1 << 20)
    let box = Unmanaged.passRetained(Box(body, name))
    var thread = pthread_t()
    let failed = pthread_create(
        &thread, &attributes,
        { argument in
            guard let argument else { return nil }
            let box = Unmanaged<Box>.fromOpaque(argument).takeRetainedValue()
            var signals = sigset_t()
            sigfillset(&signals)
            pthread_sigmask(SIG_BLOCK, &signals, nil)
            vais_name_thread(box.name)
            box.body()
            return nil
        }, box.toOpaque())
    if failed != 0 {
        box.release()
        return nil
    }
    return thread
}
