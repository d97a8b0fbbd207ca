import Testing
import VaisModel

@testable import VaisResolver

@Suite("A failure says") struct FailureTests {
    /// The error for a project that requires `requirements`, word for word.
    private func failure(
        _ requirements: String, _ source: GraphSource, project: String? = nil
    ) async throws -> ResolutionFailure {
        let requirements = try root(requirements, project: project)
        let failure = await #expect(throws: ResolutionFailure.self) {
            try await resolve(root: requirements, source: source)
        }
        return try #require(failure)
    }

    @Test("which two packages exclude each other, and nothing of others")
    func linear() async throws {
        let source = try graph([
            "a 1.0.0": "c ^1", "b 2.0.0": "c ^2", "c 1.0.0": "", "c 2.0.0": "", "other 1.0.0": "",
        ])
        let failure = try await failure("a ^1, b ^2, other *", source)
        #expect(
            failure.description == """
                `a ^1` and `b ^2` cannot both be met
                  Since every version of a needs c ^1 and every version of b needs c ^2, a and b cannot be used together.
                  So, since the project needs a ^1 and b ^2, no versions fit.
                """)
        #expect(failure.requirements.map(\.description) == ["a ^1", "b ^2"])
    }

    @Test("a chain in as few sentences as it takes")
    func chain() async throws {
        let source = try graph([
            "a 1.0.0": "b *", "a 1.1.0": "b ^1", "b 1.0.0": "c ^1", "c 1.0.0": "shared ^1", "shared 1.0.0": "",
            "shared 2.0.0": "",
        ])
        #expect(
            try await failure("a *, shared ^2", source).description == """
                `a *` and `shared ^2` cannot both be met
                  Since a 1.0.0 needs b * and a 1.1.0 needs b ^1, every version of a needs b.
                  And since every version of b needs c ^1 and every version of c needs shared ^1, every version of a \
                needs shared ^1.
                  So, since the project needs a * and shared ^2, no versions fit.
                hint: `shared ^1.0.0` in place of `^2` works
                """)
    }

    @Test("both branches, and numbers what is needed again later")
    func branching() async throws {
        let source = try graph([
            "foo 1.0.0": "a ^1, b ^1", "foo 1.1.0": "x ^1, y ^1", "a 1.0.0": "b ^2", "b 1.0.0": "", "b 2.0.0": "",
            "x 1.0.0": "y ^2", "y 1.0.0": "", "y 2.0.0": "",
        ])
        #expect(
            try await failure("foo ^1", source).description == """
                `foo ^1` cannot be met
                  Since every version of x needs y ^2 and foo 1.1.0 needs x ^1, foo 1.1.0 needs y ^2.
                  1. And since foo 1.1.0 needs y ^1, foo 1.1.0 cannot be used.
                  Since every version of a needs b ^2 and foo 1.0.0 needs a ^1, foo 1.0.0 needs b ^2.
                  And since foo 1.0.0 needs b ^1, foo 1.0.0 cannot be used.
                  So, since foo 1.1.0 cannot be used (1) and the project needs foo ^1, no versions fit.
                """)
    }

    @Test("what holds for neighbouring versions once, not version by version")
    func widening() async throws {
        let source = try graph([
            "web 1.0.0": "json ^1", "web 2.0.0": "json ^2", "web 2.1.0": "json ^2", "web 2.2.0": "json ^2, other *",
            "json 1.0.0": "", "json 2.0.0": "", "json 3.0.0": "", "other 1.0.0": "",
        ])
        #expect(
            try await failure("web >=2, json ^3", source).description == """
                `json ^3` and `web >=2` cannot both be met
                  Since web >=2 needs json ^2 and the project needs json ^3 and web >=2, no versions fit.
                hint: `json ^2.0.0` in place of `^3` works
                """)
    }

    @Test("that a package does not exist, and which one was probably meant")
    func missingPackage() async throws {
        let source = try graph(["jsonn 1.0.0": "", "a 1.0.0": "my-tool ^1", "my_tool 1.0.0": ""])
        #expect(
            try await failure("json ^1", source).description == """
                `json ^1` cannot be met
                  The project needs json ^1, but there is no such package.
                hint: check the spelling of json, and its registry
                """)
        #expect(
            try await failure("a *", source).description == """
                `a *` cannot be met
                  Since every version of a needs my-tool ^1 (there is no such package) and the project needs a *, no \
                versions fit.
                hint: the package is spelt my_tool
                """)
        #expect(
            try await failure("jsonn *, jsonm *", source).hints == [
                "there is a package jsonn; is that the one you mean?"
            ])
    }

    @Test("that every matching version is yanked")
    func yanked() async throws {
        let source = try graph(["a 1.0.0": "", "a 2.0.0 yanked": "", "a 2.1.0 yanked": ""])
        #expect(
            try await failure("a ^2", source).description == """
                `a ^2` cannot be met
                  The project needs a ^2, but every matching version is yanked.
                hint: `a ^1.0.0` in place of `^2` works
                hint: a 2.1.0 and 2.0.0 are yanked; only a lockfile that has one keeps it
                """)
    }

    @Test("that there is a prerelease that was not asked for")
    func prerelease() async throws {
        let source = try graph(["a 1.0.0": "", "a 2.0.0-rc.1": ""])
        #expect(
            try await failure("a ^2", source).description == """
                `a ^2` cannot be met
                  The project needs a ^2, but no version matches.
                hint: `a ^1.0.0` in place of `^2` works
                hint: a 2.0.0-rc.1 exists, but a prerelease must be asked for: `^2.0.0-rc.1`
                """)
    }

    @Test("what the newest version is when none matches")
    func noMatch() async throws {
        let source = try graph(["a 1.0.0": "", "a 2.0.0": "", "b 1.0.0": "a ^3"])
        #expect(
            try await failure("b *", source).description == """
                `b *` cannot be met
                  Since every version of b needs a ^3 (no version matches) and the project needs b *, no versions fit.
                hint: the newest version of a is 2.0.0
                """)
    }

    @Test("which changes of single requirements work, having tried them")
    func repairs() async throws {
        let source = try graph([
            "web 1.9.0": "json ^2", "web 2.0.0": "json ^3", "json 2.5.0": "", "json 3.1.0": "", "other 1.0.0": "",
        ])
        let failure = try await failure("web ^2, json ^2, other *", source)
        #expect(
            failure.repairs.map(\.description) == [
                "`json ^3.1.0` in place of `^2` works", "`web ^1.9.0` in place of `^2` works",
            ])
        for repair in failure.repairs {
            var repaired = try root("web ^2, json ^2, other *")
            repaired.entries.removeAll { $0.name == repair.name }
            repaired.entries.append(.init(repair.name, repair.requirement))
            _ = try await resolve(root: repaired, source: source)
        }
    }

    @Test("which releases depend on themselves")
    func selfDependency() async throws {
        let source = try graph(["a 1.0.0": "a *", "a 2.0.0": "a *"])
        #expect(
            try await failure("a *", source).description == """
                `a *` cannot be met
                  Since every version of a depends on itself and the project needs a *, no versions fit.
                """)
        #expect(
            try await failure("app *", source, project: "app@1.0.0").description == """
                `app *` cannot be met
                  The project depends on itself.
                """)
    }

    @Test("that a package wants another version of the project itself")
    func projectMismatch() async throws {
        #expect(
            try await failure("helper *", graph(["helper 1.0.0": "app ^2"]), project: "app@1.0.0").description == """
                `helper *` cannot be met
                  Since every version of helper needs app ^2 (app is this project, at version 1.0.0) and the project \
                needs helper *, no versions fit.
                """)
    }

    @Test("where a cycle runs, as a drawing")
    func cycle() async throws {
        let source = try graph(["a 1.0.0": "b *", "b 1.0.0": "c ^1", "c 1.2.0": "a >=1 & <3"])
        #expect(
            try await failure("b *", source).description == """
                a, b and c depend on each other in a cycle
                  ┌─> a 1.0.0 needs b *
                  │   b 1.0.0 needs c ^1
                  └── c 1.2.0 needs a >=1, <3
                hint: none of them can be built before the others; require versions that do not close the circle
                """)
    }

    @Test("the same as a graph whose steps rest on earlier ones")
    func derivation() async throws {
        let source = try graph(["a 1.0.0": "c ^1", "b 2.0.0": "c ^2", "c 1.0.0": "", "c 2.0.0": ""])
        let steps = try await failure("a ^1, b ^2", source).derivation
        #expect(steps.last?.statement == "no versions fit")
        #expect(
            steps.filter { $0.kind == .project }.map(\.statement) == [
                "the project needs a ^1", "the project needs b ^2",
            ])
        for (place, step) in steps.enumerated() {
            #expect(step.causes.count == (step.kind == .conclusion ? 2 : 0))
            #expect(step.causes.allSatisfy { $0 < place })
        }
    }
}
