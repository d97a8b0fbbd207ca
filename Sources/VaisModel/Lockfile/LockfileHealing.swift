/// A lockfile whose conflict markers were merged away.
package struct HealedLockfile: Hashable, Sendable {
    /// Both sides' packages and requirements; of a package with two versions the higher one.
    package let lockfile: Lockfile
    /// The packages on which the sides differ, to be resolved anew. Empty when there were no markers, or when the sides
    /// agree.
    package let touched: Set<PackageName>
    /// Whether there were conflict markers, so that the file has to be written again even if nothing is touched.
    package let hadMarkers: Bool
}

extension Lockfile {
    /// Reads a lockfile that may hold git's conflict markers, and merges both sides. Without markers this is the strict
    /// `init(parsing:file:)`.
    ///
    /// - Throws: As `init(parsing:file:)`, for each side; also `.integrity` when the sides have different checksums for one
    ///   release, since a release never changes.
    package static func parseHealing(_ bytes: [UInt8], file: String) throws(ModelError) -> HealedLockfile {
        guard ConflictMarker.mayOccur(in: bytes), let sides = ConflictSides(bytes) else {
            let lockfile = try Lockfile(parsing: bytes, file: file)
            return HealedLockfile(lockfile: lockfile, touched: [], hadMarkers: false)
        }
        if let line = sides.brokenMarker {
            throw ModelError(
                .lockfile, "the conflict marker has no counterpart", hint: LockfileReader.remake, file: file, line: line
            )
        }
        let ours = try parse(sides.ours, file: file, isComplete: false)
        let theirs = try parse(sides.theirs, file: file, isComplete: false)
        return try merge(ours, theirs, file: file)
    }

    private static func merge(_ ours: Lockfile, _ theirs: Lockfile, file: String) throws(ModelError) -> HealedLockfile {
        var touched: Set<PackageName> = []
        var merged: [LockedPackage] = []
        for package in theirs.packages where ours[package.name] == nil {
            merged.append(package)
            touched.insert(package.name)
        }
        for package in ours.packages {
            guard let other = theirs[package.name] else {
                merged.append(package)
                touched.insert(package.name)
                continue
            }
            if package.version == other.version, package.registry == other.registry, package.checksum != other.checksum
            {
                throw ModelError(
                    .integrity, "the two sides have different checksums for \(package.release)",
                    hint: "a release never changes: find out which side is right before going on", file: file)
            }
            if package != other { touched.insert(package.name) }
            merged.append(package.version < other.version ? other : package)
        }
        let requirements = Set(ours.requirements).union(theirs.requirements)
        for requirement in Set(ours.requirements).symmetricDifference(theirs.requirements) {
            touched.insert(requirement.name)
        }
        return HealedLockfile(
            lockfile: Lockfile(requirements: requirements, packages: merged), touched: touched, hadMarkers: true)
    }
}

/// The two files that a file with conflict markers stands for. Lines that are not a side's are empty in it, so that line
/// numbers hold; the common ancestor is left out.
struct ConflictSides {
    private(set) var ours: [UInt8] = []
    private(set) var theirs: [UInt8] = []
    /// The line of a marker that stands alone.
    private(set) var brokenMarker: Int?

    private enum Region { case both, ours, base, theirs }

    /// Nil when there are no markers.
    init?(_ bytes: [UInt8]) {
        var region = Region.both
        var (line, opening) = (0, 0)
        var hasMarkers = false
        for piece in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            line += 1
            let content = piece.last == UInt8(ascii: "\r") ? piece.dropLast() : piece
            let marker = ConflictMarker.at(bytes.span, content.startIndex..<content.endIndex)
            if let marker {
                hasMarkers = true
                guard let next = ConflictSides.region(after: region, marker) else {
                    brokenMarker = brokenMarker ?? line
                    continue
                }
                if marker == .ours { opening = line }
                region = next
            } else {
                if region == .both || region == .ours { ours += piece }
                if region == .both || region == .theirs { theirs += piece }
            }
            ours.append(UInt8(ascii: "\n"))
            theirs.append(UInt8(ascii: "\n"))
        }
        if region != .both { brokenMarker = brokenMarker ?? opening }
        if !hasMarkers { return nil }
    }

    private static func region(after region: Region, _ marker: ConflictMarker) -> Region? {
        switch (region, marker) {
        case (.both, .ours): .ours
        case (.ours, .base): .base
        case (.ours, .theirs), (.base, .theirs): .theirs
        case (.theirs, .end): .both
        default: nil
        }
    }
}
