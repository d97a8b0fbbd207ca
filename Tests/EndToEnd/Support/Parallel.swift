import Glibc
import Synchronization

/// Runs `body` in `count` threads of its own at once and waits for all. Threads, not tasks: what they do blocks.
func inParallel<Result: Sendable>(_ count: Int, _ body: @escaping @Sendable (Int) -> Result) -> [Result] {
    let results = Results<Result>(count)
    var threads: [pthread_t] = []
    for index in 0..<count {
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work { results.set(index, body(index)) })
        let status = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, work.toOpaque())
        if status == 0 {
            threads.append(thread)
        } else {
            work.takeRetainedValue().run()
        }
    }
    for thread in threads { pthread_join(thread, nil) }
    return results.all
}

private final class Work: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private final class Results<Result: Sendable>: Sendable {
    private let slots: Mutex<[Result?]>

    init(_ count: Int) { slots = Mutex(Array(repeating: nil, count: count)) }

    func set(_ index: Int, _ result: Result) { slots.withLock { $0[index] = result } }

    var all: [Result] { slots.withLock { $0.compactMap { $0 } } }
}
