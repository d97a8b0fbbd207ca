internal import Glibc

/// Names a shared object defines for others: the defined global and weak entries of its dynamic symbol table (System V ABI,
/// "Symbol Table"), which the section headers lead to.
func exportedSymbols(of path: String) throws -> [String] {
    let image = try ImageBytes(path)
    let sections = Int(image.u64(40)), sectionSize = Int(image.u16(58)), sectionCount = Int(image.u16(60))
    for number in 0..<sectionCount {
        let section = sections + number * sectionSize
        guard image.u32(section + 4) == 11 else { continue }  // SHT_DYNSYM
        let symbols = Int(image.u64(section + 24)), count = Int(image.u64(section + 32)) / 24
        let strings = Int(image.u64(sections + Int(image.u32(section + 40)) * sectionSize + 24))
        return (0..<count).compactMap { position in
            let symbol = symbols + position * 24
            let isDefined = image.u16(symbol + 6) != 0
            let binding = image.u8(symbol + 4) >> 4
            return isDefined && binding != 0 ? image.text(strings + Int(image.u32(symbol))) : nil
        }
    }
    throw Refusal("\(path) has no dynamic symbol table")
}

/// A file in memory. What lies beyond its end reads as zero.
private struct ImageBytes {
    private var bytes: [UInt8] = []

    init(_ path: String) throws {
        guard let file = fopen(path, "re") else { throw Refusal("cannot read \(path)") }
        defer { fclose(file) }
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
    }

    func u8(_ offset: Int) -> UInt8 { bytes.indices.contains(offset) ? bytes[offset] : 0 }

    private func little(_ offset: Int, _ size: Int) -> UInt64 {
        (0..<size).reduce(0) { $0 | UInt64(u8(offset + $1)) << UInt64(8 * $1) }
    }

    func u16(_ offset: Int) -> UInt64 { little(offset, 2) }
    func u32(_ offset: Int) -> UInt64 { little(offset, 4) }
    func u64(_ offset: Int) -> UInt64 { little(offset, 8) }

    func text(_ offset: Int) -> String {
        String(decoding: bytes.dropFirst(offset).prefix { $0 != 0 }, as: UTF8.self)
    }
}
