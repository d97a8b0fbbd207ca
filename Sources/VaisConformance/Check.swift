/// One named promise, and how it is tried.
package struct Check: Sendable, CustomStringConvertible {
    /// Which part of the contract a check is about.
    package enum Group: String, CaseIterable, Sendable {
        case hygiene, refusals, model, atomicity, order, paging, concurrency, schema, reopening
        case groupCommit = "group commit"
        case blobs, search, cancelling
    }

    package let group: Group
    package let name: String
    let body: @Sendable (Bench) throws -> Void

    init(_ group: Group, _ name: String, _ body: @escaping @Sendable (Bench) throws -> Void) {
        self.group = group
        self.name = name
        self.body = body
    }

    package var description: String { "\(group.rawValue): \(name)" }

    /// Every check of the kit.
    package static let all: [Check] =
        hygiene + refusals + model + atomicity + order + paging + concurrency + schema + reopening + groupCommit
        + blobs + search + cancelling
}

/// Does not apply to this plugin, for this reason.
struct Inapplicable: Error {
    var reason: String
    init(_ reason: String) { self.reason = reason }
}
