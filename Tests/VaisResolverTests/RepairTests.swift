import Testing
import VaisModel

@testable import VaisResolver

@Suite("A repair") struct RepairTests {
    @Test("that is offered makes the resolution work, on random graphs", arguments: 0..<4)
    func works(_ part: Int) async throws {
        let rounds = fuzzRounds(1_200) / 4
        var offered = 0
        for round in 0..<rounds {
            let seed = UInt64(2_000_000 + part * rounds + round)
            let graph = try RandomGraph(seed: seed)
            let source = GraphSource(graph.packages)
            do {
                _ = try await resolve(root: graph.root, source: source, locked: graph.lock.versions)
            } catch let failure as ResolutionFailure {
                for repair in failure.repairs {
                    offered += 1
                    var root = graph.root
                    root.entries.removeAll { $0.name == repair.name }
                    root.entries.append(.init(repair.name, repair.requirement))
                    let oracle = Oracle(packages: graph.packages, root: root, lock: graph.lock)
                    try #require(!oracle.solutions(limit: 1).isEmpty, "seed \(seed): \(repair)\n\(graph)\n\(failure)")
                }
            }
        }
        #expect(rounds < 100 || offered > rounds / 40)
    }
}
