import CVais

/// An array the host lends: `count` elements, each `stride` bytes behind the one before. A later host may have made the elements
/// longer than they are here.
struct Strided<Element>: Sequence, IteratorProtocol {
    private var position: UnsafeRawPointer?
    private let stride: Int
    private var left: UInt32

    init(_ first: UnsafePointer<Element>?, _ stride: UInt64, _ count: UInt32) {
        position = UnsafeRawPointer(first)
        self.stride = Int(stride)
        left = count
    }

    mutating func next() -> UnsafePointer<Element>? {
        guard left > 0, let element = position else { return nil }
        left -= 1
        position = element + stride
        return element.assumingMemoryBound(to: Element.self)
    }
}

/// An array the host lends, whose elements never change.
func borrowed<Element>(_ first: UnsafePointer<Element>?, _ count: UInt32) -> UnsafeBufferPointer<Element> {
    UnsafeBufferPointer(start: first, count: first == nil ? 0 : Int(count))
}

extension Array<UInt8> {
    init(_ span: vais_span) { self.init(UnsafeBufferPointer(start: span.data, count: Int(span.size))) }

    init(_ text: StaticString) { self.init(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)) }
}
