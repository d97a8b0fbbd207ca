import CPluginSupport
import CStorageSQLite
import CVaisPlugin

/// One open database: `vais_store` on the other side of the border.
final class Store {
    let settings: StoreSettings
    let writer: Writer
    /// Set by `prepare`, before any session uses it.
    private(set) var program: Program?
    private(set) var searches: [SearchIndex] = []
    private let lock: LockFile

    /// The lowest SQLite this plugin was made for.
    private static let minimumVersion: Int32 = 3_040_000
    /// "Vais", in the header of every database of ours.
    private static let applicationID = "1449224563"

    private init(_ settings: StoreSettings, _ lock: consuming LockFile, _ writer: Writer) {
        self.settings = settings
        self.lock = lock
        self.writer = writer
    }

    /// Embedded Swift 6.3 never frees the object of an initializer that throws, so all that may fail comes before there is one; in other
    /// classes, too.
    static func open(_ options: vais_storage_options, _ watch: CallWatch) throws(Failure) -> Store {
        guard sqlite3_libversion_number() >= minimumVersion, sqlite3_threadsafe() != 0 else {
            throw Failure(
                VAIS_UNSUPPORTED,
                "SQLite " + String(cString: sqlite3_libversion()) + " is older than 3.40, or built without threads")
        }
        var settings = try StoreSettings(options)
        settings.path = try prepareFile(settings.path)
        let lock = try LockFile(besides: settings.path)
        let writer = try Writer.open(settings)
        try writer.use(watch) { connection throws(Failure) in try claim(connection, settings.path) }
        return Store(settings, lock, writer)
    }

    deinit { writer.close() }

    /// Makes sure the file exists, for its owner alone (SQLite gives its companions the same mode), and answers its
    /// real path, so that two names of one database meet at one lock.
    private static func prepareFile(_ path: String) throws(Failure) -> String {
        let descriptor = vais_sqlite_open_private(path)
        guard descriptor >= 0 else {
            throw Failure(systemStatus(-descriptor), "cannot open " + path + ": " + systemMessage(-descriptor))
        }
        // Before SQLite opens it: closing any descriptor of a file drops the locks this process has on it.
        close(descriptor)
        let real = try resolve(path)
        let folder = real.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(real[..<$0]) } ?? ""
        let synced = (folder.isEmpty ? "/" : folder).withCString { vais_sqlite_sync_folder($0) }
        guard synced == 0 else {
            throw Failure(systemStatus(-synced), "cannot make " + real + " durable: " + systemMessage(-synced))
        }
        return real
    }

    private static func resolve(_ path: String) throws(Failure) -> String {
        var code: Int32 = 0
        guard let resolved = path.withCString({ vais_sqlite_resolve($0, &code) }) else {
            throw Failure(systemStatus(code), "cannot find " + path + ": " + systemMessage(code))
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Marks a new database as ours, and refuses one that belongs to another program.
    private static func claim(_ connection: Connection, _ path: String) throws(Failure) {
        if try connection.text("PRAGMA application_id") == applicationID { return }
        guard try connection.text("SELECT 1 FROM sqlite_schema LIMIT 1") == nil else {
            throw Failure(VAIS_INVALID, path + " is a database of another program")
        }
        try connection.execute("PRAGMA application_id = " + applicationID)
    }

    func health(_ watch: CallWatch) throws(Failure) {
        try writer.use(watch) { connection throws(Failure) in
            _ = try connection.text("SELECT 1 FROM sqlite_schema LIMIT 1")
        }
    }

    // MARK: Schema

    /// The SQL that would bring the database to the schema, a statement a line.
    func plan(_ declaration: Declaration, _ watch: CallWatch) throws(Failure) -> String {
        try writer.use(watch) { connection throws(Failure) in
            let migration = try Migration(from: try Catalog(reading: connection), to: declaration)
            return joined(migration.statements, "") { $0 + ";\n" }
        }
    }

    func apply(_ declaration: Declaration, _ watch: CallWatch) throws(Failure) {
        try writer.transaction(watch) { connection throws(Failure) in
            let migration = try Migration(from: try Catalog(reading: connection), to: declaration)
            for statement in migration.statements { try Self.change(connection, statement) }
            return !migration.statements.isEmpty
        }
    }

    func applySearches(_ declared: [SearchIndex], _ watch: CallWatch) throws(Failure) {
        guard program == nil else { throw Failure(VAIS_INVALID, "searches are declared before the shapes") }
        try writer.transaction(watch) { connection throws(Failure) in
            let catalog = try Catalog(reading: connection)
            var isChanged = false
            for search in declared {
                for statement in try search.changes(from: catalog) {
                    try Self.change(connection, statement)
                    isChanged = true
                }
            }
            return isChanged
        }
        searches = declared
    }

    private static func change(_ connection: Connection, _ statement: String) throws(Failure) {
        do throws(Failure) {
            try connection.execute(statement)
        } catch {
            var failure = error.during("cannot run " + statement)
            // Records that are there contradict a new unique index, or somebody removed what the catalogue still lists.
            if failure.status == VAIS_EXISTS || failure.vendorCode & 0xFF == SQLITE_ERROR {
                failure.status = VAIS_SCHEMA
            }
            throw failure
        }
    }

    /// Compiles every shape, and tries each on the database.
    func prepare(_ declaration: Declaration, _ shapes: [vais_shape], _ watch: CallWatch) throws(Failure) {
        guard program == nil else { throw Failure(VAIS_INVALID, "the shapes have been declared already") }
        let compiler = ShapeCompiler(declaration: declaration)
        var compiled: [CompiledShape] = []
        for (number, shape) in shapes.enumerated() {
            do throws(Failure) { compiled.append(try compiler.compile(shape)) } catch {
                throw error.at(VAIS_AT_SHAPE, number)
            }
        }
        try writer.use(watch) { connection throws(Failure) in
            for (number, shape) in compiled.enumerated() {
                do throws(Failure) {
                    sqlite3_finalize(try connection.compile(shape.sql))
                } catch {
                    var failure = error.at(VAIS_AT_SHAPE, number)
                    if failure.vendorCode & 0xFF == SQLITE_ERROR { failure.status = VAIS_SCHEMA }
                    throw failure
                }
            }
        }
        program = Program(compiled)
    }
}
