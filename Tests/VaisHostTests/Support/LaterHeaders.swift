import Foundation
import Testing

/// The headers of the next minor of the ABI: one field more, `from_a_later_version`, at the end of every struct that begins with `struct_size`.
///
/// - Returns: the folder to include from, within `folder`.
func laterHeaders(in folder: TestFolder) throws -> String {
    let headers = packageFolder + "/Sources/CVaisPlugin/include"
    try folder.write("include/vais.h", try String(contentsOfFile: headers + "/vais.h", encoding: .utf8))
    var grown = 0
    var renumbered = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: headers + "/vais") {
        let text = try String(contentsOfFile: headers + "/vais/" + name, encoding: .utf8)
        var lines: [Substring] = []
        var grows = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("    uint32_t struct_size;") { grows = true }
            if line.hasPrefix("} vais_") && grows {
                lines.append("    uint64_t from_a_later_version;")
                grows = false
                grown += 1
            }
            if line.hasPrefix("#define VAIS_ABI_MINOR ") || line.hasPrefix("#define VAIS_ABI_TEXT ") {
                renumbered += 1
                lines.append(
                    line.hasPrefix("#define VAIS_ABI_MINOR ")
                        ? "#define VAIS_ABI_MINOR 99u" : "#define VAIS_ABI_TEXT \"1.99\"")
            } else {
                lines.append(line)
            }
        }
        try folder.write("include/vais/" + name, lines.joined(separator: "\n"))
    }
    try #require(grown > 20 && renumbered == 2)
    return folder.path + "/include"
}
