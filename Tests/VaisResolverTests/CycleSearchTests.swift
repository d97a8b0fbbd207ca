import SeededRandom
import Testing

@testable import VaisResolver

@Suite("The search for a cycle") struct CycleSearchTests {
    @Test(
        "finds none in a graph without one", arguments: [[], [[]], [[1, 2], [2], []], [[2], [2], []]] as [[[Int]]])
    func none(_ successors: [[Int]]) {
        #expect(CycleSearch(successors: successors).find() == nil)
    }

    @Test("begins a cycle at its least node and takes the shortest way round")
    func least() {
        #expect(CycleSearch(successors: [[3], [2], [1, 3], [1]]).find() == [1, 2])
        #expect(CycleSearch(successors: [[1], [2, 3], [3], [0]]).find() == [0, 1, 3])
        #expect(CycleSearch(successors: [[1], [1]]).find() == [1])
    }

    @Test("agrees with taking away what nothing needs, on random graphs")
    func random() {
        for seed in 0..<500 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let count = Int.random(in: 1...8, using: &random)
            let successors = (0..<count).map { _ in
                (0..<count).filter { _ in Int.random(in: 0..<5, using: &random) == 0 }
            }
            var left = Set(0..<count)
            while let free = left.first(where: { !successors[$0].contains(where: left.contains) }) { left.remove(free) }
            let cycle = CycleSearch(successors: successors).find()
            #expect((cycle == nil) == left.isEmpty, "seed \(seed)")
            guard let cycle else { continue }
            #expect(cycle.first == cycle.min() && Set(cycle).count == cycle.count, "seed \(seed)")
            for (place, node) in cycle.enumerated() {
                #expect(successors[node].contains(cycle[(place + 1) % cycle.count]), "seed \(seed)")
            }
        }
    }
}
