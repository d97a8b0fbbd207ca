import Testing

@testable import VaisResolver

@Suite("A partial solution") struct PartialSolutionTests {
    private let a = PackageID(0)
    private let b = PackageID(1)
    private let universe = VersionSet.everything(versions: 3)

    private func set(_ versions: Int...) -> VersionSet {
        versions.reduce(into: VersionSet.none(versions: 3)) { $0.insert($1) }
    }

    private func solution() -> PartialSolution {
        var solution = PartialSolution()
        solution.reserve(packages: 2)
        solution.admit(a, universe)
        solution.admit(b, universe)
        return solution
    }

    @Test("tells what a package may still be")
    func narrowing() {
        var solution = solution()
        #expect(!solution.isOpen(a))
        solution.derive(a, set(0, 1), cause: IncompatibilityID(0))
        #expect(solution.isOpen(a) && !solution.isDecided(a))
        #expect(solution.satisfies(Term(package: a, versions: set(0, 1, 2))))
        #expect(!solution.satisfies(Term(package: a, versions: set(0))))
        #expect(solution.contradicts(Term(package: a, versions: set(2))))
        solution.decide(a, set(1))
        #expect(solution.level == 1 && solution.isDecided(a) && !solution.isOpen(a))
    }

    @Test("goes back to how it was at an earlier level")
    func backjump() {
        var solution = solution()
        solution.derive(a, set(0, 1), cause: IncompatibilityID(0))
        solution.decide(a, set(1))
        solution.derive(b, set(2), cause: IncompatibilityID(1))
        solution.decide(b, set(2))
        var undone: [PackageID] = []
        solution.backjump(to: 0, universes: [universe, universe]) { undone.append($0.package) }
        #expect(undone == [b, b, a])
        #expect(solution.level == 0 && solution.trail.count == 1)
        #expect(solution.versions(of: a) == set(0, 1) && solution.versions(of: b) == universe)
        #expect(!solution.isDecided(a) && !solution.isDecided(b))
    }

    @Test("finds the earliest assignment from which on a term holds")
    func satisfier() {
        var solution = solution()
        solution.derive(a, set(0, 1, 2), cause: IncompatibilityID(0))
        solution.derive(b, set(0), cause: IncompatibilityID(1))
        solution.derive(a, set(0, 1), cause: IncompatibilityID(2))
        solution.decide(a, set(0))
        #expect(solution.satisfier(of: a, set(0, 1, 2)) == 0)
        #expect(solution.satisfier(of: a, set(0, 1)) == 2)
        #expect(solution.satisfier(of: a, set(0)) == 3)
        #expect(solution.satisfier(of: b, set(0, 2)) == 1)
        #expect(solution.level(at: 2) == 0 && solution.level(at: 3) == 1)
    }
}
