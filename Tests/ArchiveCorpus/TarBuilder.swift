/// Makes tar archives as a hostile or careless program would: nothing is checked, and every field can be set.
package struct TarBuilder {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// The header of one entry, for the caller to spoil before it is summed.
    package struct Header {
        package var block = [UInt8](repeating: 0, count: 512)

        package init() {}

        /// Overwrites bytes of the block.
        package mutating func set(_ offset: Int, _ text: some Sequence<UInt8>) {
            for (index, byte) in text.enumerated() { block[offset + index] = byte }
        }
        package mutating func set(_ offset: Int, _ text: String) { set(offset, text.utf8) }

        package mutating func clear(_ range: Range<Int>) {
            for index in range { block[index] = 0 }
        }

        /// Sets the checksum field from the other bytes.
        package mutating func sum() {
            set(148, "        ")
            var total = 0
            for byte in block { total += Int(byte) }
            set(148, TarBuilder.octal(total, digits: 6) + [0, 0x20])
        }
    }

    /// Adds an entry. `declaredSize` is what the header says when it shall differ from the contents; `spoil` may change any
    /// field and is followed by a correct checksum unless `sums` is false.
    package mutating func entry(
        _ path: [UInt8], type: Character = "0", contents: [UInt8] = [], mode: Int = 0o644, link: String = "",
        declaredSize: Int? = nil, sums: Bool = true, spoil: (inout Header) -> Void = { _ in }
    ) {
        var header = Header()
        header.set(0, path.prefix(100))
        header.set(100, Self.octal(mode, digits: 7))
        header.set(108, Self.octal(0, digits: 7))
        header.set(116, Self.octal(0, digits: 7))
        header.set(124, Self.octal(declaredSize ?? contents.count, digits: 11))
        header.set(136, Self.octal(0, digits: 11))
        header.block[156] = type.asciiValue ?? 0
        header.set(157, link)
        header.set(257, "ustar\u{0}00")
        spoil(&header)
        if sums { header.sum() }
        bytes += header.block
        bytes += contents
        pad()
    }

    package mutating func file(_ path: String, _ contents: String = "x\n", mode: Int = 0o644) {
        entry(Array(path.utf8), contents: Array(contents.utf8), mode: mode)
    }

    package mutating func folder(_ path: String, mode: Int = 0o755) {
        entry(Array((path + "/").utf8), type: "5", mode: mode)
    }

    package mutating func link(_ path: String, to target: String, type: Character = "2") {
        entry(Array(path.utf8), type: type, mode: 0o777, link: target)
    }

    /// A pax header of well-formed records, for the entry that follows.
    package mutating func pax(_ records: [(String, [UInt8])], type: Character = "x") {
        raw(pax: records.flatMap { Self.record($0.0, $0.1) }, type: type)
    }
    package mutating func pax(_ key: String, _ value: String, type: Character = "x") {
        pax([(key, Array(value.utf8))], type: type)
    }

    /// A pax header of any bytes.
    package mutating func raw(pax bytes: [UInt8], type: Character = "x") {
        entry(Array("PaxHeader/x".utf8), type: type, contents: bytes)
    }

    /// The blocks that end an archive.
    package mutating func end(blocks: Int = 2) { append([UInt8](repeating: 0, count: blocks * 512)) }

    package mutating func append(_ more: [UInt8]) { bytes += more }
    package mutating func truncate(to count: Int) { bytes.removeLast(bytes.count - count) }

    private mutating func pad() {
        bytes.append(contentsOf: repeatElement(0, count: (512 - bytes.count % 512) % 512))
    }

    static func octal(_ value: Int, digits: Int) -> [UInt8] {
        let text = String(value, radix: 8)
        return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
    }

    /// `LENGTH KEY=VALUE\n`, the length counting itself.
    package static func record(_ key: String, _ value: [UInt8]) -> [UInt8] {
        let body = Array(" \(key)=".utf8) + value + [0x0A]
        var length = body.count + 1
        while String(length).utf8.count + body.count != length { length += 1 }
        return Array(String(length).utf8) + body
    }
}
