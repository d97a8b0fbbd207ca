/// Reads an archive for what the registry needs to know of it, writing nothing: the manifest, the README and the totals.
///
/// Takes the archive in chunks of any size and runs the very reader that clients unpack with. Not safe for use from two
/// threads at once; it may move between threads.
package final class ArchiveInspector {
    package struct Inspection: Sendable {
        /// The bytes of the root `vais.toml`, at most `ArchiveLimits.manifestBytes`.
        package var manifest: [UInt8]
        package var readme: Readme?
        package var totals: ArchiveTotals
    }

    /// A README at the package root.
    package struct Readme: Sendable {
        package var name: String
        /// At most `mostReadmeBytes`, cut between two characters.
        package var bytes: [UInt8]
        package var isCut: Bool
    }

    /// Longer READMEs are kept up to here.
    package static let mostReadmeBytes = 512 << 10

    private let reader: ArchiveReader<PackageVisitor>

    /// Throws `.io` when there is no memory for zlib.
    package init(limits: ArchiveLimits = .standard) throws(ArchiveError) {
        reader = try ArchiveReader(visitor: PackageVisitor(), limits: limits)
    }

    /// Takes the next chunk. The first error is final.
    package func feed(_ chunk: UnsafeRawBufferPointer) throws(ArchiveError) { try reader.feed(chunk) }
    package func feed(_ chunk: [UInt8]) throws(ArchiveError) { try reader.feed(chunk) }

    /// Says that the archive is complete. Throws when it is not, or holds no package.
    package func finish() throws(ArchiveError) -> Inspection {
        let totals = try reader.finish()
        let found = reader.visitor
        return Inspection(manifest: found.manifest, readme: found.readme, totals: totals)
    }
}

/// The visitor that keeps two files and lets the others go by.
struct PackageVisitor: ArchiveVisitor {
    private enum Target { case manifest, readme, nothing }

    private(set) var manifest: [UInt8] = []
    private(set) var readme: ArchiveInspector.Readme?
    private var readmeRank = Int.max
    private var target = Target.nothing

    /// The names that count as a README, the best first.
    private static let readmeNames = ["README.md", "readme.md", "Readme.md", "README", "README.txt"]

    mutating func folder(_ entry: ArchiveEntry) {}

    mutating func file(_ entry: ArchiveEntry) {
        target = .nothing
        guard entry.depth == 1 else { return }
        if entry.path.elementsEqual(EntryPath.manifest) {
            target = .manifest
            manifest.reserveCapacity(Int(entry.size))
        } else if let rank = Self.readmeNames.firstIndex(where: { entry.path.elementsEqual($0.utf8) }),
            rank < readmeRank
        {
            readmeRank = rank
            target = .readme
            readme = ArchiveInspector.Readme(name: entry.pathText, bytes: [], isCut: false)
        }
    }

    mutating func contents(_ bytes: UnsafeRawBufferPointer) {
        switch target {
        case .manifest: manifest.append(contentsOf: bytes)
        case .readme: appendReadme(bytes)
        case .nothing: break
        }
    }

    mutating func endFile() {
        if target == .readme, readme?.isCut == true { cutBetweenCharacters() }
    }

    private mutating func appendReadme(_ bytes: UnsafeRawBufferPointer) {
        let room = ArchiveInspector.mostReadmeBytes - (readme?.bytes.count ?? 0)
        readme?.bytes.append(contentsOf: bytes.prefix(room))
        if bytes.count > room { readme?.isCut = true }
    }

    /// Drops the start of a UTF-8 sequence whose end was cut off.
    private mutating func cutBetweenCharacters() {
        guard var text = readme?.bytes, let start = text.lastIndex(where: { $0 & 0xC0 != 0x80 }) else { return }
        let lead = text[start]
        let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        if text.count - start < length { text.removeSubrange(start...) }
        readme?.bytes = text
    }
}
