internal import CVaisPlugin
internal import VaisHost

/// What a storage plugin may offer or not, and says whether it does.
package enum Capability: String, CaseIterable, Sendable {
    case durable
    case concurrentWriters = "concurrent writers"
    case severalHosts = "several hosts"
    case groupCommit = "group commit"
    case blobs, search

    /// VAIS_NONE, VAIS_EMULATE, VAIS_NATIVE in words.
    package enum Offer: String, Sendable {
        case none, emulated, native

        init(_ value: UInt32) {
            switch value {
            case VAIS_NONE: self = .none
            case VAIS_EMULATE: self = .emulated
            default: self = .native
            }
        }
    }
}

extension Check.Group {
    /// What every check of the group shows to work, unless the check says otherwise.
    var capability: Capability? {
        switch self {
        case .concurrency, .isolation: .concurrentWriters
        case .groupCommit: .groupCommit
        case .blobs: .blobs
        case .search: .search
        default: nil
        }
    }
}

/// What a plugin says of itself.
package struct PluginFacts: Sendable, Equatable {
    package var id = ""
    package var version = ""
    /// Name and version of what stores the data.
    package var backend = ""
    package var threads = ""
    package var offers: [Capability: Capability.Offer] = [:]
    /// In the order of the header; zero sessions are as many as the host likes.
    package var limits: [Limit] = []
    /// Names of hash functions, of a digest plugin.
    package var algorithms: [String] = []

    package struct Limit: Sendable, Equatable {
        package var name: String
        package var value: UInt64
    }
}

extension PluginFacts {
    init(_ plugin: PluginUnderTest) {
        id = plugin.note.id
        version = plugin.note.version
        threads = plugin.threads
        algorithms = (try? RawDigest(plugin))?.algorithms.map(\.name) ?? []
        if plugin.kind == .storage { ask(plugin) }
    }

    private mutating func ask(_ plugin: PluginUnderTest) {
        var out = vais_storage_capabilities()
        out.struct_size = size(of: vais_storage_capabilities.self)
        plugin.storage.capabilities(nil, &out)
        if let data = out.backend.data, out.backend.size <= 256 {
            backend = String(decoding: UnsafeBufferPointer(start: data, count: Int(out.backend.size)), as: UTF8.self)
        }
        offers = [
            .durable: .init(out.durable), .concurrentWriters: .init(out.concurrent_writers),
            .severalHosts: .init(out.several_hosts),
            .groupCommit: plugin.storage.commit_many == nil ? .none : .native,
            .blobs: plugin.blobs == nil ? .none : .native, .search: plugin.search == nil ? .none : .native,
        ]
        limits = [
            Limit(name: "sessions", value: UInt64(out.max_sessions)),
            Limit(name: "guards and operations of a batch", value: UInt64(out.max_batch_uses)),
            Limit(name: "bytes of a value", value: UInt64(out.max_value_bytes)),
            Limit(name: "bytes of a key", value: UInt64(out.max_key_bytes)),
        ]
    }
}
