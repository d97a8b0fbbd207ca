extension Lockfile {
    /// The canonical text: every lockfile has exactly one.
    package func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512 + 64 * requirements.count + 320 * packages.count)
        bytes.write("# Written by vais: one archive for every package. `vais update` changes it; do not edit.\n")
        bytes.write("format = \(Lockfile.format)\nminimum-reader = \(Lockfile.format)\n\n[root]\n")
        for kind in LockedRequirement.Kind.allCases {
            let texts = requirements.filter { $0.kind == kind }.map(\.description)
            // The first list is there even when it is empty, and so is every package's: a file that was cut off lacks one.
            if kind == .normal || !texts.isEmpty { bytes.write(kind.rawValue, list: texts) }
        }
        for package in packages {
            bytes.write("\n[[package]]\n")
            bytes.write("name", package.name.text)
            bytes.write("version", package.version.description)
            bytes.write("registry", package.registry)
            bytes.write("sha256", package.checksum.hex)
            bytes.write("size = \(package.size)\n")
            if let published = package.published { bytes.write("published", published.rfc3339) }
            bytes.write("dependencies", list: package.dependencies.map(\.text))
        }
        return bytes
    }
}

extension [UInt8] {
    fileprivate mutating func write(_ text: String) { append(contentsOf: text.utf8) }

    fileprivate mutating func write(_ key: String, _ value: String) {
        write(key)
        write(" = \"")
        write(value)
        write("\"\n")
    }

    /// One element per line.
    fileprivate mutating func write(_ key: String, list: [String]) {
        write(key)
        if list.isEmpty { return write(" = []\n") }
        write(" = [\n")
        for element in list {
            write("    \"")
            write(element)
            write("\",\n")
        }
        write("]\n")
    }
}
