import Testing
import VaisClient

@Suite("A registry's address")
struct RegistryAddressTests {
    @Test("keeps its origin apart from its path")
    func origin() throws {
        let address = try RegistryAddress(parsing: "https://Example.com:443/vais/")
        #expect(address.kind == .server(url: "https://example.com/vais", origin: "https://example.com"))
    }
}
