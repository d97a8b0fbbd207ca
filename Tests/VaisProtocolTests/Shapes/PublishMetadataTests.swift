import Testing

@testable import VaisProtocol

@Suite("Publish metadata") struct PublishMetadataTests {
    @Test("needs a name and a version, and takes nothing else for granted")
    func minimum() throws {
        let metadata = try PublishMetadata(#"{"name":"left-pad","version":"1.0.0"}"#)
        #expect(metadata == PublishMetadata(name: "left-pad", version: "1.0.0"))
        #expect(metadata.json == #"{"name":"left-pad","version":"1.0.0"}"#)
        #expect(throws: ProtocolError.self) { try PublishMetadata(#"{"name":"left-pad"}"#) }
        #expect(throws: ProtocolError.self) { try PublishMetadata(#"{"version":"1.0.0"}"#) }
    }

    @Test("what older clients send is ignored, and null is as good as nothing")
    func olderClients() throws {
        let metadata = try PublishMetadata(
            #"{"name":"a","version":"1.0.0","authors":["x"],"checksum":7,"license":null,"keywords":null}"#)
        #expect(metadata == PublishMetadata(name: "a", version: "1.0.0"))
    }

    @Test("a dependency is a requirement or a table; without a version it means any")
    func dependencies() throws {
        let metadata = try PublishMetadata(
            #"{"name":"a","version":"1.0.0","dependencies":{"b":"^1","c":{},"#
                + #""d":{"version":"~2","features":["x"],"optional":true,"target":"linux","path":"../d"}},"#
                + #""dev_dependencies":{"e":"*"}}"#)
        #expect(metadata.dependencies?.map(\.requirement) == ["^1", "*", "~2"])
        #expect(
            metadata.dependencies?.last
                == PublishMetadata.Dependency(
                    name: "d", version: "~2", features: ["x"], isOptional: true, target: "linux"))
        #expect(metadata.devDependencies?.map(\.name) == ["e"])
        #expect(try PublishMetadata(metadata.json).dependencies?.map(\.requirement) == ["^1", "*", "~2"])
    }

    @Test("an empty table of dependencies says that there are none, a missing one says nothing")
    func emptyOrMissing() throws {
        #expect(try PublishMetadata(#"{"name":"a","version":"1","dependencies":{}}"#).dependencies == [])
        #expect(try PublishMetadata(#"{"name":"a","version":"1"}"#).dependencies == nil)
    }

    @Test("an error names the dependency, with nothing in it that could move a cursor")
    func paths() throws {
        let error = try #require(throws: ProtocolError.self) {
            try PublishMetadata(#"{"name":"a","version":"1","dependencies":{"x\u001b[2J":{"optional":1}}}"#)
        }
        #expect(error.message == #"dependencies.`x\u{1b}[2J`.optional: expected a boolean, found a number"#)
    }
}
