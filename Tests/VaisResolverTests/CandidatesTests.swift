import Testing
import VaisModel

@testable import VaisResolver

@Suite("The candidates of a package") struct CandidatesTests {
    private func candidates(
        _ releases: [String], lock: String? = nil, updating: LockPreference.Updating = .nothing
    ) throws -> Candidates {
        let name = try PackageName(parsing: "a")
        let answer = try releases.map { text in
            let words = text.split(separator: " ").map(String.init)
            return CandidateRelease(version: try Version(parsing: words[0]), yanked: words.count > 1)
        }
        let locked = try lock.map { [name: try Version(parsing: $0)] } ?? [:]
        return Candidates(answer, of: name, lock: LockPreference(locked, updating: updating))
    }

    /// The order in which versions are tried.
    private func order(_ candidates: Candidates) -> [String] {
        var left = VersionSet.everything(versions: candidates.count)
        var order: [String] = []
        while let best = candidates.best(in: left) {
            order.append(candidates.versions[best].description)
            left = left.subtracting(.only(best, versions: candidates.count))
        }
        return order
    }

    @Test("are tried from newest to oldest, by precedence, whatever order they come in")
    func newestFirst() throws {
        let versions = ["1.9.0", "1.10.0", "2.0.0-rc.1", "2.0.0", "0.9.0"]
        let expected = ["2.0.0", "2.0.0-rc.1", "1.10.0", "1.9.0", "0.9.0"]
        #expect(order(try candidates(versions)) == expected)
        #expect(order(try candidates(versions.reversed())) == expected)
    }

    @Test("leave out what is yanked, and remember it")
    func yanked() throws {
        let candidates = try candidates(["1.0.0", "1.1.0 yanked", "1.2.0"])
        #expect(order(candidates) == ["1.2.0", "1.0.0"])
        #expect(candidates.withheld.map(\.description) == ["1.1.0"])
        #expect(!candidates.isUnknownPackage)
    }

    @Test("begin with the locked version, yanked or not")
    func locked() throws {
        let versions = ["1.0.0", "1.1.0 yanked", "1.2.0"]
        #expect(order(try candidates(versions, lock: "1.0.0")) == ["1.0.0", "1.2.0"])
        #expect(order(try candidates(versions, lock: "1.1.0")) == ["1.1.0", "1.2.0", "1.0.0"])
        #expect(order(try candidates(versions, lock: "9.0.0")) == ["1.2.0", "1.0.0"])
    }

    @Test("when updated, begin with the newest and end with a yanked locked version")
    func updating() throws {
        let versions = ["1.0.0", "1.1.0", "1.2.0 yanked"]
        #expect(order(try candidates(versions, lock: "1.0.0", updating: .everything)) == ["1.1.0", "1.0.0"])
        #expect(order(try candidates(versions, lock: "1.2.0", updating: .everything)) == ["1.1.0", "1.0.0", "1.2.0"])
    }

    @Test("hold a version once when a source lists it twice, and then as yanked if either entry says so")
    func duplicates() throws {
        #expect(order(try candidates(["1.0.0", "1.0.0"])) == ["1.0.0"])
        #expect(order(try candidates(["1.0.0", "1.0.0 yanked"])) == [])
        #expect(order(try candidates(["1.0.0 yanked", "1.0.0"])) == [])
    }
}
