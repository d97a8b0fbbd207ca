import CVaisPlugin

extension vais_span {
    /// Borrows a literal, which lives as long as the plugin.
    init(_ text: StaticString) {
        self.init(data: text.utf8Start, size: UInt64(text.utf8CodeUnitCount))
    }

    /// The bytes, valid as long as their owner says; empty when they make no sense.
    var bytes: UnsafeBufferPointer<UInt8> {
        guard let data, let count = Int(exactly: size) else { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeBufferPointer(start: data, count: count)
    }

    /// A copy as text; what is not UTF-8 is replaced.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    func equals(_ text: String) -> Bool {
        let other = text.utf8
        return bytes.count == other.count && bytes.elementsEqual(other)
    }
}

/// Copies an array that crossed the border with its own stride, so that structs of a newer, longer kind are read as
/// ours.
func elements<Element>(
    _ base: UnsafePointer<Element>?, stride: UInt64, count: UInt32
) throws(Failure) -> [Element] {
    if count == 0 { return [] }
    guard let base, let step = Int(exactly: stride), step >= MemoryLayout<Element>.size,
        step % MemoryLayout<Element>.alignment == 0
    else { throw Failure(VAIS_INVALID, "an array has no address, or a stride shorter than its elements") }
    let start = UnsafeRawPointer(base)
    var copy: [Element] = []
    copy.reserveCapacity(Int(count))
    for position in 0..<Int(count) {
        copy.append(start.load(fromByteOffset: position * step, as: Element.self))
    }
    return copy
}

/// Copies a plain list of ids.
func identifiers(_ base: UnsafePointer<UInt32>?, count: UInt32) throws(Failure) -> [UInt32] {
    if count == 0 { return [] }
    guard let base else { throw Failure(VAIS_INVALID, "a list of columns has no address") }
    return Array(UnsafeBufferPointer(start: base, count: Int(count)))
}
