internal import VaisHost
internal import VaisModel

extension Registry {
    /// What a change of a package means for lists, searches and counts, for the batch that makes the change. The batch must guard the
    /// package's stamp, or that the package is new: then nobody else changes the same records meanwhile.
    ///
    /// A label that is new here and at the same moment in another package makes the batch fail with `.exists`: the caller begins again.
    ///
    /// - Parameter before: nil for a new package.
    func listingChanges(_ before: PackageRecord?, _ after: PackageRecord) async throws(StorageError) -> [Use] {
        let name = Value.text(after.name.text)
        let updated = Value.integer(-after.updated.microseconds)
        var changes: [Use] = []
        if before == nil {
            changes.append(
                shapes.insertRanking(
                    name, .bool(after.isShown), .integer(-Int64(clamping: after.downloads)), updated))
        } else {
            changes.append(shapes.updateRanking(name, .bool(after.isShown), updated))
        }
        let wasShown = before?.isShown ?? false
        if after.isShown {
            changes.append(shapes.setSearchText(after.searchText))
        } else if wasShown {
            changes.append(shapes.deleteSearchText(name))
        }
        if after.isShown != wasShown {
            changes.append(shapes.addCounter(.text(CounterName.shown), .integer(after.isShown ? 1 : -1)))
        }
        return try await changes + labelChanges(before?.shownLabels ?? [], after.shownLabels, name)
    }

    private func labelChanges(
        _ before: Set<PackageLabel>, _ after: Set<PackageLabel>, _ name: Value
    ) async throws(StorageError) -> [Use] {
        let removed = before.subtracting(after)
        let added = Array(after.subtracting(before))
        let counts = try await records.get(added.map { shapes.labelCount($0.kindValue, $0.labelValue) })
        var changes: [Use] = []
        for label in removed {
            changes.append(shapes.deleteLabel(label.kindValue, label.labelValue, name))
            changes.append(shapes.addLabelCount(label.kindValue, label.labelValue, .integer(-1)))
        }
        for (label, count) in zip(added, counts) {
            changes.append(shapes.insertLabel(label.kindValue, label.labelValue, name))
            changes.append(
                count == nil
                    ? shapes.insertLabelCount(label.kindValue, label.labelValue, .integer(1))
                    : shapes.addLabelCount(label.kindValue, label.labelValue, .integer(1)))
        }
        return changes
    }
}

/// A category or a keyword.
struct PackageLabel: Hashable {
    enum Kind: String { case category, keyword }

    var kind: Kind
    var label: String

    var kindValue: Value { .text(kind.rawValue) }
    var labelValue: Value { .text(label) }
}

/// The counters by name.
enum CounterName {
    /// The serial of the last change.
    static let serial = "serial"
    /// How many packages are shown.
    static let shown = "shown_packages"
}

extension PackageRecord {
    var labels: Set<PackageLabel> {
        Set(
            categories.map { PackageLabel(kind: .category, label: $0) }
                + keywords.map { PackageLabel(kind: .keyword, label: $0) })
    }

    /// What is not shown has no labels that anybody could find it by.
    var shownLabels: Set<PackageLabel> { isShown ? labels : [] }

    /// The values of a record of `SearchTexts`.
    var searchText: [Value] {
        [.text(name.text), .text(Self.text(keywords)), .text(description), .text(Self.text(categories))]
    }
}
