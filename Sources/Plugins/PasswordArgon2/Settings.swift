import CPasswordArgon2
import CPluginSupport
import CVaisPlugin

/// What a new hash costs, and what a stored one may cost at most.
struct Settings {
    var parameters = Parameters(
        memory: UInt32(PASSWORD_ARGON2_MEMORY_KIB), iterations: UInt32(PASSWORD_ARGON2_ITERATIONS),
        lanes: UInt32(PASSWORD_ARGON2_LANES))
    /// A stored hash that asks for more memory is refused before any is taken.
    var memoryLimit = UInt32(PASSWORD_ARGON2_MEMORY_LIMIT_KIB)
    static let mostLanes: UInt32 = 64

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
        integer("lanes", 1...mostLanes, &settings.parameters.lanes)
        integer("iterations", 1...1000, &settings.parameters.iterations)
        integer("memory_limit_kib", 64...4_194_304, &settings.memoryLimit)
        // Argon2 needs two blocks for each of the four slices of a lane (RFC 9106 section 3.1).
        let least = 8 * settings.parameters.lanes
        integer("memory_kib", least...max(least, settings.memoryLimit), &settings.parameters.memory)
        if let problem { return .failure(problem) }
        return .success(settings)
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
