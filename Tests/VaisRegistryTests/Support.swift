import RegistryTesting
import VaisModel
import VaisProtocol
import VaisRegistry

/// The code of the problem that `body` throws, or nil when it succeeds.
func code(_ body: () async throws -> Void) async -> String? {
    do {
        try await body()
        return nil
    } catch let problem as Problem {
        return problem.code
    } catch {
        return "\(error)"
    }
}

func name(_ text: String) throws -> PackageName { try PackageName(parsing: text) }
func version(_ text: String) throws -> Version { try Version(parsing: text) }
