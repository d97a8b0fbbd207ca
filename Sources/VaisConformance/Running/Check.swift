package import VaisHost

/// One named promise, and how it is tried.
package struct Check: Sendable, CustomStringConvertible {
    /// Which part of the contract a check is about.
    package enum Group: String, CaseIterable, Sendable {
        case hygiene, refusals, model, atomicity, order, paging, concurrency, isolation, schema, reopening, processes
        case crashes
        case groupCommit = "group commit"
        case blobs, search
        case knownAnswers = "known answers"
        case contexts, hashing, damage, cancelling, soak

        /// The groups that a plugin of this kind is tried by, in the order of the cases.
        package static func all(of kind: PluginKind) -> [Group] {
            let tried = Set(Check.all.filter { $0.kind == kind }.map(\.group))
            return allCases.filter { tried.contains($0) }
        }
    }

    /// What the plugins are for that it is tried on.
    package let kind: PluginKind
    package let group: Group
    package let name: String
    /// The lowest level at which the check is part of a run.
    package let level: Level
    /// What the plugin is seen to offer when the check ran and found nothing.
    let proves: Capability?
    let body: @Sendable (Bench) throws -> Void

    init(
        _ group: Group, _ name: String, for kind: PluginKind = .storage, from level: Level = .quick,
        proves capability: Capability? = nil, _ body: @escaping @Sendable (Bench) throws -> Void
    ) {
        self.kind = kind
        self.group = group
        self.name = name
        self.level = level
        self.proves = capability ?? (kind == .storage ? group.capability : nil)
        self.body = body
    }

    package var description: String { "\(group.rawValue): \(name)" }

    /// Every check of the kit, kind by kind, group by group.
    package static let all: [Check] = storage + digest + password

    private static let storage: [Check] =
        hygiene + refusals + model + atomicity + order + paging + concurrency + isolation + schema + reopening
        + processes + crashes + groupCommit + blobs + search + cancelling + soak

    /// What comes before every check, and fails when it fails.
    static let loading = Check(.hygiene, "it is loaded, and describes itself") { _ in }

    /// The checks of a run at `level`, on a plugin of this kind.
    package static func all(of kind: PluginKind = .storage, at level: Level) -> [Check] {
        all.filter { $0.kind == kind && $0.level <= level }
    }
}

/// How much is tried: `quick` is for every build, `full` for releases and plugin authors, `soak` for a night.
package enum Level: String, CaseIterable, Comparable, Sendable {
    case quick, full, soak

    /// How many times as much as at `quick`.
    package var factor: Int {
        switch self {
        case .quick: 1
        case .full: 10
        case .soak: 50
        }
    }

    /// How long one check may take before it counts as hanging, in seconds.
    package var deadline: Int {
        switch self {
        case .quick: 120
        case .full: 600
        case .soak: 4 * 3600
        }
    }

    package static func < (left: Level, right: Level) -> Bool { left.factor < right.factor }
}

/// Does not apply to this plugin, for this reason.
struct Inapplicable: Error {
    var reason: String
    init(_ reason: String) { self.reason = reason }
}
