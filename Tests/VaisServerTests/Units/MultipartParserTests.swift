import Testing
import VaisProtocol

@testable import VaisServer

@Suite("MultipartParser") struct MultipartParserTests {
    /// The fields of a body that arrives in pieces of `size` bytes.
    private func parse(_ body: [UInt8], pieces size: Int, boundary: String = "b") throws -> [String: [UInt8]] {
        var parser = try #require(MultipartParser(boundary: boundary))
        var fields: [String: [UInt8]] = [:]
        var name = ""
        var rest = body[...]
        while !rest.isEmpty {
            parser.feed(rest.prefix(size))
            rest = rest.dropFirst(size)
            while let event = try parser.next() {
                switch event {
                case .part(let part):
                    name = part.name
                    fields[name] = []
                case .data(let bytes): fields[name]? += bytes
                case .endOfPart, .end: break
                }
            }
        }
        #expect(parser.isComplete)
        return fields
    }

    @Test("how the bytes arrive makes no difference", arguments: [1, 2, 3, 7, 64, 1000])
    func pieces(_ size: Int) throws {
        // Data full of what looks like the beginning of a delimiter.
        let data = Array("\r\n--\r\n-\r\r\n--a\r\n\r\n--".utf8)
        let body =
            Array("--b\r\nContent-Disposition: form-data; name=\"x\"; filename=\"f.bin\"\r\nX: y\r\n\r\n".utf8) + data
            + Array("\r\n--b \t\r\ncontent-disposition:form-data;name=y\r\n\r\n\r\n--b--\r\nepilogue --b".utf8)
        #expect(try parse(body, pieces: size) == ["x": data, "y": []])
    }

    @Test("a megabyte without line breaks passes through in pieces, not all at once")
    func memory() throws {
        var parser = try #require(MultipartParser(boundary: "b"))
        parser.feed(Array("--b\r\nContent-Disposition: form-data; name=x\r\n\r\n".utf8))
        _ = try parser.next()
        let piece = [UInt8](repeating: 120, count: 10_000)
        var seen = 0
        for _ in 0..<100 {
            parser.feed(piece)
            while case .data(let bytes)? = try parser.next() {
                #expect(bytes.count <= piece.count + 16)
                seen += bytes.count
            }
        }
        #expect(seen >= 990_000)
    }

    @Test(
        "what is no form is refused",
        arguments: [
            "--b\r\n\r\ndata\r\n--b--", "--b\r\nContent-Type: x\r\n\r\n\r\n--b--", "--bX\r\n",
            "--b\r\nContent-Disposition: attachment; name=x\r\n\r\n\r\n--b--",
            "--b\r\nContent-Disposition: form-data\r\n\r\n\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=x; name=y\r\n\r\n\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=\"x\r\n\r\n\r\n--b--",
            "--b\r\nContent-Disposition : form-data; name=x\r\n\r\n\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=x\r\n folded\r\n\r\n\r\n--b--",
            "--b\r\nContent-Disposition: form-data; name=x; filename=\"a/b\"\r\n\r\n\r\n--b--",
            String(repeating: "preamble", count: 1000), "--b" + String(repeating: " ", count: 100),
            "--b\r\n" + String(repeating: "X: y\r\n", count: 3000),
        ])
    func refused(_ body: String) throws {
        #expect(throws: Problem.self) { try parse(Array(body.utf8), pieces: 100) }
    }

    @Test(
        "boundaries have the grammar's length", arguments: ["", String(repeating: "b", count: 71), "b ", "ä", "a\u{1}"])
    func boundaries(_ boundary: String) {
        #expect(MultipartParser(boundary: boundary) == nil)
    }
}
