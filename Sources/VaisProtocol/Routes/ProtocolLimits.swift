/// How much either side sends and accepts. A server may lower its own; both are sized so that an honest peer never meets them.
package enum ProtocolLimits {
    /// The largest archive a server takes unless `VAIS_REGISTRY_MAX_UPLOAD` says otherwise, in bytes.
    package static let uploadBytes: UInt64 = 52_428_800
    /// The largest `metadata` field of a publish.
    package static let metadataBytes = 1 << 20
    /// The largest JSON body of any other request.
    package static let requestBytes = 64 << 10
    /// The largest index of one package that a client reads: 200,000 releases of ordinary size.
    package static let indexBytes = 64 << 20
    /// The largest original index, all packages in one array, that a client reads.
    package static let fullIndexBytes = 512 << 20
    /// The largest JSON answer that a client reads otherwise.
    package static let answerBytes = 16 << 20
    /// Entries of a list when the request names no limit.
    package static let pageSize = 20
    /// The most entries of a list whatever the request says.
    package static let maximumPageSize = 100
    /// Names in one answer of the change feed.
    package static let changesPageSize = 1000
    /// The longest search text, in bytes.
    package static let queryBytes = 256
    package static let usernameBytes = 64
    /// A longer password would only buy the attacker hashing time.
    package static let passwordBytes = 1024
    package static let tokenBytes = 128
    /// Header names and values together, on any request.
    package static let headerBytes = 32 << 10
}
