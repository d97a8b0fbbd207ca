import SeededRandom
import Testing
import VaisModel

@Suite("Editing any manifest") struct ManifestEditorPropertyTests {
    private static let seed: UInt64 = 20_261_124
    private static let names = ["alpha", "beta", "gamma", "delta", "m-m", "zeta"]

    /// A manifest in a random mixture of styles.
    private func manifest(_ random: inout SeededGenerator) -> String {
        let newline = random.chance(25) ? "\r\n" : "\n"
        var blocks: [[String]] = []
        if random.chance(70) {
            blocks.append(["[package] # the package", "name = \"demo\"", "  version=\"1.0.0\""])
        }
        for title in ["dependencies", random.pick(["dev-dependencies", "dev_dependencies"])] where random.chance(75) {
            let equals = random.pick(["=", " = ", "  =  "])
            var lines = random.chance(80) ? ["[\(title)]" + random.pick(["", "   # keep"])] : []
            var subtables: [[String]] = []
            for name in Self.names.shuffled(using: &random).prefix(Int.random(in: 0...4, using: &random)) {
                if random.chance(20) { lines.append(random.pick(["", "# about \(name)", "   "])) }
                let place = lines.first?.hasPrefix("[") == true ? Int.random(in: 0..<5, using: &random) : 4
                switch place {
                case 0: lines.append("\(name)\(equals)\"1.0\"" + random.pick(["", " # why"]))
                case 1: lines.append("\(name)\(equals){ version = \"1\", features = [\"x\", \"y\"] }")
                case 2: lines.append("\(name)\(equals)'^1'")
                case 3: lines += ["\(name).version\(equals)\"1\"", "\(name).optional\(equals)true"]
                default:
                    subtables.append([
                        "[\(title).\(name)]", "version = \"1\"", "# inside", "features = [", "  \"x\",", "]",
                    ])
                }
            }
            blocks.append(lines)
            blocks += subtables
        }
        blocks.append(["[build]", "script = '''", "[dependencies]", "not-a-dependency = 1", "'''"])
        if random.chance(30) { blocks.shuffle(using: &random) }
        let separator = random.chance(70) ? [""] : []
        var text = blocks.filter { !$0.isEmpty }.joined(separator: separator).joined(separator: newline)
        if random.chance(80) { text += newline }
        return text
    }

    /// Lines by bytes, each with its line end; the last may have none.
    private func lines(_ text: String) -> [[UInt8]] {
        var result: [[UInt8]] = [[]]
        for byte in text.utf8 {
            result[result.count - 1].append(byte)
            if byte == UInt8(ascii: "\n") { result.append([]) }
        }
        return result
    }

    // Not `hasSuffix`, to which CRLF is a character of its own.
    private func endsInNewline(_ text: String) -> Bool { text.utf8.last == UInt8(ascii: "\n") }

    /// Whether `short` is `long` with some lines left out.
    private func isPart(_ short: [[UInt8]], of long: [[UInt8]]) -> Bool {
        var rest = short[...]
        for line in long where line == rest.first { rest = rest.dropFirst() }
        return rest.isEmpty
    }

    @Test("adding changes the one dependency, and every other line stays byte for byte")
    func adding() throws {
        var random = SeededGenerator(seed: Self.seed)
        for round in 0..<300 {
            let text = manifest(&random)
            let before = try Manifest(text)
            let name = try PackageName(parsing: random.pick(Self.names + ["new-one", "a0", "zz"]))
            let dev = random.chance(40)
            var editor = ManifestEditor(text: text)
            try editor.add(name, requirement: "~9.8.7", dev: dev)
            let context: Comment = "seed \(Self.seed), round \(round):\n\(text)\n-> \(editor.text)"

            let kind: DependencyKind = dev ? .dev : .normal
            let after = try Manifest(editor.text)
            let isOther = { (dependency: Dependency) in dependency.name != name || dependency.kind != kind }
            #expect(after.dependencies.filter(isOther) == before.dependencies.filter(isOther), context)
            let changed = after.dependencies.filter { !isOther($0) }
            var expected =
                before.dependencies.first { !isOther($0) }
                ?? Dependency(name: name, requirement: .any, kind: kind)
            expected.requirement = try Requirement(parsing: "~9.8.7")
            #expect(changed == [expected], context)
            #expect((after.name, after.version) == (before.name, before.version))

            let isNew = !before.dependencies.contains { !isOther($0) }
            // An end that had no line end is given one.
            let end = endsInNewline(text) ? "" : text.utf8.contains(0x0D) ? "\r\n" : "\n"
            let (old, new) = (lines(text + end), lines(editor.text + (endsInNewline(editor.text) ? "" : end)))
            if isNew {
                #expect(isPart(old, of: new) && new.count - old.count <= 3, context)
            } else {
                // One line was changed, and it is the one that had the version.
                let differences = zip(lines(text), lines(editor.text)).filter { $0 != $1 }
                #expect(lines(text).count == lines(editor.text).count && differences.count == 1, context)
            }
        }
    }

    @Test("removing takes the one dependency, and every other line stays byte for byte")
    func removing() throws {
        var random = SeededGenerator(seed: Self.seed &+ 1)
        var removed = 0
        for round in 0..<300 {
            let text = manifest(&random)
            let before = try Manifest(text)
            let name = try PackageName(parsing: random.pick(Self.names))
            let kind: DependencyKind = random.chance(40) ? .dev : .normal
            var editor = ManifestEditor(text: text)
            let wasThere = try editor.remove(name, dev: kind == .dev)
            let context: Comment = "seed \(Self.seed &+ 1), round \(round):\n\(text)\n-> \(editor.text)"

            let isOther = { (dependency: Dependency) in dependency.name != name || dependency.kind != kind }
            let after = try Manifest(editor.text)
            #expect(after.dependencies == before.dependencies.filter(isOther), context)
            #expect(wasThere == (after.dependencies.count < before.dependencies.count), context)
            if !wasThere { #expect(editor.text == text, context) }
            #expect(isPart(lines(editor.text), of: lines(text) + [[]]), context)
            if wasThere { removed += 1 }
        }
        #expect(removed > 50)
    }

    @Test("adding and then removing gives the text back, but for a table that had to be made")
    func roundTrip() throws {
        var random = SeededGenerator(seed: Self.seed &+ 2)
        for round in 0..<300 {
            let text = manifest(&random)
            guard text.contains("[dependencies]") && endsInNewline(text) else { continue }
            guard try TOML.parse(Array(text.utf8)).statements.contains(where: { $0.path == ["dependencies"] }) else {
                continue
            }
            var editor = ManifestEditor(text: text)
            let name = try PackageName(parsing: "new-one")
            try editor.add(name, requirement: "1", dev: false)
            #expect(try editor.remove(name, dev: false))
            #expect(editor.text == text, "seed \(Self.seed &+ 2), round \(round)")
        }
    }
}
