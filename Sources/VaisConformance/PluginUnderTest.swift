internal import CVaisPlugin
internal import Glibc
package import VaisHost

/// A loaded storage plugin, with its tables as this host's headers know them.
package final class PluginUnderTest: @unchecked Sendable {
    package let path: String
    private let loaded: LoadedPlugin
    let note: PluginNote
    let storage: vais_storage
    let blobs: vais_storage_blob?
    let search: vais_storage_search?
    private let configured: PluginChoice

    /// Checks and loads the file as a host would. Every store of the kit is opened with the settings of `choice`.
    package init(_ path: String, _ choice: PluginChoice? = nil) throws(PluginError) {
        let choice = choice ?? PluginChoice(.storage, plugin: path, origin: .file(path, line: 0))
        let file = try PluginFile.checking(path, for: choice)
        self.path = file.path
        note = file.note
        configured = choice
        loaded = try LoadedPlugin(file, kind: .storage)
        storage = try loaded.requiredTable(vais_storage.self).pointee
        blobs = try loaded.table(vais_storage_blob.self)?.pointee
        search = try loaded.table(vais_storage_search.self)?.pointee
    }

    /// How many threads the kit uses at once: one where the plugin allows no more.
    var mostThreads: Int { loaded.threadModel == .one ? 1 : 4 }

    func settings(_ folder: String) throws -> [Setting] { try loaded.settings(from: configured) }
}
