import Testing
import VaisModel

@testable import VaisResolver

@Suite("On small random graphs, compared with trying everything,") struct OracleTests {
    private enum Result: Equatable, CustomStringConvertible {
        /// `hasBacktracked` tells whether a version was given up on the way.
        case solved([PackageName: Version], hasBacktracked: Bool)
        case failed(ResolutionFailure.Code, String, DependencyCycle?)

        var kind: String {
            switch self {
            case .solved(_, let hasBacktracked): hasBacktracked ? "solved after conflicts" : "solved"
            case .failed(let code, _, _): code.rawValue
            }
        }

        var description: String {
            switch self {
            case .solved(let versions, _): "\(versions.map { "\($0) \($1)" }.sorted())"
            case .failed(_, let text, _): text
            }
        }
    }

    private func run(_ graph: RandomGraph, isWarm: Bool) async throws -> Result {
        do {
            let resolution = try await resolve(
                root: graph.root, source: GraphSource(graph.packages, isWarm: isWarm), locked: graph.lock.versions,
                updating: graph.lock.updating)
            return .solved(resolution.versions, hasBacktracked: resolution.statistics.conflicts > 0)
        } catch let failure as ResolutionFailure {
            return .failed(failure.code, failure.description, failure.cycle)
        }
    }

    @Test("the resolver finds a solution where there is one, and the settled one", arguments: 0..<8)
    func agrees(_ part: Int) async throws {
        let rounds = fuzzRounds(6_000) / 8
        var kinds: [String: Int] = [:]
        for round in 0..<rounds {
            let seed = UInt64(part * rounds + round)
            let graph = try RandomGraph(seed: seed)
            let oracle = Oracle(packages: graph.packages, root: graph.root, lock: graph.lock)
            let result = try await run(graph, isWarm: seed % 2 == 0)
            kinds[result.kind, default: 0] += 1
            let fault = judge(result, oracle)
            try #require(fault == nil, "seed \(seed): \(fault ?? "")\n\(graph)\n→ \(result)")
        }
        // Worlds of one kind only would prove little.
        guard rounds >= 500 else { return }
        for kind in ["solved", "solved after conflicts", "conflict", "cycle"] {
            #expect(kinds[kind, default: 0] > rounds / 40, "\(kinds)")
        }
    }

    /// What is wrong with the resolver's answer, nil if nothing is.
    private func judge(_ result: Result, _ oracle: Oracle) -> String? {
        let solutions = oracle.solutions()
        let directs = Set(oracle.root.entries.map(\.name)).sorted()
        switch result {
        case .solved(let versions, _):
            if let fault = oracle.fault(versions) { return fault }
            if oracle.hasCycle(versions) { return "the answer has a cycle" }
            let best = oracle.bestDirects(solutions)
            return directs.compactMap { versions[$0] } == best ? nil : "the direct requirements should be \(best)"
        case .failed(.conflict, _, _):
            return solutions.isEmpty ? nil : "there is a solution: \(solutions[0])"
        case .failed(.cycle, _, let cycle):
            guard let cycle else { return "the cycle is not told" }
            let best = oracle.bestDirects(solutions)
            let chosen = solutions.first { solution in
                directs.compactMap { solution[$0] } == best
                    && cycle.steps.allSatisfy { solution[$0.release.name] == $0.release.version }
            }
            guard chosen != nil else { return "no settled choice holds the cycle" }
            for (place, step) in cycle.steps.enumerated() {
                let next = cycle.steps[(place + 1) % cycle.steps.count].release.name
                let release = oracle.packages[step.release.name]?.first { $0.version == step.release.version }
                guard release?.dependencies.contains(where: { $0.name == next }) == true else {
                    return "\(step.release) does not need \(next)"
                }
            }
            return nil
        case .failed(.exhausted, _, _):
            return "gave up"
        }
    }

    @Test("neither the order of lists and answers nor waiting for them changes a word of the result", arguments: 0..<4)
    func deterministic(_ part: Int) async throws {
        let rounds = fuzzRounds(2_000) / 4
        for round in 0..<rounds {
            let seed = UInt64(1_000_000 + part * rounds + round)
            let graph = try RandomGraph(seed: seed)
            let first = try await run(graph, isWarm: true)
            for shuffle in 0..<2 as Range<UInt64> {
                let other = try await run(graph.shuffled(seed: seed &+ shuffle), isWarm: shuffle == 0)
                try #require(first == other, "seed \(seed), shuffle \(shuffle):\n\(graph)\n\(first)\n\(other)")
            }
        }
    }
}
