/// What the host must know of a shared object before the dynamic loader may touch it: whether it fits this machine and is whole,
/// its Vais note, and the libraries it needs. Read from the file's bytes; nothing in it is run.
///
/// Layout and names are those of the System V ABI, "Object Files" (gABI 4.1, chapters 4 and 5). Only 64-bit little-endian files
/// are understood, because the plugin ABI knows no others.
struct ELFImage: Sendable {
    /// The description of the note "Vais" of type 1, or nil when there is none.
    var note: [UInt8]?
    /// Names of the shared libraries it asks for (DT_NEEDED).
    var needed: [String] = []
    private var dynamic: DynamicSection

    /// The names it defines for others, sorted; nil when its tables contradict themselves. `source` is what the image was read from.
    func exports(_ source: some ByteSource) -> [String]? { dynamic.exports(source) }
}

/// Why a file is not a shared object for this machine; continues the sentence "cannot load FILE: …".
struct ELFFault: Error {
    var reason: String
    var hint: String?
}

extension ELFImage {
    /// Reads the image in `source`, in bounded steps and memory whatever the file holds.
    init(reading source: some ByteSource) throws(ELFFault) {
        let header = try Header(source)
        let segments = try header.segments(source)
        for segment in segments where segment.type == Segment.load || segment.type == Segment.dynamic {
            guard let end = segment.fileEnd, end <= source.size else { throw .truncated(source, segment.fileEnd) }
        }
        dynamic = try DynamicSection(segments, source)
        for segment in segments where segment.type == Segment.note && note == nil {
            note = try Self.note(in: segment, source)
        }
        needed = dynamic.needed
    }

    private static let longestNote: UInt64 = 64 << 10

    /// Notes lie one after another: sizes of name and description, type, then both, each padded to the segment's alignment.
    private static func note(in segment: Segment, _ source: some ByteSource) throws(ELFFault) -> [UInt8]? {
        guard segment.fileSize <= longestNote else { return nil }
        let bytes = try source.bytes(segment.offset, segment.fileSize)
        let alignment: UInt64 = segment.alignment == 8 ? 8 : 4
        var position: UInt64 = 0
        while let nameSize = bytes.u32(position), let size = bytes.u32(position + 4), let type = bytes.u32(position + 8)
        {
            let name = position + 12
            let description = (name + UInt64(nameSize)).rounded(up: alignment)
            let end = description + UInt64(size)
            guard end <= UInt64(bytes.count) else { return nil }
            if type == 1, nameSize == 5, bytes[Int(name)..<Int(name) + 5].elementsEqual("Vais\0".utf8) {
                return Array(bytes[Int(description)..<Int(end)])
            }
            position = end.rounded(up: alignment)
        }
        return nil
    }
}

extension ELFFault {
    static func truncated(_ source: some ByteSource, _ needed: UInt64?) -> ELFFault {
        let wanted = needed.map { "at least \($0) bytes" } ?? "more bytes than a file can have"
        return ELFFault(
            reason: "the file is truncated or damaged: its headers describe \(wanted), and it has \(source.size)",
            hint: "build or install the plugin again")
    }
}

extension UInt64 {
    fileprivate func rounded(up alignment: UInt64) -> UInt64 { (self + alignment - 1) / alignment * alignment }
}
