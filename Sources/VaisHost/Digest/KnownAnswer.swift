internal import CVaisPlugin

/// A message whose digest is published: a plugin that gets one wrong is not used at all. The messages are those of the
/// example computations that NIST publishes beside FIPS 180-4.
struct KnownAnswer {
    let algorithm: String
    let message: String
    let digest: String

    private static let twoBlocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"

    static let all = [
        KnownAnswer(
            algorithm: "sha256", message: "abc",
            digest: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        KnownAnswer(
            algorithm: "sha256", message: twoBlocks,
            digest: "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
        KnownAnswer(
            algorithm: "sha512", message: "abc",
            digest: "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"),
    ]

    /// At once, and in two pieces through a context.
    func prove(_ algorithm: UnsafePointer<vais_algorithm>, _ library: DigestLibrary) throws(PluginError) {
        let bytes = Array(message.utf8)
        let half = bytes.count / 2
        let context = try library.begin(algorithm)
        for piece in [bytes[..<half], bytes[half...]] {
            try piece.withUnsafeBufferPointer { piece throws(PluginError) in
                try context.update(UnsafeRawBufferPointer(piece))
            }
        }
        let inPieces = hex(try context.finish())
        let atOnce = hex(
            try bytes.withUnsafeBufferPointer { bytes throws(PluginError) in
                try library.digest(of: UnsafeRawBufferPointer(bytes), algorithm)
            })
        for answer in [inPieces, atOnce] where answer != digest {
            throw PluginError(
                .failed, "\(library.name) computes \(self.algorithm) of \"\(message)\" as \(answer), which is wrong",
                hint: "do not use this plugin; name another digest plugin in plugins.toml")
        }
    }
}

/// `bytes` in lower-case hexadecimal digits.
func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.reduce(into: "") { text, byte in text += (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}
