/// One named promise, and how it is tried.
package struct Check: Sendable, CustomStringConvertible {
    /// Which part of the contract a check is about.
    package enum Group: String, CaseIterable, Sendable {
        case hygiene, refusals, model, atomicity, order, paging, concurrency, isolation, schema, reopening, processes
        case crashes
        case groupCommit = "group commit"
        case blobs, search, cancelling, soak
    }

    package let group: Group
    package let name: String
    /// The lowest level at which the check is part of a run.
    package let level: Level
    /// What the plugin is seen to offer when the check ran and found nothing.
    let proves: Capability?
    let body: @Sendable (Bench) throws -> Void

    init(
        _ group: Group, _ name: String, from level: Level = .quick, proves capability: Capability? = nil,
        _ body: @escaping @Sendable (Bench) throws -> Void
    ) {
        self.group = group
        self.name = name
        self.level = level
        self.proves = capability ?? group.capability
        self.body = body
    }

    package var description: String { "\(group.rawValue): \(name)" }

    /// Every check of the kit, group by group in the order of `Group`.
    package static let all: [Check] =
        hygiene + refusals + model + atomicity + order + paging + concurrency + isolation + schema + reopening
        + processes + crashes + groupCommit + blobs + search + cancelling + soak

    /// What comes before every check, and fails when it fails.
    static let loading = Check(.hygiene, "it is loaded, and describes itself") { _ in }

    /// The checks of a run at `level`.
    package static func all(at level: Level) -> [Check] { all.filter { $0.level <= level } }
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
