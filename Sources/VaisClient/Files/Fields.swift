internal import Glibc

/// Writes byte strings one after the other, each as its length in decimal, a colon, and its bytes.
struct FieldWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ field: some Collection<UInt8>) {
        bytes.append(contentsOf: String(field.count).utf8)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(contentsOf: field)
    }
}

/// Reads what `FieldWriter` wrote.
enum FieldReader {
    /// The fields, as parts of `bytes`; nil when that is something else, or cut off.
    static func fields(of bytes: [UInt8]) -> [ArraySlice<UInt8>]? {
        var fields: [ArraySlice<UInt8>] = []
        var position = 0
        while position < bytes.count {
            guard let length = length(bytes, &position), length <= bytes.count - position else { return nil }
            fields.append(bytes[position..<position + length])
            position += length
        }
        return fields
    }

    private static func length(_ bytes: [UInt8], _ position: inout Int) -> Int? {
        var length = 0
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: ":") {
            let digit = bytes[position]
            // No file that is read here is as long as ten digits say.
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9"), position - start < 10 else { return nil }
            length = length * 10 + Int(digit - UInt8(ascii: "0"))
            position += 1
        }
        guard position > start, position < bytes.count else { return nil }
        position += 1
        return length
    }
}

extension ArraySlice<UInt8> {
    var text: String { String(decoding: self, as: UTF8.self) }

    func says(_ text: String) -> Bool { elementsEqual(text.utf8) }

    /// As `elementsEqual`, at the speed of memory.
    func equals(_ other: [UInt8]) -> Bool {
        count == other.count
            && withUnsafeBytes { own in
                other.withUnsafeBytes { others in
                    guard let left = own.baseAddress, let right = others.baseAddress else { return own.isEmpty }
                    return memcmp(left, right, own.count) == 0
                }
            }
    }
}
