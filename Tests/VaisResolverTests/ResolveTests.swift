import Testing
import VaisModel

@testable import VaisResolver

@Suite("The resolver") struct ResolveTests {
    private func solve(
        _ requirements: String, _ source: GraphSource, project: String? = nil, lock: String = "",
        updating: LockPreference.Updating = .nothing
    ) async throws -> String {
        text(
            try await resolve(
                root: try root(requirements, project: project), source: source, locked: try locked(lock),
                updating: updating))
    }

    @Test("resolves nothing to nothing")
    func nothing() async throws {
        #expect(try await solve("", graph([:])) == "")
    }

    @Test("takes the newest version that every requirement admits")
    func newest() async throws {
        let source = try graph([
            "a 1.0.0": "c >=1", "b 1.0.0": "c <3", "c 1.0.0": "", "c 2.0.0": "", "c 3.0.0": "",
        ])
        #expect(try await solve("a *, b *", source) == "a 1.0.0, b 1.0.0, c 2.0.0")
    }

    @Test("goes back to an older version when the newest leads nowhere")
    func backtracks() async throws {
        let source = try graph([
            "a 1.0.0": "b ^1", "a 2.0.0": "b ^2", "b 1.0.0": "c ^1", "b 2.0.0": "c ^2", "c 1.0.0": "", "c 2.0.0": "",
        ])
        #expect(try await solve("a *, c ^1", source) == "a 1.0.0, b 1.0.0, c 1.0.0")
    }

    @Test("decides direct requirements in name order, each as new as possible given those before it")
    func lexicographic() async throws {
        let source = try graph([
            "a 1.0.0": "z ^1", "a 2.0.0": "z ^2", "b 1.0.0": "z ^2", "b 2.0.0": "z ^1", "z 1.0.0": "", "z 2.0.0": "",
        ])
        #expect(try await solve("b *, a *", source) == "a 2.0.0, b 1.0.0, z 2.0.0")
        // The newest z would cost a its newest version, but z comes last.
        let other = try graph(["a 1.0.0": "", "a 2.0.0": "z ^1", "z 1.0.0": "", "z 2.0.0": ""])
        #expect(try await solve("z *, a *", other) == "a 2.0.0, z 1.0.0")
    }

    @Test("all requirements on one package must hold, within one release too")
    func conjunction() async throws {
        let source = try graph(["a 1.0.0": "b >=1, b <3", "b 1.0.0": "", "b 2.0.0": "", "b 3.0.0": ""])
        #expect(try await solve("a *", source) == "a 1.0.0, b 2.0.0")
        #expect(try await solve("b *, b <2", source) == "b 1.0.0")
    }

    @Test("a prerelease is chosen where every requirement admits it, and then as the newest")
    func prereleases() async throws {
        let source = try graph([
            "a 1.0.0": "", "a 1.1.0-rc.1": "", "b 1.0.0": "a >=1.1.0-rc.1", "c 1.0.0": "a ^1",
        ])
        #expect(try await solve("a ^1", source) == "a 1.0.0")
        #expect(try await solve("a ^1.1.0-rc.1", source) == "a 1.1.0-rc.1")
        #expect(try await solve("b *", source) == "a 1.1.0-rc.1, b 1.0.0")
        await #expect(throws: ResolutionFailure.self) { try await solve("b *, c *", source) }
    }

    @Test("a yanked release is chosen only where it is locked")
    func yanked() async throws {
        let source = try graph(["a 1.0.0": "", "a 1.1.0": "", "a 1.2.0 yanked": ""])
        #expect(try await solve("a *", source) == "a 1.1.0")
        #expect(try await solve("a *", source, lock: "a 1.2.0") == "a 1.2.0")
        #expect(try await solve("a *", source, lock: "a 1.0.0") == "a 1.0.0")
        await #expect(throws: ResolutionFailure.self) { try await solve("a ^1.2", source) }
    }

    @Test("an update moves off a yanked release when another fits, and stays when none does")
    func updatingYanked() async throws {
        let source = try graph(["a 1.0.0": "", "a 1.2.0 yanked": ""])
        let name = try PackageName(parsing: "a")
        #expect(try await solve("a *", source, lock: "a 1.2.0", updating: .only([name])) == "a 1.0.0")
        #expect(try await solve("a *", source, lock: "a 1.2.0", updating: .everything) == "a 1.0.0")
        #expect(try await solve("a ^1.2", source, lock: "a 1.2.0", updating: .everything) == "a 1.2.0")
    }

