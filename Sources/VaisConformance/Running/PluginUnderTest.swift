internal import CVaisPlugin
internal import VaisHost

/// A loaded plugin, with its tables as this host's headers know them.
final class PluginUnderTest: @unchecked Sendable {
    let path: String
    private let loaded: LoadedPlugin
    let note: PluginNote
    var kind: PluginKind { loaded.kind }
    /// Of a storage plugin; of others empty, and no check of theirs looks at it.
    let storage: vais_storage
    let blobs: vais_storage_blob?
    let search: vais_storage_search?
    let digest: vais_digest?
    let password: vais_password?
    /// The file its settings came from, for the other processes of a check.
    let configuration: String?
    private let configured: PluginChoice

    /// Checks and loads the file as a host would.
    ///
    /// - Parameter configuration: a file of settings, with which every store is opened; see `PluginChoice.init(settings:)`.
    init(_ path: String, kind: PluginKind = .storage, configuration: String? = nil) throws(PluginError) {
        let choice = try PluginChoice(kind, file: path, settings: configuration)
        self.configuration = configuration
        let file = try PluginFile.checking(path, for: choice)
        self.path = file.path
        note = file.note
        configured = choice
        loaded = try LoadedPlugin(file, kind: kind)
        storage = kind == .storage ? try loaded.requiredTable(vais_storage.self).pointee : vais_storage()
        digest = kind == .digest ? try loaded.requiredTable(vais_digest.self).pointee : nil
        password = kind == .password ? try loaded.requiredTable(vais_password.self).pointee : nil
        blobs = try loaded.table(vais_storage_blob.self)?.pointee
        search = try loaded.table(vais_storage_search.self)?.pointee
    }

    /// How many threads the kit uses at once: one where the plugin allows no more.
    var mostThreads: Int { loaded.threadModel == .one ? 1 : 4 }

    var threads: String { loaded.threadModel.words }

    /// The settings of a store in `folder`. `{store}` in a text stands for a name that no other store has, for backends whose data is not
    /// in a folder: `database = "kit_{store}"`.
    func settings(_ folder: String) throws -> [Setting] {
        var name: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in folder.utf8 { name = (name ^ UInt64(byte)) &* 0x100_0000_01B3 }  // FNV-1a
        return try loaded.settings(from: configured).map { setting in
            guard case .text(let text) = setting.value else { return setting }
            let parts = text.split(separator: "{store}", omittingEmptySubsequences: false)
            return Setting(setting.key, .text(parts.joined(separator: String(name, radix: 36))))
        }
    }
}
