internal import CVaisShim
internal import Glibc

/// A few threads of our own for calls that block. Swift's cooperative pool is only as wide as the machine has cores, so one
/// plugin call that waits for a disk there would hold up every task; here it holds up nothing but this queue.
///
/// Thread-safe. Work runs in the order it was given, as many at once as there are threads.
package final class BlockingThreads: @unchecked Sendable {
    private typealias Job = () -> Void

    private let state = ThreadQueue<Job>()
    private let threads: [pthread_t]

    /// Starts `count` threads (at least one) of 1 MiB stack.
    package init(count: Int, name: String) {
        let state = self.state
        threads = (0..<max(1, count)).compactMap { number in
            startThread("\(name)-\(number)") {
                while let job = state.next() { job() }
            }
        }
    }

    /// Threads nobody waited for end by themselves.
    deinit {
        if state.close() {
            for thread in threads { pthread_detach(thread) }
        }
    }

    /// Runs `work` on one of the threads and waits for it without blocking the caller's thread.
    package func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let accepted = state.add { continuation.resume(with: Result { try work() }) }
            if !accepted { continuation.resume(throwing: CancellationError()) }
        }
    }

    /// Lets the threads end once the queue is empty, and waits for them. Blocks; nothing may be added afterwards.
    package func shutdown() {
        guard state.close() else { return }
        for thread in threads { pthread_join(thread, nil) }
    }
}

/// A queue that threads wait on. Thread-safe.
final class ThreadQueue<Element>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var elements: [Element] = []
    private var first = 0
    private var isClosed = false

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// False once the queue is closed.
    func add(_ element: Element) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard !isClosed else { return false }
        elements.append(element)
        pthread_cond_signal(condition)
        return true
    }

    /// Waits for the next element; nil when the queue is closed and empty.
    func next() -> Element? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while first == elements.count {
            if isClosed { return nil }
            pthread_cond_wait(condition, mutex)
        }
        return takeFirst()
    }

    /// Waits for something to come, then takes all there is, at most `limit`; empty when the queue is closed and empty.
    func nextMany(limit: Int) -> [Element] {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while first == elements.count {
            if isClosed { return [] }
            pthread_cond_wait(condition, mutex)
        }
        var taken: [Element] = []
        while taken.count < limit, first < elements.count { taken.append(takeFirst()) }
        return taken
    }

    /// True if it was open until now.
    @discardableResult
    func close() -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        defer { isClosed = true }
        pthread_cond_broadcast(condition)
        return !isClosed
    }

    private func takeFirst() -> Element {
        let element = elements[first]
        first += 1
        if first == elements.count {
            elements.removeAll(keepingCapacity: elements.capacity <= 1024)
            first = 0
        } else if first > 1024, first > elements.count / 2 {
            elements.removeFirst(first)
            first = 0
        }
        return element
    }
}

/// Starts a joinable thread with a stack of 1 MiB and signals blocked, so that they reach the main thread; nil when the system has no more threads.
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
