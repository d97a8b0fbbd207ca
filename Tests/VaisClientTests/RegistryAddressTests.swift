import Testing
import VaisClient

@Suite("A registry's address") struct RegistryAddressTests {
    @Test("keeps its origin apart from its path, in one spelling")
    func origin() throws {
        let address = try RegistryAddress(parsing: "https://Example.com:443/vais/")
        #expect(address.kind == .server(url: "https://example.com/vais", origin: "https://example.com"))
        #expect(
            try RegistryAddress(parsing: "http://h:8080").kind == .server(url: "http://h:8080", origin: "http://h:8080")
        )
        #expect(try RegistryAddress(parsing: "file:///a%20b/").kind == .folder("/a b"))
    }

    @Test(
        "is refused as an argument when it is no URL of a registry",
        arguments: [
            "", "example.com", "ftp://h", "https://", "http://:80", "https://user@h", "https://h?x=1", "https://h#x",
            "file://relative", "file:///%zz", "https://h\nx", "https://h é",
        ])
    func refused(_ text: String) {
        let error = #expect(throws: ClientError.self) { try RegistryAddress(parsing: text) }
        #expect(error?.code == .usage && error?.hint != nil)
    }

    @Test("has a folder of its own in the cache, even where only the punctuation differs")
    func key() throws {
        let one = try RegistryAddress(parsing: "https://a.b/c")
        let other = try RegistryAddress(parsing: "https://a.b-c")
        #expect(one.key != other.key)
        #expect(!one.key.contains("/"))
    }
}
