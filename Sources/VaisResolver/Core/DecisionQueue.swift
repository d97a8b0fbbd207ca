import VaisModel

/// The packages that wait for a decision, most urgent first.
///
/// Most conflicts first (such a package is settled before more is built on it), then fewest versions left, then by name, so
/// that the order depends on nothing but the graph. Entries are not updated in place: a change adds a new entry, and the
/// caller drops the ones that no longer describe their package.
struct DecisionQueue {
    struct Entry: Comparable {
        let conflicts: Int32
        let versions: Int32
        let package: PackageID
        let name: PackageName

        static func < (left: Entry, right: Entry) -> Bool {
            if left.conflicts != right.conflicts { return left.conflicts > right.conflicts }
            if left.versions != right.versions { return left.versions < right.versions }
            return left.name < right.name
        }
    }

    private var heap: [Entry] = []

    var count: Int { heap.count }

    mutating func removeAll() { heap.removeAll(keepingCapacity: true) }

    mutating func push(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child] < heap[parent] else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func pop() -> Entry? {
        guard let last = heap.popLast() else { return nil }
        guard let first = heap.first else { return last }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            let left = 2 * parent + 1
            let right = left + 1
            if left < heap.count, heap[left] < heap[least] { least = left }
            if right < heap.count, heap[right] < heap[least] { least = right }
            guard least != parent else { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
