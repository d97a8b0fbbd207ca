extension ELFImage {
    /// The file header: what kind of file, for which machine, and where the program headers are.
    struct Header {
        private var programOffset: UInt64
        private var programEntrySize: UInt64
        private var programCount: UInt64

        init(_ source: some ByteSource) throws(ELFFault) {
            guard source.size >= 64 else {
                throw ELFFault(
                    reason: "it is not a shared library: \(source.size) bytes are too few for an ELF header",
                    hint: "name the plugin's own file")
            }
            let bytes = try source.bytes(0, 64)
            guard bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else {
                throw ELFFault(
                    reason: "it is not a shared library: it does not begin with the ELF magic number",
                    hint: "name the plugin's own file")
            }
            guard bytes[4] == 2, bytes[5] == 1, bytes[6] == 1 else {
                throw ELFFault(
                    reason: "it is not a 64-bit little-endian ELF file", hint: "build the plugin for this machine")
            }
            let type = bytes.u16(16) ?? 0
            guard type == 3 else {
                throw ELFFault(
                    reason: "it is \(Self.name(ofType: type)), not a shared library",
                    hint: "link the plugin with `-shared`")
            }
            let machine = bytes.u16(18) ?? 0
            guard machine == Self.machine else {
                throw ELFFault(
                    reason:
                        "it is built for \(Self.name(of: machine)), and this machine is \(Self.name(of: Self.machine))",
                    hint: "install the plugin's build for \(Self.name(of: Self.machine))")
            }
            programOffset = bytes.u64(32) ?? 0
            programEntrySize = UInt64(bytes.u16(54) ?? 0)
            programCount = UInt64(bytes.u16(56) ?? 0)
            guard programEntrySize == 56, (1...256).contains(programCount) else {
                throw ELFFault(reason: "its program headers are damaged", hint: "build or install the plugin again")
            }
            // Section headers usually stand last in the file, so they show best that its end is missing.
            let sections = (bytes.u64(40) ?? 0).addingReportingOverflow(
                UInt64(bytes.u16(58) ?? 0) * UInt64(bytes.u16(60) ?? 0))
            if sections.overflow || sections.partialValue > source.size {
                throw .truncated(source, sections.overflow ? nil : sections.partialValue)
            }
        }

        func segments(_ source: some ByteSource) throws(ELFFault) -> [Segment] {
            let size = programEntrySize * programCount
            let end = programOffset.addingReportingOverflow(size)
            guard !end.overflow, end.partialValue <= source.size else {
                throw .truncated(source, end.overflow ? nil : end.partialValue)
            }
            let bytes = try source.bytes(programOffset, size)
            return (0..<programCount).map { Segment(bytes, at: $0 * programEntrySize) }
        }

        private static var machine: UInt16 {
            #if arch(arm64)
                183
            #else
                62
            #endif
        }

        private static func name(of machine: UInt16) -> String {
            switch machine {
            case 3: "x86 (32-bit)"
            case 40: "arm (32-bit)"
            case 62: "x86_64"
            case 183: "aarch64"
            case 243: "riscv64"
            default: "machine number \(machine)"
            }
        }

        private static func name(ofType type: UInt16) -> String {
            switch type {
            case 1: "an object file"
            case 2: "a program"
            case 4: "a core dump"
            default: "an ELF file of type \(type)"
            }
        }
    }

    /// One program header.
    struct Segment {
        static let load: UInt32 = 1
        static let dynamic: UInt32 = 2
        static let note: UInt32 = 4

        var type: UInt32
        var offset: UInt64
        var address: UInt64
        var fileSize: UInt64
        var alignment: UInt64

        fileprivate init(_ bytes: [UInt8], at position: UInt64) {
            type = bytes.u32(position) ?? 0
            offset = bytes.u64(position + 8) ?? 0
            address = bytes.u64(position + 16) ?? 0
            fileSize = bytes.u64(position + 32) ?? 0
            alignment = bytes.u64(position + 48) ?? 0
        }

        /// Where its bytes end in the file; nil when that is beyond any file.
        var fileEnd: UInt64? {
            let end = offset.addingReportingOverflow(fileSize)
            return end.overflow ? nil : end.partialValue
        }
    }
}
