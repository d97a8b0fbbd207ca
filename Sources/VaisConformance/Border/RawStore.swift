internal import CVaisPlugin
internal import VaisHost

/// An open store, by its C table. Calls answer what the plugin answered; nothing is retried or translated.
final class RawStore: @unchecked Sendable {
    let plugin: PluginUnderTest
    let folder: String
    private let table: vais_storage
    let handle: OpaquePointer
    // Schema and shapes as declared; plugins borrow them for the call only, but the kit has no reason to free them early.
    private let arena = Arena()
    private var isOpen = true

    init(_ plugin: PluginUnderTest, folder: String) throws {
        self.plugin = plugin
        self.folder = folder
        table = plugin.storage
        let arena = Arena()
        let settings = try plugin.settings(folder).map { setting in
            vais_setting(key: arena.span(setting.key), value: arena.cell(Datum(setting.value)))
        }
        var options = vais_storage_options()
        options.struct_size = size(of: vais_storage_options.self)
        options.setting_count = UInt32(settings.count)
        options.settings = arena.array(settings)
        options.data_folder = arena.span(folder)
        var opened: OpaquePointer?
        let table = table
        let answer = calling { table.open(&options, $0, &opened) }
        guard answer.isOK, let opened else { throw Refusal("open answered \(answer)") }
        handle = opened
    }

    deinit { close() }

    func close() {
        guard isOpen else { return }
        isOpen = false
        table.close(handle)
    }

    var capabilities: vais_storage_capabilities {
        var out = vais_storage_capabilities()
        out.struct_size = size(of: vais_storage_capabilities.self)
        table.capabilities(handle, &out)
        return out
    }

    func health(_ options: CallOptions = .plain) -> Answer { calling(options) { table.health(handle, $0) } }

    func apply(_ schema: Schema, _ options: CallOptions = .plain) -> Answer {
        calling(options) { table.schema_apply(handle, arena.schema(schema), $0) }
    }

    /// As `apply`, with the declaration as it stands in memory: for what Swift types cannot express.
    func apply(raw schema: UnsafePointer<vais_schema>?) -> Answer {
        calling { table.schema_apply(handle, schema, $0) }
    }

    func plan(_ schema: Schema, _ options: CallOptions = .plain) -> (answer: Answer, text: String) {
        var buffer = [CChar](repeating: 0, count: 64 << 10)
        var needed: UInt64 = 0
        let answer = calling(options) {
            table.schema_plan(handle, arena.schema(schema), &buffer, UInt64(buffer.count), &needed, $0)
        }
        let text = buffer.prefix(Int(clamping: needed)).map { UInt8(bitPattern: $0) }
        return (answer, String(decoding: text, as: UTF8.self))
    }

    func prepare(_ schema: Schema, _ book: ShapeBook, _ options: CallOptions = .plain) -> Answer {
        let shapes = arena.shapes(book)
        return calling(options) {
            table.prepare(handle, arena.schema(schema), shapes.first, shapes.stride, UInt32(book.shapes.count), $0)
        }
    }

    /// A session, or what the plugin answered instead.
    func session() throws -> RawSession {
        var opened: OpaquePointer?
        let answer = calling { table.session_open(handle, $0, &opened) }
        guard answer.isOK, let opened else { throw Refusal("session_open answered \(answer)") }
        return RawSession(table: table, handle: opened, store: self)
    }

    func refusedSession(_ options: CallOptions) -> Answer {
        var opened: OpaquePointer?
        let answer = calling(options) { table.session_open(handle, $0, &opened) }
        if answer.isOK, let opened { table.session_close(opened) }
        return answer
    }
}

/// A check cannot go on; the text says what the plugin answered.
struct Refusal: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

extension Datum {
    init(_ value: Value) {
        self =
            switch value {
            case .null: .null
            case .bool(let value): .bool(value)
            case .integer(let value): .integer(value)
            case .double(let value): .double(value)
            case .text(let value): .text(value)
            case .bytes(let value): .bytes(value)
            case .time(let value): .time(value)
            }
    }
}
