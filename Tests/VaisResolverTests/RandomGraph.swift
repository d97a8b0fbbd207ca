import SeededRandom
import VaisModel

@testable import VaisResolver

/// A small random world with everything in it that may go wrong.
struct RandomGraph: CustomStringConvertible {
    var packages: [PackageName: [CandidateRelease]] = [:]
    var root = RootRequirements([])
    var lock = LockPreference()

    private static let versions = ["1.0.0", "1.1.0", "1.2.0-beta.1", "2.0.0", "2.1.0-rc.1", "3.0.0"]
    private static let loose = ["*", "*", ">=1", "<3", "<=2.0.0", ">=1.1", "<4"]
    private static let tight = [
        "^1", "^2", "<2", "=1.0.0", "~1.1", ">=2", "^1.2.0-beta.1", ">=2.1.0-rc.1", "<=1.1.0", ">=1, <3", "^3", "^4",
    ]

    init(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 2...7, using: &random)
        let names = try (0..<count).map { try PackageName(parsing: "p\($0)") }
        // Some worlds are loose, some tight; some have no cycles.
        let density = Double.random(in: 0.1...0.6, using: &random)
        let isLayered = Bool.random(using: &random)
        let looseness = Double.random(in: 0.1...1, using: &random)
        func requirement() throws -> Requirement {
            let isLoose = Double.random(in: 0..<1, using: &random) < looseness
            return try Requirement(parsing: (isLoose ? Self.loose : Self.tight).randomElement(using: &random) ?? "*")
        }
        for (place, name) in names.enumerated() {
            // Rarely, a package that others need does not exist.
            guard Int.random(in: 0..<20, using: &random) > 0 else { continue }
            for version in Self.versions.shuffled(using: &random).prefix(Int.random(in: 2...6, using: &random)) {
                var needs: [CandidateDependency] = []
                for (other, dependency) in names.enumerated() {
                    if isLayered && other <= place { continue }
                    let isSelf = other == place
                    guard Double.random(in: 0..<1, using: &random) < (isSelf ? 0.03 : density) else { continue }
                    needs.append(.init(dependency, try requirement()))
                    // Now and then a second entry for the same package.
                    if Int.random(in: 0..<15, using: &random) == 0 {
                        needs.append(.init(dependency, try requirement()))
                    }
                }
                let yanked = Int.random(in: 0..<7, using: &random) == 0
                packages[name, default: []].append(
                    CandidateRelease(version: try Version(parsing: version), dependencies: needs, yanked: yanked))
            }
        }
        for name in names.shuffled(using: &random).prefix(Int.random(in: 1...4, using: &random)) {
            let requirement = Bool.random(using: &random) ? .any : try requirement()
            root.entries.append(.init(name, requirement, isDevelopment: Bool.random(using: &random)))
        }
        for name in names where Int.random(in: 0..<3, using: &random) == 0 {
            lock.versions[name] = try Version(parsing: Self.versions.randomElement(using: &random) ?? "1.0.0")
        }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: lock.updating = .everything
        case 1: lock.updating = .only(Set(names.filter { _ in Bool.random(using: &random) }))
        default: break
        }
    }

    /// The same world with every list in another order.
    func shuffled(seed: UInt64) -> RandomGraph {
        var random = SeededGenerator(seed: seed)
        var copy = self
        copy.root.entries.shuffle(using: &random)
        for (name, releases) in packages {
            copy.packages[name] = releases.shuffled(using: &random).map { release in
                var release = release
                release.dependencies.shuffle(using: &random)
                return release
            }
        }
        return copy
    }

    var description: String {
        var lines = ["root: " + root.entries.map { "\($0.name) \($0.requirement)" }.joined(separator: ", ")]
        lines.append("lock: \(lock.versions.map { "\($0) \($1)" }.sorted()), updating \(lock.updating)")
        for (name, releases) in packages.sorted(by: { $0.key < $1.key }) {
            for release in releases.sorted(by: { $0.version < $1.version }) {
                lines.append("\(name) \(release.version)\(release.yanked ? " yanked" : ""): \(release.dependencies)")
            }
        }
        return lines.joined(separator: "\n")
    }
}
