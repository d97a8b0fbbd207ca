import Glibc
import Synchronization
import Testing

@testable import VaisHost

@Suite("A thread lost in a call that does not return", .timeLimit(.minutes(2))) struct WatchedThreadsTests {
    /// Set once, by one thread or another.
    private final class Flag: Sendable {
        private let value = Atomic<Bool>(false)

        var isSet: Bool { value.load(ordering: .acquiring) }
        func set() { value.store(true, ordering: .releasing) }

        /// Blocks.
        func wait() {
            while !isSet { usleep(100) }
        }
    }

    /// One thread, and up to two in its place, if the system has so many.
    private final class Crew: Sendable {
        let gate: PluginGate
        private let queue: ThreadQueue<BlockingJob>

        /// `most`: how many threads can be had.
        init(threads most: Int) {
            var patience = Patience()
            patience.grace = .zero
            gate = PluginGate(.any, patience: patience)
            let queue = ThreadQueue<BlockingJob>()
            self.queue = queue
            let left = Mutex(most)
            _ = WatchedThreads(
                "crew", count: 1, spares: 2,
                start: { name, body in
                    let isGiven = left.withLock { left in
                        left -= 1
                        return left >= 0
                    }
                    return isGiven ? startThread(name, body) : nil
                },
                refuse: { _ in },
                work: { thread in
                    while let job = queue.next() {
                        guard thread.work(on: job, { job.run() }) else { break }
                    }
                })
        }

        deinit { queue.close() }

        func begin(_ work: @escaping @Sendable () -> Void) { _ = queue.add(BlockingJob(work)) }

        /// A plugin call that is overdue as soon as it begins. Blocks.
        func call(_ body: () -> Void) { try? gate.call("cannot wait", deadline: 1, body) }
    }

    private func until(_ what: String, _ condition: () -> Bool) async throws {
        for _ in 0..<30_000 {
            if condition() { return }
            try await Task.sleep(for: .milliseconds(1))
        }
        throw TestFailure("waited in vain for \(what)")
    }

    @Test("goes on when it comes back at the moment it is found, with nobody to take its place")
    func comesBackAtOnce() async throws {
        for _ in 0..<20 {
            let crew = Crew(threads: 1)
            let gate = crew.gate
            crew.begin { [unowned crew] in crew.call { while gate.stuckCalls == 0 { sched_yield() } } }
            let isDone = Flag()
            crew.begin { isDone.set() }
            try await until("the next job") { isDone.isSet }
        }
    }

    @Test("stays after its job when the one in its place is lost meanwhile, with nobody to take that one's")
    func isNeededAgain() async throws {
        let crew = Crew(threads: 2)
        let (mayReturn, hasReturned, mayEnd, isOver, isDone) = (Flag(), Flag(), Flag(), Flag(), Flag())
        crew.begin { [unowned crew] in
            crew.call { mayReturn.wait() }
            hasReturned.set()
            mayEnd.wait()
        }
        try await until("the first loss") { crew.gate.stuckCalls == 1 }
        mayReturn.set()
        try await until("its return") { hasReturned.isSet }
        crew.begin { [unowned crew] in crew.call { isOver.wait() } }
        try await until("the second loss") { crew.gate.stuckCalls == 1 }
        mayEnd.set()
        crew.begin { isDone.set() }
        try await until("a job") { isDone.isSet }
        isOver.set()
        try await until("the second return") { crew.gate.stuckCalls == 0 }
    }
}
