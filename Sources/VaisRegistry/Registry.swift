package import VaisHost
package import VaisModel
internal import VaisProtocol

/// The registry's rules, on records: accounts, tokens, publishing, yanking, owners, reading, search. It knows neither HTTP nor the
/// kind of store. Refusals are `Problem`s; safe to use from any task.
package final class Registry: Sendable {
    let storage: Storage
    let shapes: RegistryShapes
    package let digester: any Digester
    let passwords: any PasswordHasher
    /// The hash of a password nobody has, with the parameters of every other: what a login for an unknown user is compared with.
    let nobodysPassword: String
    let log: EventLog
    let attempts = LoginAttempts()
    let downloads: DownloadCounter
    package let settings: RegistrySettings

    var records: any RecordStore { storage.records }

    package init(
        storage: Storage, shapes: RegistryShapes, digester: any Digester, passwords: any PasswordHasher,
        settings: RegistrySettings = RegistrySettings()
    ) async throws {
        // Before anything is written.
        try await DataFormat.checkReadable(storage.records, shapes)
        self.storage = storage
        self.shapes = shapes
        self.digester = digester
        self.passwords = passwords
        self.settings = settings
        nobodysPassword = try await passwords.hash(Array(Secrets.token().utf8))
        log = try await EventLog(storage.records, shapes)
        downloads = DownloadCounter(storage.records, shapes)
        try await DataFormat.bringUpToDate(storage.records, shapes)
    }

    /// Name and version of what stores the data.
    package var backend: String { storage.backend }

    /// What a change survives once it was acknowledged, and what an operator should know of that.
    package var durability: Durability { storage.durability }
    package var durabilityWarning: String? { storage.durabilityWarning }

    /// The serial of the last change this node knows of.
    package var serial: UInt64 { log.serial }

    /// Rises with every change of a package: what was read after a number was, is right as long as the number is the same.
    package var packageChanges: UInt64 { log.packageChanges }

    /// Calls `observer` after every change of a package, before the change is acknowledged to whoever made it. It must be quick.
    package func observe(_ observer: @escaping @Sendable (PackageName) -> Void) { log.observe(observer) }

    /// Whether store and objects answer.
    package func checkHealth() async throws {
        try await storing { () throws(StorageError) in
            try await records.health()
            _ = try await storage.blobs.list(after: nil, limit: 1)
        }
    }

    /// Writes what is still only counted, then closes the store. Nothing may follow. Gives the number of downloads that are lost, because
    /// the store did not take them.
    @discardableResult
    package func close() async -> Int64 {
        var lost = await downloads.flush()
        for pause in [100, 300, 900] where lost > 0 {
            try? await Task.sleep(for: .milliseconds(pause))
            lost = await downloads.flush()
        }
        await storage.close()
        return lost
    }
}

/// What an operator may choose.
package struct RegistrySettings: Sendable {
    /// The largest archive accepted, in bytes.
    package var uploadBytes: UInt64 = ProtocolLimits.uploadBytes
    /// Days after which a token made by logging in expires.
    package var tokenDays: UInt32 = 365
    /// Whether anybody may create an account.
    package var openRegistration = false
    /// So many matches of a search are put into another order than the one in which the store finds them.
    package var sortedMatches = 10_000

    package init() {}
}

/// Runs store calls and turns their failures into what a client may see. The store's own words are for the log only.
@discardableResult
func storing<T>(_ body: () async throws(StorageError) -> T) async throws(Problem) -> T {
    do throws(StorageError) {
        return try await body()
    } catch {
        throw Problem(error)
    }
}

extension Problem {
    init(_ error: StorageError) {
        switch error.code {
        case .noSpace: self.init(.storageFull, "The registry has no space left", hint: "the operator has to free some")
        case .limit: self.init(.badRequest, "The request exceeds a limit of the registry's store")
        case .busy, .timeout: self.init(.overloaded, "The registry is busy", retryAfter: 1)
        case .unavailable, .ambiguous: self.init(.unavailable, "The registry's store cannot be reached", retryAfter: 2)
        default: self = .internalError
        }
        cause = error.message
    }
}
