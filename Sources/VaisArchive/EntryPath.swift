/// The rules for one path, byte by byte. The packer and the reader both ask here, so what one makes the other takes.
enum EntryPath {
    /// What is wrong with a path or one of its components.
    struct Fault: Error {
        var code: ArchiveError.Code
        var reason: String

        init(_ code: ArchiveError.Code, _ reason: String) {
            self.code = code
            self.reason = reason
        }
    }

    /// Checks one component, that is, the bytes between two slashes; `isFirst` when it lies at the package root.
    /// Returns whether it is ASCII throughout, which spares later steps the Unicode tables.
    static func check(component: UnsafeRawBufferPointer, isFirst: Bool) throws(Fault) -> Bool {
        guard let last = component.last else { throw Fault(.name, "has an empty component") }
        if component.first == dot {
            if component.count == 1 { throw Fault(.name, "has a \".\" component") }
            if component.count == 2, last == dot { throw Fault(.pathEscape, "has a \"..\" component") }
        }
        var union: UInt8 = 0
        for byte in component {
            union |= byte
            if byte < 0x20 || byte == 0x7F { throw Fault(.name, "has a control character in its name") }
            if byte == backslash { throw Fault(.name, "has a backslash in its name") }
            if byte == colon { throw Fault(.name, "has a colon in its name") }
        }
        let isASCII = union < 0x80
        if !isASCII { try checkLetters(component) }
        guard component.count <= ArchiveLimits.componentBytes else {
            throw Fault(.pathTooLong, "has a component of more than \(ArchiveLimits.componentBytes) bytes")
        }
        if last == dot || last == UInt8(ascii: " ") {
            throw Fault(.name, "has a component that ends in a dot or a space")
        }
        if ReservedNames.isDevice(component) { throw Fault(.name, "has the name of a Windows device") }
        try checkReserved(component, isASCII: isASCII, isFirst: isFirst)
        return isASCII
    }

    private static func checkReserved(
        _ component: UnsafeRawBufferPointer, isASCII: Bool, isFirst: Bool
    ) throws(Fault) {
        // Everything reserved begins with a dot, so ordinary names are not folded for this.
        if component.first == dot, ReservedNames.components.contains(folded(component, isASCII: isASCII)) {
            throw Fault(.reserved, "has a reserved name")
        }
        if isFirst, component.first.map(CaseFold.ascii) == UInt8(ascii: "v") || !isASCII,
            folded(component, isASCII: isASCII).elementsEqual(manifest), !component.elementsEqual(manifest)
        {
            throw Fault(.manifestCase, "is the manifest in another spelling; it must be \"vais.toml\"")
        }
    }

    /// The manifest's name as bytes.
    static let manifest = Array("vais.toml".utf8)

    private static func checkLetters(_ component: UnsafeRawBufferPointer) throws(Fault) {
        guard let text = String(validating: component, as: UTF8.self) else {
            throw Fault(.encoding, "is not UTF-8")
        }
        for scalar in text.unicodeScalars where isInvisible(scalar) {
            throw Fault(.name, "has an invisible or reordering character in its name")
        }
    }

    /// The name as the strictest file system compares it.
    static func folded(_ component: UnsafeRawBufferPointer, isASCII: Bool) -> [UInt8] {
        isASCII ? component.map(CaseFold.ascii) : CaseFold.key(String(decoding: component, as: UTF8.self))
    }

    /// C1 controls, line separators, and the characters that HFS+ leaves out of comparisons or that turn text around.
    static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x80...0x9F, 0xAD, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: true
        default: false
        }
    }

    static let slash = UInt8(ascii: "/")
    private static let dot = UInt8(ascii: ".")
    private static let backslash = UInt8(ascii: "\\")
    private static let colon = UInt8(ascii: ":")
}
