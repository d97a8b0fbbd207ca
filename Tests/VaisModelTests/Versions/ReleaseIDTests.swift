import Testing
import VaisModel

@Suite("Release ids") struct ReleaseIDTests {
    @Test("name@version is read and written")
    func reads() throws {
        let release = try ReleaseID(parsing: "left-pad@1.3.0-rc.1+b")
        #expect(release.name.text == "left-pad")
        #expect(release.version.description == "1.3.0-rc.1+b")
        #expect(release.description == "left-pad@1.3.0-rc.1+b")
    }

    @Test("the error is about the part that is wrong")
    func errors() {
        func code(_ text: String) -> ModelError.Code? {
            #expect(throws: ModelError.self) { try ReleaseID(parsing: text) }?.code
        }
        #expect(code("left-pad") == .release)
        #expect(code("Left@1.0.0") == .name)
        #expect(code("@1.0.0") == .name)
        #expect(code("left-pad@1.0") == .version)
        #expect(code("left-pad@") == .version)
        #expect(code("left@1.0.0@2") == .version)
    }

    @Test("they order by name, then version")
    func order() throws {
        let sorted = try ["a@2.0.0", "a@10.0.0", "b@1.0.0"].map { try ReleaseID(parsing: $0) }
        #expect(sorted.shuffled().sorted() == sorted)
    }
}
