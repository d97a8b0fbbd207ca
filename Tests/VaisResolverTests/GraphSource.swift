import Synchronization
import VaisModel

@testable import VaisResolver

/// A package graph in memory. Answers at once or only when waited for, and remembers what it was asked.
final class GraphSource: PackageSource {
    let packages: [PackageName: [CandidateRelease]]
    /// Whether `knownReleases` answers.
    let isWarm: Bool
    let prefetched = Mutex<[[PackageName]]>([])
    let asked = Mutex<[[PackageName]]>([])

    init(_ packages: [PackageName: [CandidateRelease]], isWarm: Bool = true) {
        self.packages = packages
        self.isWarm = isWarm
    }

    func releases(of name: PackageName) async throws -> [CandidateRelease] { packages[name] ?? [] }

    func releases(of names: [PackageName]) async throws -> [[CandidateRelease]] {
        asked.withLock { $0.append(names) }
        return names.map { packages[$0] ?? [] }
    }

    func knownReleases(of name: PackageName) -> [CandidateRelease]? { isWarm ? packages[name] ?? [] : nil }

    func prefetch(_ names: [PackageName]) { prefetched.withLock { $0.append(names) } }
}

/// Packages written down as a reader would:
///
/// ```
/// "a 1.0.0": "b ^1, c *"        a release and what it needs; requirements with a comma are written with `&`
/// "a 1.1.0 yanked": ""
/// ```
func graph(_ lines: KeyValuePairs<String, String>, isWarm: Bool = true) throws -> GraphSource {
    var packages: [PackageName: [CandidateRelease]] = [:]
    for (head, needs) in lines {
        let words = head.split(separator: " ").map(String.init)
        let release = CandidateRelease(
            version: try Version(parsing: words[1]), dependencies: try dependencies(needs),
            yanked: words.count > 2 && words[2] == "yanked")
        packages[try PackageName(parsing: words[0]), default: []].append(release)
    }
    return GraphSource(packages, isWarm: isWarm)
}

/// `a ^1, b >=1 & <3`.
func dependencies(_ text: String) throws -> [CandidateDependency] {
    try text.split(separator: ",").map { part in
        let words = part.split(separator: " ", maxSplits: 1).map(String.init)
        let requirement = words[1].split(separator: " & ").joined(separator: ", ")
        return CandidateDependency(try PackageName(parsing: words[0]), try Requirement(parsing: requirement))
    }
}

/// `a ^1, b *`, and after a bar what only development needs: `a ^1 | c *`.
func root(_ text: String, project: String? = nil) throws -> RootRequirements {
    let parts = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    var entries: [RootRequirements.Entry] = []
    for (place, part) in parts.enumerated() {
        entries += try dependencies(part).map { .init($0.name, $0.requirement, isDevelopment: place > 0) }
    }
    return RootRequirements(project: try project.map { try ReleaseID(parsing: $0) }, entries)
}

/// `a 1.0.0, b 2.0.0`, as `Resolution` prints in these tests.
func text(_ resolution: Resolution) -> String {
    resolution.packages.map { "\($0.name) \($0.version)" }.joined(separator: ", ")
}

/// `a 1.0.0, b 2.0.0` as a lockfile's versions.
func locked(_ text: String) throws -> [PackageName: Version] {
    var versions: [PackageName: Version] = [:]
    for part in text.split(separator: ",") {
        let words = part.split(separator: " ").map(String.init)
        versions[try PackageName(parsing: words[0])] = try Version(parsing: words[1])
    }
    return versions
}
