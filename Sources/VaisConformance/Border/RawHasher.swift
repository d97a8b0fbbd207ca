internal import CVaisPlugin
internal import VaisHost

/// An open hasher of a password plugin, by the C table of "vais.password/1".
final class RawHasher: @unchecked Sendable {
    private let table: vais_password
    private let handle: OpaquePointer

    init(_ plugin: PluginUnderTest) throws {
        guard let table = plugin.password else { throw Inapplicable("vais.password/1 is not offered") }
        let arena = Arena()
        let settings = try plugin.settings("/").map { setting in
            vais_setting(key: arena.span(setting.key), value: arena.cell(Datum(setting.value)))
        }
        var options = vais_password_options()
        options.struct_size = size(of: vais_password_options.self)
        options.setting_count = UInt32(settings.count)
        options.settings = arena.array(settings)
        var opened: OpaquePointer?
        let answer = calling { table.open(&options, $0, &opened) }
        guard answer.isOK, let opened else { throw Refusal("open answered \(answer)") }
        self.table = table
        handle = opened
    }

    deinit { table.close(handle) }

    /// Bytes of memory and threads of one hash.
    var cost: (memory: UInt64, threads: UInt32) {
        var memory: UInt64 = 0
        var threads: UInt32 = 0
        table.cost(handle, &memory, &threads)
        return (memory, threads)
    }

    struct Hash {
        var answer: Answer
        /// What stands in the buffer, as far as it was offered.
        var text: [UInt8]
        /// Bytes of the whole text, as the plugin says.
        var size: UInt64
        /// Whether something was written behind what was offered.
        var overran: Bool
    }

    func hash(_ secret: [UInt8], salt: [UInt8], capacity: Int = 512, _ options: CallOptions = .plain) -> Hash {
        let mark = UInt8(0xA5)
        var buffer = [UInt8](repeating: mark, count: 1024)
        var size: UInt64 = 0
        let arena = Arena()
        let answer = buffer.withUnsafeMutableBytes { bytes in
            calling(options) {
                table.hash(
                    handle, arena.span(secret), arena.span(salt),
                    bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                    UInt64(capacity), &size, $0)
            }
        }
        return Hash(
            answer: answer, text: Array(buffer.prefix(min(capacity, Int(clamping: size)))), size: size,
            overran: buffer[capacity...].contains { $0 != mark })
    }

    /// The PHC string of a secret, or what the plugin answered instead.
    func phc(_ secret: [UInt8], salt: [UInt8] = Array("sixteen bytes of".utf8)) throws -> [UInt8] {
        let hash = hash(secret, salt: salt)
        guard hash.answer.isOK else { throw Refusal("hash of \(secret.count) bytes answered \(hash.answer)") }
        return hash.text
    }

    func verify(_ phc: [UInt8], _ secret: [UInt8], _ options: CallOptions = .plain) -> Answer {
        let arena = Arena()
        return calling(options) { table.verify(handle, arena.span(phc), arena.span(secret), $0) }
    }

    func needsRehash(_ phc: [UInt8]) -> Bool {
        let arena = Arena()
        return table.needs_rehash(handle, arena.span(phc)) != 0
    }
}
