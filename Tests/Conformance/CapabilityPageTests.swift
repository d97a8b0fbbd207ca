import Testing
import VaisConformance
import VaisHost

@Suite("docs/plugins/capabilities.md") struct CapabilityPageTests {
    private static let page = "/docs/plugins/capabilities.md"

    /// The cells of each row behind the first, by the first.
    private static func rows() throws -> [String: [String]] {
        var rows: [String: [String]] = [:]
        for line in try readFile(sourceRoot + page).split(separator: "\n") where line.hasPrefix("|") {
            let cells = line.split(separator: "|").map { trimmed($0) }
            rows[cells[0]] = Array(cells.dropFirst())
        }
        return rows
    }

    @Test("says of every storage plugin what it declares today: else run scripts/plugin-matrix --level full")
    func declarations() throws {
        let rows = try Self.rows()
        let names = PluginFiles.storage.filter { $0.utf8.first != UInt8(ascii: "/") }
        #expect(rows[""] == names)
        for (column, name) in names.enumerated() {
            let facts = try #require(try Kit.run(PluginFiles.path(name), []).facts)
            #expect(facts.offers.count == Capability.allCases.count && facts.limits.count == 4)
            for (capability, offer) in facts.offers {
                let words = offer == .none ? "-" : offer.rawValue
                #expect(rows[capability.rawValue]?[column] == words, "\(name): \(capability.rawValue)")
            }
            for limit in facts.limits {
                let words = limit.value == 0 ? "any number" : grouped(limit.value)
                #expect(rows["at most \(limit.name)"]?[column] == words, "\(name): \(limit.name)")
            }
            #expect(rows["threads"]?[column] == facts.threads, "\(name)")
            #expect(rows["backend of this run"]?[column].isEmpty == false)
        }
    }

    @Test("counts every check of the kit of today")
    func counts() throws {
        let rows = try Self.rows()
        let passed = try #require(rows["checks passed"]), other = try #require(rows["checks that do not apply"])
        #expect(try readFile(sourceRoot + Self.page).contains("Level of this run: full."))
        for (passed, other) in zip(passed, other) {
            #expect((Int(passed) ?? 0) + (Int(other) ?? 0) == Check.all(of: .storage, at: .full).count)
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    /// 65,536
    private func grouped(_ number: UInt64) -> String {
        var text = "", digits = 0
        for digit in "\(number)".reversed() {
            if digits > 0, digits % 3 == 0 { text.append(",") }
            text.append(digit)
            digits += 1
        }
        return String(text.reversed())
    }
}
