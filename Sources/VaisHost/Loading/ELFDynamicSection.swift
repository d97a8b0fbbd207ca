extension ELFImage {
    /// What the dynamic loader reads of a shared object: a list of (tag, value), where places are memory addresses
    /// (System V ABI, "Dynamic Section").
    struct DynamicSection {
        private let segments: [Segment]
        private var neededOffsets: [UInt64] = []
        private var values: [UInt64: UInt64] = [:]
        /// The string table.
        private let strings: [UInt8]

        private enum Tag {
            static let needed: UInt64 = 1
            static let strings: UInt64 = 5
            static let symbols: UInt64 = 6
            static let stringSize: UInt64 = 10
            static let gnuHash: UInt64 = 0x6FFF_FEF5
            static let hash: UInt64 = 4
        }

        init(_ segments: [Segment], _ source: some ByteSource) throws(ELFFault) {
            guard let dynamic = segments.first(where: { $0.type == Segment.dynamic }), dynamic.fileSize <= 1 << 20
            else { throw ELFFault(reason: "it has no dynamic section, so it is not a shared library") }
            self.segments = segments
            let entries = try source.bytes(dynamic.offset, dynamic.fileSize)
            var position: UInt64 = 0
            while let tag = entries.u64(position), let value = entries.u64(position + 8), tag != 0 {
                if tag == Tag.needed {
                    if neededOffsets.count < 256 { neededOffsets.append(value) }
                } else {
                    values[tag] = value
                }
                position += 16
            }
            let size = values[Tag.stringSize] ?? 0
            guard size > 0 else {
                strings = []
                return
            }
            guard let address = values[Tag.strings], size <= 16 << 20, let offset = Self.offset(address, size, segments)
            else { throw ELFFault(reason: "its dynamic section is damaged") }
            strings = try source.bytes(offset, size)
        }

        /// The shared libraries it asks for.
        var needed: [String] { neededOffsets.compactMap(name(at:)) }

        /// The names it defines for others, sorted. Nil when its tables contradict themselves.
        func exports(_ source: some ByteSource) -> [String]? {
            guard let symbols = values[Tag.symbols], let range = symbolRange(source) else { return nil }
            let size = UInt64(24)
            guard let offset = Self.offset(symbols, UInt64(range.upperBound) * size, segments),
                let bytes = source.read(offset, UInt64(range.upperBound) * size)
            else { return nil }
            var names: [String] = []
            for index in range {
                let symbol = UInt64(index) * size
                guard let nameOffset = bytes.u32(symbol), let section = bytes.u16(symbol + 6) else { return nil }
                let binding = bytes[Int(symbol) + 4] >> 4
                if section != 0, binding != 0, let name = name(at: UInt64(nameOffset)), !name.isEmpty {
                    names.append(name)
                }
            }
            return names.sorted()
        }

        /// The symbols that a hash table leads to; without one nobody can find any.
        private func symbolRange(_ source: some ByteSource) -> Range<Int>? {
            if let address = values[Tag.gnuHash] { return gnuRange(address, source) }
            guard let address = values[Tag.hash] else { return 0..<0 }
            // Number of buckets, number of symbols.
            guard let offset = Self.offset(address, 8, segments), let count = source.read(offset, 8)?.u32(4),
                count <= Self.mostSymbols
            else { return nil }
            return 0..<Int(count)
        }

        /// The GNU hash table: its header, a Bloom filter, the first symbol of each bucket, and a hash for each symbol, whose lowest bit
        /// ends the bucket.
        private func gnuRange(_ address: UInt64, _ source: some ByteSource) -> Range<Int>? {
            guard let start = Self.offset(address, 16, segments), let header = source.read(start, 16),
                let buckets = header.u32(0), let first = header.u32(4), let filter = header.u32(8),
                buckets <= Self.mostSymbols, filter <= Self.mostSymbols, first <= Self.mostSymbols,
                let list = source.read(start + 16 + UInt64(filter) * 8, UInt64(buckets) * 4)
            else { return nil }
            let chains = start + 16 + UInt64(filter) * 8 + UInt64(buckets) * 4
            var last: UInt32 = 0
            for bucket in 0..<UInt64(buckets) { last = max(last, list.u32(bucket * 4) ?? 0) }
            guard last >= first else { return Int(first)..<Int(first) }
            // The last bucket's chain, a block at a time.
            let block: UInt64 = 4096
            while last < Self.mostSymbols {
                let position = chains + UInt64(last - first) * 4
                guard position < source.size,
                    let hashes = source.read(position, min(block, (source.size - position) & ~3)),
                    !hashes.isEmpty
                else { return nil }
                for index in 0..<UInt64(hashes.count / 4) {
                    last += 1
                    if hashes[Int(index) * 4] & 1 == 1 { return Int(first)..<Int(last) }
                }
            }
            return nil
        }

        /// No plugin defines as many; with names of up to 255 bytes it also bounds the memory.
        private static let mostSymbols: UInt32 = 1 << 16

        private func name(at offset: UInt64) -> String? {
            guard offset < UInt64(strings.count) else { return nil }
            return String(decoding: strings[Int(offset)...].prefix(255).prefix { $0 != 0 }, as: UTF8.self)
        }

        /// Where `size` bytes at a memory address lie in the file.
        private static func offset(_ address: UInt64, _ size: UInt64, _ segments: [Segment]) -> UInt64? {
            for segment in segments where segment.type == Segment.load && address >= segment.address {
                let inside = address - segment.address
                if inside < segment.fileSize, size <= segment.fileSize - inside { return segment.offset + inside }
            }
            return nil
        }
    }
}