    @Test("a locked version is preferred to newer ones, but gives way")
    func lockIsSoft() async throws {
        let source = try graph(["a 1.0.0": "b *", "a 2.0.0": "b ^2", "b 1.0.0": "", "b 1.1.0": "", "b 2.0.0": ""])
        #expect(try await solve("a *", source, lock: "a 1.0.0, b 1.0.0") == "a 1.0.0, b 1.0.0")
        #expect(try await solve("a ^2", source, lock: "a 1.0.0, b 1.0.0") == "a 2.0.0, b 2.0.0")
        let b = try PackageName(parsing: "b")
        #expect(try await solve("a *", source, lock: "a 1.0.0, b 1.0.0", updating: .only([b])) == "a 1.0.0, b 2.0.0")
        #expect(try await solve("a *", source, lock: "a 1.0.0, b 7.0.0") == "a 1.0.0, b 2.0.0")
    }

    @Test("looks further when a release depends on itself or on a package that does not exist")
    func unusableReleases() async throws {
        let source = try graph([
            "a 1.0.0": "", "a 2.0.0": "nowhere *", "a 3.0.0": "a *", "a 4.0.0": "a ^4, b *", "b 1.0.0": "",
        ])
        #expect(try await solve("a *", source) == "a 1.0.0")
    }

    @Test("a cycle of normal dependencies is an error that draws the cycle")
    func cycle() async throws {
        let source = try graph(["a 1.0.0": "b ^1", "b 1.0.0": "c *", "c 1.0.0": "b *"])
        let failure = await #expect(throws: ResolutionFailure.self) { try await solve("a *", source) }
        #expect(failure?.code == .cycle)
        #expect(failure?.cycle?.steps.map(\.release.name.text) == ["b", "c"])
    }

    @Test("the project may be reached through its development dependencies, not through others")
    func cycleThroughProject() async throws {
        let source = try graph(["helper 1.0.0": "app ^1", "app 1.9.0": "gone *"])
        #expect(try await solve("| helper *", source, project: "app@1.2.0") == "helper 1.0.0")
        let failure = await #expect(throws: ResolutionFailure.self) {
            try await solve("helper *", source, project: "app@1.2.0")
        }
        #expect(failure?.code == .cycle)
        #expect(failure?.cycle?.steps.map(\.release.description) == ["app@1.2.0", "helper@1.0.0"])
        let mismatch = await #expect(throws: ResolutionFailure.self) {
            try await solve("| helper *", source, project: "app@2.0.0")
        }
        #expect(mismatch?.code == .conflict)
    }

    @Test("lists what each chosen package needs")
    func edges() async throws {
        let source = try graph(["a 1.0.0": "c *, b *", "b 1.0.0": "c *", "c 1.0.0": ""])
        let resolution = try await resolve(root: try root("a *"), source: source)
        #expect(resolution.packages.map { $0.dependencies.map(\.text) } == [["b", "c"], ["c"], []])
        #expect(resolution[try PackageName(parsing: "b")] == (try Version(parsing: "1.0.0")))
        #expect(resolution[try PackageName(parsing: "bb")] == nil)
    }

    @Test("an error of the source reaches the caller as it is")
    func sourceErrors() async throws {
        struct Offline: Error {}
        struct Broken: PackageSource {
            func releases(of name: PackageName) async throws -> [CandidateRelease] { throw Offline() }
        }
        await #expect(throws: Offline.self) { try await resolve(root: try root("a *"), source: Broken()) }
    }

    @Test("gives up with an error of its own after too many conflicts")
    func conflictLimit() async throws {
        let source = try graph(["a 1.0.0": "b ^2", "a 2.0.0": "b ^3", "b 1.0.0": "", "b 2.0.0": "", "b 3.0.0": ""])
        let failure = await #expect(throws: ResolutionFailure.self) {
            try await resolve(root: try root("a *, b ^1"), source: source, conflictLimit: 1)
        }
        #expect(failure?.code == .exhausted)
    }
}
