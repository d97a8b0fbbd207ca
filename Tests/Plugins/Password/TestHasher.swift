import CVaisPlugin

/// A hasher of the plugin, opened and closed.
final class TestHasher {
    /// 0, 1, … 15.
    static let salt: [UInt8] = Array(0..<16)

    private let table: vais_password
    private var hasher: OpaquePointer?

    init(_ settings: [String: Int64] = [:]) throws {
        table = try PluginFile("password-argon2").table(VAIS_PASSWORD_1, as: vais_password.self)
        let call = TestCall()
        let list = SettingList(settings)
        let status = list.withPointer { pointer, count in
            var options = vais_password_options(
                struct_size: UInt32(MemoryLayout<vais_password_options>.size), setting_count: count, settings: pointer)
            return table.open(&options, call.pointer, &hasher)
        }
        guard status == VAIS_OK else { throw PluginProblem(call.message) }
    }

    deinit { if hasher != nil { table.close(hasher) } }

    var cost: (memory: UInt64, threads: UInt32) {
        var memory: UInt64 = 0
        var threads: UInt32 = 0
        table.cost(hasher, &memory, &threads)
        return (memory, threads)
    }

    func hash(_ secret: String, salt: [UInt8]) throws -> String {
        var out = [CChar](repeating: 0, count: 256)
        var size: UInt64 = 0
        let call = TestCall()
        guard rawHash(secret, salt, &out, 256, &size, call) == VAIS_OK else { throw PluginProblem(call.message) }
        return String(decoding: out[..<Int(size)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func rawHash(
        _ secret: String, _ salt: [UInt8], _ out: inout [CChar], _ capacity: UInt64, _ size: inout UInt64,
        _ call: TestCall
    ) -> vais_status {
        borrowing(secret) { secret in
            borrowing(salt) { salt in table.hash(hasher, secret, salt, &out, capacity, &size, call.pointer) }
        }
    }

    func verify(_ phc: String, _ secret: String, _ call: TestCall = TestCall()) -> vais_status {
        borrowing(phc) { phc in borrowing(secret) { table.verify(hasher, phc, $0, call.pointer) } }
    }

    func needsRehash(_ phc: String) -> Bool { borrowing(phc) { table.needs_rehash(hasher, $0) != 0 } }
}
