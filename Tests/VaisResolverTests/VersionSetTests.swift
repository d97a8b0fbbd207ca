import SeededRandom
import Testing

@testable import VaisResolver

@Suite("A version set") struct VersionSetTests {
    /// Below, at and above the sizes where the set takes another word.
    static let sizes = [0, 1, 62, 63, 64, 126, 127, 128, 129, 300]

    @Test("everything holds every version and absence", arguments: sizes)
    func everything(_ size: Int) {
        let set = VersionSet.everything(versions: size)
        #expect(set.admitsAbsence)
        #expect(set.versionCount == size)
        #expect(set.newest == (size == 0 ? nil : size - 1))
        #expect(set.runs == (size == 0 ? [] : [0..<size]))
    }

    @Test("agrees with a set of integers", arguments: sizes)
    func agreesWithIntegers(_ size: Int) {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<200 {
            let (left, leftModel) = VersionSet.random(size, &random)
            let (right, rightModel) = VersionSet.random(size, &random)
            #expect(left.union(right).members(size) == leftModel.union(rightModel))
            #expect(left.intersection(right).members(size) == leftModel.intersection(rightModel))
            #expect(left.subtracting(right).members(size) == leftModel.subtracting(rightModel))
            #expect(left.isSubset(of: right) == leftModel.isSubset(of: rightModel))
            #expect(left.isDisjoint(with: right) == leftModel.isDisjoint(with: rightModel))
            #expect(left.isEmpty == leftModel.isEmpty)
            #expect(left.admitsAbsence == leftModel.contains(-1))
            #expect(left.versionCount == leftModel.filter { $0 >= 0 }.count)
            #expect(left.newest == leftModel.filter { $0 >= 0 }.max())
            #expect(left.runs.flatMap { Array($0) } == leftModel.filter { $0 >= 0 }.sorted())
            #expect((left == right) == (leftModel == rightModel))
        }
    }
}

extension VersionSet {
    /// A set and the same as integers, -1 standing for absence.
    fileprivate static func random(_ size: Int, _ random: inout SeededGenerator) -> (VersionSet, Set<Int>) {
        var set = VersionSet.none(versions: size)
        var model: Set<Int> = []
        // Few members, or nearly all: so that subsets and disjoint pairs come up.
        let chance = Int.random(in: 0...10, using: &random)
        for member in -1..<size where Int.random(in: 0..<10, using: &random) < chance {
            if member < 0 { set.insertAbsence() } else { set.insert(member) }
            model.insert(member)
        }
        return (set, model)
    }

    fileprivate func members(_ size: Int) -> Set<Int> {
        Set((0..<size).filter(contains) + (admitsAbsence ? [-1] : []))
    }
}
