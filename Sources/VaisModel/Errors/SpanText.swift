extension Span<UInt8> {
    /// The text of `range`, which is known to be ASCII.
    func asciiText(_ range: Range<Int>) -> String {
        String(unsafeUninitializedCapacity: range.count) { buffer in
            for offset in 0..<range.count { buffer[offset] = self[range.lowerBound + offset] }
            return range.count
        }
    }

    /// The bytes of `range`, for texts of which nothing is known.
    func copied(_ range: Range<Int>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            for offset in 0..<range.count { buffer[offset] = self[range.lowerBound + offset] }
            count = range.count
        }
    }
}
