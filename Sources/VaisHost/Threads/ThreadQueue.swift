/// A queue that threads wait on. Thread-safe.
final class ThreadQueue<Element>: @unchecked Sendable {
    private let monitor = Monitor()
    /// From `first` on; what lies before it has been taken and is nil.
    private var elements: [Element?] = []
    private var first = 0
    private var isClosed = false

    /// How many elements wait.
    var count: Int { monitor.withLock { elements.count - first } }

    /// False once the queue is closed.
    func add(_ element: Element) -> Bool {
        monitor.withLock {
            guard !isClosed else { return false }
            elements.append(element)
            monitor.signal()
            return true
        }
    }

    /// Waits for the next element; nil when the queue is closed and empty.
    func next() -> Element? { monitor.withLock { waitForFirst() ? takeFirst() : nil } }

    /// Waits for something to come, then takes all there is: at least one element, and no more than `limit` of them, or than weigh
    /// `weight` together. Nil when the queue is closed and empty.
    func nextMany(limit: Int, weight: Int, of weigh: (Element) -> Int) -> [Element]? {
        monitor.withLock { waitForFirst() ? takeAll(limit, weight, weigh) : nil }
    }

    /// As `nextMany`, without waiting; nil when there is nothing now.
    func takeMany(limit: Int, weight: Int, of weigh: (Element) -> Int) -> [Element]? {
        monitor.withLock { first < elements.count ? takeAll(limit, weight, weigh) : nil }
    }

    /// True if it was open until now.
    @discardableResult
    func close() -> Bool {
        monitor.withLock {
            defer { isClosed = true }
            monitor.broadcast()
            return !isClosed
        }
    }

    private func waitForFirst() -> Bool {
        while first == elements.count {
            if isClosed { return false }
            monitor.wait()
        }
        return true
    }

    private func takeAll(_ limit: Int, _ weight: Int, _ weigh: (Element) -> Int) -> [Element] {
        var taken: [Element] = []
        var total = 0
        while taken.count < limit, first < elements.count, let next = elements[first] {
            let (sum, overflows) = total.addingReportingOverflow(weigh(next))
            if !taken.isEmpty, overflows || sum > weight { break }
            total = overflows ? .max : sum
            if let element = takeFirst() { taken.append(element) }
        }
        return taken
    }

    private func takeFirst() -> Element? {
        let element = elements[first]
        elements[first] = nil
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
