/// What other threads leave for the driving thread: transfers to begin, numbers of transfers to end. Also the spare
/// transfers, which the driving thread leaves for them. Any thread.
final class Inbox {
    private static let maxSpare = 64

    private let lock = Lock()
    private var queue: [Transfer] = []
    private var cancelled: [UInt64] = []
    private var spare: [Transfer] = []
    private var lastNumber: UInt64 = 0
    private var closed = false

    deinit { lock.destroy() }

    /// Numbers the transfer and queues it. `first` says that nothing was waiting before, so that the driving thread
    /// must be woken. nil when the client is being closed.
    func add(_ transfer: Transfer) -> (number: UInt64, first: Bool)? {
        lock.locked {
            guard !closed else { return nil }
            lastNumber += 1
            transfer.number = lastNumber
            let first = queue.isEmpty && cancelled.isEmpty
            queue.append(transfer)
            return (lastNumber, first)
        }
    }

    /// Answers whether the driving thread must be woken.
    func cancel(_ number: UInt64) -> Bool {
        lock.locked {
            let first = queue.isEmpty && cancelled.isEmpty
            cancelled.append(number)
            return first
        }
    }

    /// All that has come in since the last time.
    func take() -> (transfers: [Transfer], cancelled: [UInt64]) {
        lock.locked {
            defer {
                queue.removeAll()
                cancelled.removeAll()
            }
            return (queue, cancelled)
        }
    }

    var waiting: Int { lock.locked { queue.count } }

    func close() { lock.locked { closed = true } }

    func takeSpare() -> Transfer? { lock.locked { spare.popLast() } }

    /// Keeps the transfer for another request, or lets it go when there are enough.
    func putSpare(_ transfer: Transfer) {
        lock.locked {
            if !closed, spare.count < Self.maxSpare { spare.append(transfer) }
        }
    }
}
