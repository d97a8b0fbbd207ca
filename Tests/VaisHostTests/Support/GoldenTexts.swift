import Foundation
import Testing

@testable import VaisHost

/// Error texts word for word, kept in a file of sections `== name`, so that a change is reviewed as a diff. A folder's path is written FOLDER, this
/// program's version VERSION.
/// With VAIS_GOLDEN_OUT=FILE in the environment, what the tests saw is appended to that file.
struct GoldenTexts: Sendable {
    private let sections: [String: String]

    init(_ name: String) {
        let text =
            (try? String(contentsOfFile: packageFolder + "/Tests/VaisHostTests/Golden/" + name, encoding: .utf8)) ?? ""
        var sections: [String: String] = [:]
        for part in ("\n" + text).components(separatedBy: "\n== ").dropFirst() {
            let lines = part.components(separatedBy: "\n")
            sections[lines[0]] = lines.dropFirst().joined(separator: "\n").trimmingCharacters(in: .newlines)
        }
        self.sections = sections
    }

    func expect(_ error: PluginError, is name: String, folder: TestFolder, _ replacements: [(String, String)] = []) {
        var text = "\(error.code): \(error.message)" + (error.hint.map { "\nhint: \($0)" } ?? "")
        for (value, placeholder) in [(folder.path, "FOLDER"), ("vais \(HostIdentity.version)", "vais VERSION")]
            + replacements
        {
            text = text.replacingOccurrences(of: value, with: placeholder)
        }
        if let path = ProcessInfo.processInfo.environment["VAIS_GOLDEN_OUT"], let file = fopen(path, "a") {
            fputs("== \(name)\n\(text)\n\n", file)
            fclose(file)
        }
        #expect(text == sections[name] ?? "(the golden file has no section \(name))")
    }
}
