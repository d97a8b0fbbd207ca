import CPluginSupport
import CVaisPlugin

/// What a new hash costs, and what a stored one may cost at most.
struct Settings {
    var parameters = Parameters(memory: 19456, iterations: 2, lanes: 1)
    /// A stored hash that asks for more memory is refused before any is taken.
    var memoryLimit: UInt32 = 262_144

    /// The settings as given, or a sentence about the first that is out of range.
    static func read(_ options: vais_password_options) -> Result<Settings, SettingsProblem> {
        var settings = Settings()
        var problem: SettingsProblem?
        func integer(_ key: StaticString, _ range: ClosedRange<UInt32>, _ value: inout UInt32) {
            guard let cell = key.withCString({ vais_find_setting(options.settings, options.setting_count, $0) })
            else { return }
            guard cell.pointee.type == VAIS_I64, let given = UInt32(exactly: cell.pointee.value.i64),
                range.contains(given)
            else {
                problem = problem ?? SettingsProblem(key: key, range: range)
                return
            }
            value = given
        }
        integer("lanes", 1...64, &settings.parameters.lanes)
        integer("iterations", 1...1000, &settings.parameters.iterations)
        integer("memory_limit_kib", 64...4_194_304, &settings.memoryLimit)
        // Argon2 needs two blocks for each of the four slices of a lane (RFC 9106 section 3.1).
        let least = 8 * settings.parameters.lanes
        integer("memory_kib", least...max(least, settings.memoryLimit), &settings.parameters.memory)
        if let problem { return .failure(problem) }
        return .success(settings)
    }

    static let schemaCount: UInt32 = 4

    /// Allocated once, by the descriptor.
    static func schema() -> UnsafePointer<vais_setting_schema> {
        let entries = UnsafeMutablePointer<vais_setting_schema>.allocate(capacity: Int(schemaCount))
        func describe(_ index: Int, _ key: StaticString, default value: UInt32, _ help: StaticString) {
            (entries + index).initialize(
                to: vais_setting_schema(
                    struct_size: UInt32(MemoryLayout<vais_setting_schema>.size),
                    type: VAIS_I64, flags: 0, reserved: 0, key: vais_span(key),
                    default_value: vais_cell(type: VAIS_I64, size: 0, value: .init(i64: Int64(value))),
                    help: vais_span(help)))
        }
        let defaults = Settings()
        describe(
            0, "memory_kib", default: defaults.parameters.memory,
            "Memory in KiB that one hash takes; the main cost for an attacker.")
        describe(
            1, "iterations", default: defaults.parameters.iterations,
            "Passes over the memory; more make a hash slower without taking more memory.")
        describe(
            2, "lanes", default: defaults.parameters.lanes,
            "Threads that share the work of one hash; 1 suits a server that checks many passwords at once.")
        describe(
            3, "memory_limit_kib", default: defaults.memoryLimit,
            "Refuse to check a stored hash that asks for more memory than this many KiB.")
        return UnsafePointer(entries)
    }
}

struct SettingsProblem: Error {
    let key: StaticString
    let range: ClosedRange<UInt32>
}

extension StaticString {
    /// Literals end in NUL.
    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        withUTF8Buffer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { chars in body(chars.baseAddress.unsafelyUnwrapped) }
        }
    }
}
