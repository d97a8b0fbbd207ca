internal import Glibc

/// A queue that threads wait on. Thread-safe.
final class ThreadQueue<Element>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// From `first` on; what lies before it has been taken and is nil.
    private var elements: [Element?] = []
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

    /// How many elements wait.
    var count: Int {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return elements.count - first
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
        return waitForFirst() ? takeFirst() : nil
    }

    /// Waits for something to come, then takes all there is: at least one element, and no more than `limit` of them, or than weigh
    /// `weight` together. Nil when the queue is closed and empty.
    func nextMany(limit: Int, weight: Int, of weigh: (Element) -> Int) -> [Element]? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return waitForFirst() ? takeAll(limit, weight, weigh) : nil
    }

    /// As `nextMany`, without waiting; nil when there is nothing now.
    func takeMany(limit: Int, weight: Int, of weigh: (Element) -> Int) -> [Element]? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return first < elements.count ? takeAll(limit, weight, weigh) : nil
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

    private func waitForFirst() -> Bool {
        while first == elements.count {
            if isClosed { return false }
            pthread_cond_wait(condition, mutex)
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
