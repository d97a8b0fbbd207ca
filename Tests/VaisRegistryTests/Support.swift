import RegistryTesting
import VaisModel
import VaisProtocol
import VaisRegistry

/// Runs `body` with a registry on a store of its own, then closes both.
func withRegistry(
    _ store: StoreUnderTest, settings: RegistrySettings = TestRegistry.openSettings,
    _ body: (TestRegistry) async throws -> Void
) async throws {
    let registry = try await TestRegistry(store, settings: settings)
    do {
        try await body(registry)
    } catch {
        await registry.close()
        throw error
    }
    await registry.close()
}

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
