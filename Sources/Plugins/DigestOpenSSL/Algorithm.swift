import CDigestOpenSSL
import CVaisPlugin

/// Our names, and OpenSSL's for the same function.
private let names: InlineArray<4, (ours: StaticString, theirs: StaticString)> = [
    ("sha256", "SHA2-256"), ("sha512", "SHA2-512"), ("sha384", "SHA2-384"), ("blake2b512", "BLAKE2B-512"),
]

/// The algorithms this libcrypto has, fetched once: a fetch by name takes locks and compares strings, about as long
/// as hashing a short message. What the configured provider lacks (BLAKE2 under FIPS) is left out.
struct Algorithms {
    private let entries: UnsafeMutablePointer<vais_algorithm>
    private let count: Int

    init() {
        entries = .allocate(capacity: names.count)
        var count = 0
        if digest_openssl_start() == 1 {
            for index in names.indices {
                let (ours, theirs) = names[index]
                let fetched = theirs.withUTF8Buffer { EVP_MD_fetch(nil, $0.baseAddress, nil) }
                guard let fetched else { continue }
                let size = EVP_MD_get_size(fetched)
                (entries + count).initialize(
                    to: vais_algorithm(
                        struct_size: UInt32(MemoryLayout<vais_algorithm>.size),
                        digest_size: UInt32(size),
                        name: vais_span(ours),
                        handle: UnsafeRawPointer(fetched)))
                count += 1
            }
        }
        self.count = count
    }

    subscript(position: UInt32) -> UnsafePointer<vais_algorithm>? {
        position < count ? UnsafePointer(entries + Int(position)) : nil
    }
}

nonisolated(unsafe) let algorithms = Algorithms()

extension vais_span {
    /// Text of the program itself, valid as long as the plugin is loaded.
    fileprivate init(_ text: StaticString) {
        self.init(data: text.utf8Start, size: UInt64(text.utf8CodeUnitCount))
    }
}
