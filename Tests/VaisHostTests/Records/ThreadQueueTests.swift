import Testing

@testable import VaisHost

@Suite("A queue of threads", .timeLimit(.minutes(2))) struct ThreadQueueTests {
    @Test("gives out what was put in, once and in order, also after it was closed")
    func order() {
        let queue = ThreadQueue<Int>()
        for number in 0..<5000 { #expect(queue.add(number)) }
        #expect((0..<3000).allSatisfy { queue.next() == $0 })
        #expect(queue.count == 2000)
        #expect(queue.close())
        #expect(!queue.close() && !queue.add(1))
        #expect((3000..<5000).allSatisfy { queue.next() == $0 })
        #expect(queue.next() == nil && queue.takeMany(limit: 1, weight: 1, of: { $0 }) == nil)
    }

    @Test("gives out several by number and by weight, and at least one")
    func groups() {
        let queue = ThreadQueue<Int>()
        for number in [1, 1, 1, 9, 4, 4, 4, .max, .max] { _ = queue.add(number) }
        func take() -> [Int]? { queue.takeMany(limit: 2, weight: 8) { $0 } }
        #expect(take() == [1, 1])
        #expect(take() == [1])
        #expect(take() == [9])
        #expect(take() == [4, 4])
        #expect(take() == [4])
        #expect(take() == [.max])
        #expect(take() == [.max])
        #expect(take() == nil)
    }

    @Test("lets go of what was taken")
    func release() {
        final class Object {}
        let queue = ThreadQueue<Object>()
        weak var first: Object?
        do {
            let object = Object()
            first = object
            _ = queue.add(object)
            _ = queue.add(Object())
        }
        #expect(first != nil)
        _ = queue.next()
        #expect(first == nil)
    }

    @Test("shared by many threads loses nothing and repeats nothing")
    func many() async throws {
        let threads = BlockingThreads(count: 4, name: "queue")
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<2000 { group.addTask { try await threads.run { number } } }
            return try await group.reduce(0, +)
        }
        #expect(sum == 1999 * 1000)
        let closing = BlockingThreads(count: 1, name: "closing")
        try await closing.run { threads.shutdown() }
        await #expect(throws: CancellationError.self) { try await threads.run {} }
    }
}
