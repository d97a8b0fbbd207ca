import CPluginSupport
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

/// A copy of a struct that begins with its size, as long as ours: of a newer host's the rest is left out, of an older
/// one's what it lacks is zero.
///
/// - Parameter least: its size in ABI 1.0, below which it makes no sense.
func known<Struct: BitwiseCopyable>(
    _ pointer: UnsafePointer<Struct>?, _ least: UInt32
) throws(Failure) -> Struct {
    guard let pointer else { throw Failure(VAIS_INVALID, "a struct that the call needs is missing") }
    let copy = withUnsafeTemporaryAllocation(of: Struct.self, capacity: 1) { space -> Struct? in
        guard let copy = space.baseAddress,
            vais_copy_known(copy, UInt64(MemoryLayout<Struct>.size), pointer, least) != 0
        else { return nil }
        return copy.pointee
    }
    guard let copy else { throw Failure(VAIS_INVALID, "a struct is shorter than in ABI 1.0") }
    return copy
}

/// Copies an array of such structs, which crossed the border with its own stride.
func elements<Element: BitwiseCopyable>(
    _ base: UnsafePointer<Element>?, stride: UInt64, count: UInt32, _ least: UInt32
) throws(Failure) -> [Element] {
    if count == 0 { return [] }
    guard let base, let step = Int(exactly: stride), step >= Int(least), step % MemoryLayout<Element>.alignment == 0
    else { throw Failure(VAIS_INVALID, "an array has no address, or a stride shorter than its elements") }
    let start = UnsafeRawPointer(base)
    var copy: [Element] = []
    copy.reserveCapacity(Int(count))
    for position in 0..<Int(count) {
        let element = (start + position * step).assumingMemoryBound(to: Element.self)
        copy.append(try known(element, least))
    }
    return copy
}

/// Copies a plain list of ids.
func identifiers(_ base: UnsafePointer<UInt32>?, count: UInt32) throws(Failure) -> [UInt32] {
    if count == 0 { return [] }
    guard let base else { throw Failure(VAIS_INVALID, "a list of columns has no address") }
    return Array(UnsafeBufferPointer(start: base, count: Int(count)))
}
