/// Builds a message: its kind, then fields in a settled order. Numbers are little-endian; text and bytes follow their size.
struct FrameWriter {
    private(set) var bytes: [UInt8]

    init(_ kind: FrameKind) { bytes = [kind.rawValue] }

    mutating func number(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }

    mutating func text(_ value: String) {
        number(UInt32(clamping: value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    mutating func optionalText(_ value: String?) {
        flag(value != nil)
        if let value { text(value) }
    }

    /// Bytes up to the message's end.
    mutating func append(_ value: [UInt8]) { bytes.append(contentsOf: value) }

    mutating func data(_ value: UnsafeRawBufferPointer) {
        number(UInt32(clamping: value.count))
        bytes.append(contentsOf: value)
    }

    /// Overwrites what was written, which may hold secrets.
    mutating func wipe() {
        bytes.withUnsafeMutableBytes { wipeMemory($0) }
        bytes = []
    }
}

extension FrameWriter {
    mutating func error(_ error: PluginError) {
        number(error.code.rawValue)
        text(error.message)
        optionalText(error.hint)
    }
}
