import Foundation
import Testing

@Suite("The plugin ABI") struct AbiLayoutTests {
    static let headers = packageFolder + "/Sources/CVaisPlugin/include"

    /// Every struct, field, type and constant of the headers, each in a line.
    static func layout() throws -> String {
        try run(["python3", "-B", packageFolder + "/scripts/check-abi", "--print", headers])
    }

    @Test("keeps the size of every struct, the offset and type of every field, and the value of every constant")
    func golden() throws {
        let file = packageFolder + "/Tests/VaisHostTests/Golden/abi-layout.txt"
        let layout = try Self.layout()
        if ProcessInfo.processInfo.environment["VAIS_GOLDEN_UPDATE"] != nil {
            try layout.write(toFile: file, atomically: true, encoding: .utf8)
        }
        #expect(try layout == String(contentsOfFile: file, encoding: .utf8))
    }

    @Test("is asserted by the compiler, struct by struct and field by field")
    func assertions() throws {
        let asserted = try String(contentsOfFile: packageFolder + "/Sources/CVaisPlugin/layout.c", encoding: .utf8)
        var count = 0
        for line in try Self.layout().split(separator: "\n") {
            let parts = line.split(separator: ": ", maxSplits: 1)
            guard parts.count == 2, let value = parts[1].split(separator: " ").dropFirst().first else { continue }
            let name = parts[0].split(separator: ".", maxSplits: 1)
            let assertion: String
            if parts[1].hasPrefix("at ") {
                assertion = "AT(\(name[0]), \(name[1]), \(value.dropLast()));"
            } else if parts[1].contains(" bytes") {
                assertion = "SIZE(\(name[0]), \(parts[1].prefix { $0 != " " }));"
            } else {
                continue
            }
            count += 1
            // The members of an unnamed union lie where the union does.
            let isMember = name.count == 2 && name[1].contains(".")
            #expect(isMember || asserted.contains(assertion), "layout.c lacks \(assertion)")
        }
        #expect(count > 200)
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
