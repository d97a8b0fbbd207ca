import Foundation
import Testing

@Suite("The plugin ABI") struct AbiLayoutTests {
    static let headers = packageFolder + "/Sources/CVaisPlugin/include"

    @Test("keeps the size of every struct and the offset of every field")
    func layout() throws {
        let golden = try String(
            contentsOfFile: packageFolder + "/Tests/VaisHostTests/Golden/abi-layout.txt", encoding: .utf8)
        let lines = golden.split(separator: "\n")
        let prints = lines.map { line in
            let name = line.prefix { $0 != " " }
            let parts = name.split(separator: ".")
            let value = parts.count == 2 ? "offsetof(\(parts[0]), \(parts[1]))" : "sizeof(\(name))"
            return "printf(\"\(name) %zu\\n\", \(value));"
        }
        let folder = try TestFolder()
        let source = try folder.write(
            "layout.c",
            "#include <stdio.h>\n#include \"vais.h\"\nint main(void) {\n\(prints.joined(separator: "\n"))\nreturn 0;\n}\n"
        )
        try run(["gcc", "-I", Self.headers, "-o", folder.path + "/layout", source])
        #expect(try run([folder.path + "/layout"]) == golden)
    }

    @Test("is C99 and C++, each header by itself", arguments: ["c", "c++"])
    func languages(_ language: String) throws {
        let folder = try TestFolder()
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.headers + "/vais").sorted()
        #expect(names.count == 9)
        for name in names {
            let source = try folder.write("one.\(language == "c" ? "c" : "cc")", "#include \"vais/\(name)\"\n")
            try run(
                [
                    "gcc", "-x", language, language == "c" ? "-std=c99" : "-std=c++11", "-Wall", "-Wextra", "-pedantic",
                    "-Werror",
                    "-fsyntax-only", "-I", Self.headers, source,
                ])
        }
    }
}
