import SeededRandom
import Testing
import VaisModel

@testable import VaisResolver

@Suite("The decision queue") struct DecisionQueueTests {
    @Test("gives the most urgent first: most conflicts, then fewest versions, then by name")
    func order() throws {
        var entries: [DecisionQueue.Entry] = []
        for (conflicts, versions, name) in [
            (2, 9, "z"), (0, 1, "b"), (0, 1, "c"), (0, 2, "a"), (1, 5, "a"), (2, 3, "y"),
        ] {
            entries.append(
                .init(
                    conflicts: Int32(conflicts), versions: Int32(versions), package: PackageID(0),
                    name: try PackageName(parsing: name)))
        }
        for seed in 0..<50 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var queue = DecisionQueue()
            for entry in entries.shuffled(using: &random) { queue.push(entry) }
            var names: [String] = []
            while let entry = queue.pop() { names.append(entry.name.text) }
            #expect(names == ["y", "z", "a", "b", "c", "a"])
        }
    }
}
