import CPluginSupport
import CStorageSQLite
import CVaisPlugin

/// What the operator may set, checked by the host against the schema in `C/plugin.c` before it opens the store.
struct StoreSettings {
    /// Absolute, or relative to the host's data folder.
    var path = STORAGE_SQLITE_PATH
    /// Whether a commit survives power loss. Otherwise only the end of the process.
    var isFullySynchronous = true
    /// How long the write-ahead log may grow before it is moved into the database, in pages of 4 KiB.
    var checkpointPages = Int32(STORAGE_SQLITE_CHECKPOINT_PAGES)

    init(_ options: vais_storage_options) throws(Failure) {
        let settings = UnsafeBufferPointer(start: options.settings, count: Int(options.setting_count))
        for setting in settings where setting.value.type != VAIS_NULL {
            if setting.key.equals("path") {
                path = try Self.text(setting)
            } else if setting.key.equals("synchronous") {
                switch try Self.text(setting) {
                case "full": isFullySynchronous = true
                case "normal": isFullySynchronous = false
                default: throw Failure(VAIS_INVALID, "`synchronous` is \"full\" or \"normal\"")
                }
            } else if setting.key.equals("checkpoint_pages") {
                guard setting.value.type == VAIS_I64, (1...1_000_000).contains(setting.value.value.i64) else {
                    throw Failure(VAIS_INVALID, "`checkpoint_pages` is a number from 1 to 1000000")
                }
                checkpointPages = Int32(setting.value.value.i64)
            } else {
                throw Failure(VAIS_INVALID, "there is no setting `" + setting.key.text + "`")
            }
        }
        guard !path.isEmpty, !path.utf8.contains(0) else { throw Failure(VAIS_INVALID, "`path` names no file") }
        if path.utf8.first != UInt8(ascii: "/") {
            let folder = options.data_folder.text
            guard folder.utf8.first == UInt8(ascii: "/") else {
                throw Failure(VAIS_INVALID, "the data folder is not an absolute path")
            }
            path = folder + "/" + path
        }
    }

    private static func text(_ setting: vais_setting) throws(Failure) -> String {
        guard setting.value.type == VAIS_TEXT else {
            throw Failure(VAIS_INVALID, "`" + setting.key.text + "` is not text")
        }
        return vais_span(data: setting.value.value.data, size: UInt64(setting.value.size)).text
    }
}
