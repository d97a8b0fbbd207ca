internal import CVaisPlugin
internal import Glibc

/// Puts a storage backend together from the interfaces its plugin has and the host's own where it has none.
struct StorageOpening: Sendable {
    private let plugin: LoadedPlugin
    private let settings: [Setting]
    private var shapes: ShapeSet
    private let tables: Tables
    /// What the host's own search reads, by the declaration's id; empty when the plugin searches.
    private var scans: [UInt32: ScanShape] = [:]

    /// Copies of the plugin's tables. Their functions may be called from any thread within the plugin's thread model: hence unchecked.
    private struct Tables: @unchecked Sendable {
        var storage: vais_storage
        var search: vais_storage_search?
        var blob: vais_storage_blob?
    }

    init(_ plugin: LoadedPlugin, _ settings: [Setting], _ shapes: ShapeSet) throws(PluginError) {
        self.plugin = plugin
        self.settings = settings
        self.shapes = shapes
        tables = Tables(
            storage: try plugin.requiredTable(vais_storage.self).pointee,
            search: try plugin.table(vais_storage_search.self)?.pointee,
            blob: try plugin.table(vais_storage_blob.self)?.pointee)
        guard tables.search == nil else { return }
        scans = PrefixSearch.declare(in: &self.shapes)
    }

    func open(dataFolder: String) async throws(StorageError) -> Storage {
        let threads = BlockingThreads(count: 4, name: "vais-blob")
        do throws(StorageError) {
            return try await blocking(threads) { () throws(StorageError) in try open(dataFolder, threads) }
        } catch {
            await shutDown(threads, plugin.gate)
            throw error
        }
    }

    /// Blocks.
    private func open(_ dataFolder: String, _ threads: BlockingThreads) throws(StorageError) -> Storage {
        let folder = try Self.prepared(dataFolder)
        let records = try PluginRecordStore.open(
            table: tables.storage, search: tables.search, settings: settings.map { ($0.key, $0.value) },
            dataFolder: folder, shapes: shapes, gate: plugin.gate)
        let blobs: any BlobStore
        if let table = tables.blob {
            blobs = PluginBlobStore(table, store: records.handle, gate: plugin.gate, threads: threads)
        } else {
            do throws(StorageError) { blobs = try FileBlobStore(dataFolder: folder, threads: threads) } catch {
                records.close()
                throw error
            }
        }
        let search: any SearchIndex = tables.search == nil ? PrefixSearch(records, scans: scans) : records
        return Storage(
            records: records, blobs: blobs, search: search, backend: plainText(records.backend),
            plugin: plugin.gate.plugin, durability: records.durability
        ) { [gate = plugin.gate] in await shutDown(threads, gate, records) }
    }

    /// The data folder's path, absolute and without symbolic links; the folder is created, for its owner alone, when it is missing.
    private static func prepared(_ dataFolder: String) throws(StorageError) -> String {
        if mkdir(dataFolder, 0o700) != 0 && errno != EEXIST {
            throw .system("cannot create the data folder \(plainText(dataFolder))")
        }
        guard let path = resolvedPath(dataFolder) else {
            throw .system("cannot use the data folder \(plainText(dataFolder))")
        }
        return path
    }
}

/// Ends `threads` after what they still have to do, then `records`. Both block, so they get a thread of their own. What is still under way
/// after the plugin's `Patience` is left behind.
private func shutDown(_ threads: BlockingThreads, _ gate: PluginGate, _ records: PluginRecordStore? = nil) async {
    let closing = BlockingThreads(count: 1, name: "vais-closing")
    let deadline = PluginCall.deadline(in: gate.patience.closing)
    _ = try? await closing.run {
        // A call under way uses the store.
        guard threads.shutdown(until: deadline) else { return gate.leftBehind("closing the object store") }
        records?.close(until: deadline)
    }
}
