import Testing

@testable import VaisProtocol

@Suite("Reading members") struct JSONAccessTests {
    /// A package list, as deep as real answers are.
    private struct Listing {
        let versions: [String]

        init(json: JSONValue) throws(ProtocolError) {
            versions = try json.object().list("packages") { (package: JSONValue) throws(ProtocolError) -> String in
                try package.object().string("version")
            }
        }
    }

    private func message(of text: String) -> String? {
        do {
            _ = try Listing(json: try JSONValue(parsing: Array(text.utf8)))
            return nil
        } catch { return "\(error)" }
    }

    @Test("an error names the path of the member")
    func paths() {
        #expect(
            message(of: #"{"packages":[{"version":"1"},{"version":7}]}"#)
                == "packages[1].version: expected a string, found a number")
        #expect(message(of: #"{"packages":[{}]}"#) == "packages[0].version: is missing")
        #expect(message(of: #"{"packages":{}}"#) == "packages: expected an array, found an object")
        #expect(message(of: "[]") == "expected an object, found an array")
    }

    @Test("missing and null are the same for what may be left out")
    func optionals() throws {
        for text in ["{}", #"{"a":null}"#] {
            let object = try JSONValue(parsing: Array(text.utf8)).object()
            #expect(try object.optionalString("a") == nil)
            #expect(try object.strings("a") == [])
            #expect(try object.bool("a", default: true))
            #expect(try object.optionalCount("a") == nil)
            #expect(throws: ProtocolError.self) { try object.string("a") }
        }
    }

    @Test("arrays in arrays have readable paths")
    func nestedPaths() {
        let error = ProtocolError(.unexpected, "is missing", path: "x").inside(index: 2).inside(index: 1).inside(
            key: "a")
        #expect(error.path == "a[1][2].x")
    }
}
