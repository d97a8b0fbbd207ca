import Synchronization
import Testing
import VaisModel

@testable import VaisResolver

@Suite("A large graph") struct ScaleTests {
    private func name(_ number: Int) throws -> PackageName { try PackageName(parsing: "p\(number)") }

    /// `count` packages in a row with `versions` versions each, every one needing `requirement(version)` of the next.
    private func row(
        _ count: Int, versions: Int, requirement: (Int) throws -> Requirement
    ) throws -> [PackageName: [CandidateRelease]] {
        let numbers = try (1...versions).map { (try Version(parsing: "\($0).0.0"), try requirement($0)) }
        var packages: [PackageName: [CandidateRelease]] = [:]
        for place in 0..<count {
            let next = place + 1 < count ? try name(place + 1) : nil
            packages[try name(place)] = numbers.map { version, requirement in
                CandidateRelease(version: version, dependencies: next.map { [.init($0, requirement)] } ?? [])
            }
        }
        return packages
    }

    @Test("of 20,000 packages in a row is resolved without deep recursion, and failed without it too")
    func deepChain() async throws {
        var packages = try row(20_000, versions: 1) { _ in .any }
        let start = RootRequirements([.init(try name(0), .any)])
        let resolution = try await resolve(root: start, source: GraphSource(packages))
        #expect(resolution.packages.count == 20_000)
        #expect(resolution.statistics.conflicts == 0)

        packages[try name(19_999)] = [
            CandidateRelease(version: try Version(parsing: "1.0.0"), dependencies: [.init(try name(0), .any)])
        ]
        let cycle = await #expect(throws: ResolutionFailure.self) {
            try await resolve(root: start, source: GraphSource(packages))
        }
        #expect(cycle?.cycle?.steps.count == 20_000)
        #expect(cycle?.explanation.count == 13)

        packages[try name(19_999)] = []
        let missing = await #expect(throws: ResolutionFailure.self) {
            try await resolve(root: start, source: GraphSource(packages))
        }
        #expect(missing?.code == .conflict)
        #expect((missing?.explanation.count ?? 99) < 20)
    }

    @Test("of 1,000 packages with 100 versions each that all end in a contradiction fails after two conflicts")
    func contradictionOfAll() async throws {
        var packages = try row(1_000, versions: 100) { _ in .any }
        let last = try name(999)
        let end = try name(1_000)
        let second = try Requirement(parsing: "^2")
        packages[last] = packages[last]?.map {
            CandidateRelease(version: $0.version, dependencies: [.init(end, second)])
        }
        packages[end] = packages[last]?.map { CandidateRelease(version: $0.version) }
        let start = RootRequirements([.init(try name(0), .any), .init(end, try Requirement(parsing: "^1"))])
        let source = GraphSource(packages)
        let failure = await #expect(throws: ResolutionFailure.self) { try await resolve(root: start, source: source) }
        #expect(failure?.message == "`p0 *` and `p1000 ^1` cannot both be met")
        #expect((failure?.explanation.count ?? 99) < 20)
        let statistics = try #require(failure?.statistics)
        #expect(statistics.conflicts <= 2)
        #expect(statistics.decisions <= 1_001)
        #expect(statistics.derivations <= 2_100)
    }

    @Test("where each of 100 versions leads to a contradiction of its own costs one conflict for each")
    func contradictionOfEach() async throws {
        let packages = try row(100, versions: 100) { try Requirement(parsing: "=\($0).0.0") }
        let start = RootRequirements([
            .init(try name(0), try Requirement(parsing: ">=2")),
            .init(try name(99), try Requirement(parsing: "=1.0.0")),
        ])
        let failure = await #expect(throws: ResolutionFailure.self) {
            try await resolve(root: start, source: GraphSource(packages))
        }
        let statistics = try #require(failure?.statistics)
        #expect(statistics.conflicts <= 100)
        #expect(statistics.decisions <= 100 * 100)
        #expect(statistics.derivations <= 2 * 100 * 100)
        #expect((failure?.explanation.count ?? 99) < 20)
    }

    @Test("is fetched level by level, not package by package")
    func waits() async throws {
        // Ten levels of twenty packages; each needs three of the next level.
        var packages: [PackageName: [CandidateRelease]] = [:]
        for level in 0..<10 {
            for place in 0..<20 {
                let needs = try (0..<3).map {
                    CandidateDependency(try name((level + 1) * 20 + (place * 7 + $0) % 20), .any)
                }
                packages[try name(level * 20 + place)] = [
                    CandidateRelease(version: try Version(parsing: "1.0.0"), dependencies: level < 9 ? needs : [])
                ]
            }
        }
        let start = RootRequirements(try (0..<20).map { .init(try name($0), .any) })
        let source = GraphSource(packages, isWarm: false)
        let resolution = try await resolve(root: start, source: source)
        #expect(resolution.packages.count == 200)
        #expect(resolution.statistics.waits == 10)
        #expect(source.asked.withLock { $0.map(\.count) } == [Int](repeating: 20, count: 10))
        // Whatever is asked for was announced just before.
        #expect(source.prefetched.withLock { $0 } == source.asked.withLock { $0 })
    }

    @Test("that is in memory already is resolved without waiting once")
    func noWaits() async throws {
        let source = GraphSource(try row(100, versions: 5) { _ in .any })
        let resolution = try await resolve(root: RootRequirements([.init(try name(0), .any)]), source: source)
        #expect(resolution.statistics.waits == 0)
        #expect(source.asked.withLock { $0.isEmpty })
    }

    @Test("may be served one package at a time")
    func singleAnswers() async throws {
        /// Implements what a source must, and nothing else.
        struct Plain: PackageSource {
            let packages: [PackageName: [CandidateRelease]]
            func releases(of name: PackageName) async throws -> [CandidateRelease] { packages[name] ?? [] }
        }
        let source = Plain(packages: try row(50, versions: 3) { _ in .any })
        let resolution = try await resolve(root: RootRequirements([.init(try name(0), .any)]), source: source)
        #expect(resolution.packages.count == 50)
    }
}
