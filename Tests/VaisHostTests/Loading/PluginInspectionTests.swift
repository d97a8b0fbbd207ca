import Foundation
import SeededRandom
import Testing

@testable import VaisHost

@Suite("Looking at a plugin's file") struct PluginInspectionTests {
    let folder: TestFolder
    let sample: SamplePlugin

    init() throws {
        folder = try TestFolder()
        sample = SamplePlugin(folder: folder)
    }

    @Test("tells its note, exports, libraries and digest")
    func good() throws {
        let inspection = try PluginInspection(try sample.build())
        #expect(inspection.refusal == nil)
        #expect(inspection.note?.id == "org.example.sample")
        #expect(inspection.exports == ["vais_plugin_entry"] && inspection.strayExports == [])
        #expect(inspection.needed.allSatisfy { $0.hasPrefix("libc.so") })
        #expect(inspection.sha256.utf8.count == 64)
    }

    @Test("works on a file that would be refused, and says why it would be")
    func untrusted() throws {
        let file = try sample.build()
        chmod(file, 0o777)
        let inspection = try PluginInspection(file)
        #expect(inspection.note != nil && inspection.exports == ["vais_plugin_entry"])
        #expect(inspection.refusal?.code == .untrusted)
        let text = folder.path + "/libtext.so"
        try Data("hello".utf8).write(to: URL(fileURLWithPath: text))
        chmod(text, 0o644)
        #expect(try PluginInspection(text).refusal?.code == .incompatible)
        #expect(throws: PluginError.self) { try PluginInspection(folder.path) }
        #expect(throws: PluginError.self) { try PluginInspection(folder.path + "/none") }
    }

    @Test("agrees with nm about every library of up to 4 MiB that this program has loaded")
    func systemLibraries() throws {
        var checked = 0
        for path in try loadedLibraries() {
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            guard data.count < 4 << 20 else { continue }
            let source = ArraySource(array: Array(data))
            let image = try ELFImage(reading: source)
            let ours = try #require(image.exports(source), "\(path)")
            #expect(Set(ours) == (try namesByNM(path)), "\(path)")
            checked += 1
        }
        #expect(checked >= 3)
    }

    @Test("ends in an answer for a damaged file, whatever the damage")
    func damaged() throws {
        let good = Array(try Data(contentsOf: URL(fileURLWithPath: try sample.build())))
        var random = SeededGenerator(seed: 20_261_125)
        for _ in 0..<3000 {
            var bytes = good
            // Most of a small library is code; its tables stand near the beginning.
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<min(bytes.count, 4096), using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            let source = ArraySource(array: bytes)
            if let image = try? ELFImage(reading: source), let exports = image.exports(source) {
                #expect(exports.count < bytes.count)
            }
        }
    }

    @Test("looks at no more of a name than it shows, however long the name is")
    func endlessNames() throws {
        var image = [UInt8](repeating: 0, count: 176)
        func put(_ value: UInt64, _ size: Int, at offset: Int) {
            for byte in 0..<size { image[offset + byte] = UInt8(truncatingIfNeeded: value >> UInt64(8 * byte)) }
        }
        image.replaceSubrange(0..<7, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1])
        let real = try Data(contentsOf: URL(fileURLWithPath: try sample.build()))
        image.replaceSubrange(16..<20, with: real[16..<20])
        put(64, 8, at: 32)
        put(56, 2, at: 54)
        put(2, 2, at: 56)
        // The dynamic section: 200 libraries whose names all begin at the start of a table without a zero byte.
        var dynamic: [UInt64] = []
        for _ in 0..<200 { dynamic += [1, 0] }
        let strings = 4 << 20
        let tableStart = image.count + (dynamic.count + 6) * 8
        dynamic += [5, UInt64(tableStart), 10, UInt64(strings), 0, 0]
        let total = tableStart + strings
        for (index, type) in [UInt64(1), 2].enumerated() {
            let header = 64 + 56 * index
            put(type, 4, at: header)
            put(index == 0 ? 0 : 176, 8, at: header + 8)
            put(index == 0 ? 0 : 176, 8, at: header + 16)
            put(index == 0 ? UInt64(total) : UInt64(dynamic.count * 8), 8, at: header + 32)
        }
        image += dynamic.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        image += [UInt8](repeating: 0x61, count: strings)
        let needed = try ELFImage(reading: ArraySource(array: image)).needed
        #expect(needed == Array(repeating: String(repeating: "a", count: 255), count: 200))
    }

    private func loadedLibraries() throws -> [String] {
        // In pieces to its end: the file gives a page at a time, and has no size.
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/self/maps"))
        var bytes = Data()
        while case let piece = file.readData(ofLength: 4096), !piece.isEmpty { bytes += piece }
        let maps = String(decoding: bytes, as: UTF8.self)
        let paths = maps.split(separator: "\n").compactMap { $0.split(separator: " ").last.map(String.init) }
        // Those that other tests have built are gone when these tests end.
        return Set(paths.filter { $0.hasPrefix("/") && $0.contains(".so") && !$0.contains("/vais-host-test-") })
            .sorted()
    }

    /// Names that `nm` calls defined and dynamic, without their versions.
    private func namesByNM(_ path: String) throws -> Set<String> {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/nm")
        process.arguments = ["-D", "--defined-only", "--extern-only", "--without-symbol-versions", path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
        // An inspection cuts names of this length.
        return Set(lines.compactMap { $0.split(separator: " ").last.map { String($0.prefix(255)) } })
    }
}
