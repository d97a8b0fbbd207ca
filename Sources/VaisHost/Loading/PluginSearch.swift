internal import Glibc
internal import VaisModel

/// Finds the file of a plugin. A name `x` is the file `libx.so` in the first search folder that has one; the dynamic loader's own search,
/// which an environment variable can redirect, is never used.
enum PluginSearch {
    static func path(of choice: PluginChoice, in folders: [String]) throws(PluginError) -> String {
        if choice.plugin.utf8.first == UInt8(ascii: "/") { return choice.plugin }
        let file = "lib\(choice.plugin).so"
        for folder in folders {
            let path = folder + "/" + file
            var status = stat()
            if lstat(path, &status) == 0 { return path }
        }
        let nearest =
            Suggestion.nearest(to: choice.plugin, among: names(in: folders)).map { "did you mean `\($0)`? " } ?? ""
        throw PluginError(
            .notFound,
            "\(choice.origin): no \(choice.kind.rawValue) plugin `\(choice.plugin)`: there is no \(file) in "
                + (folders.isEmpty
                    ? "any folder, since `search` is empty" : folders.map { plainText($0) }.joined(separator: ", ")),
            hint: nearest + "install the plugin there, or add its folder to `search` in plugins.toml")
    }

    /// Names of the plugins in the folders, sorted, each once.
    static func names(in folders: [String]) -> [String] {
        Set(folders.flatMap(fileNames(in:)).compactMap(pluginName)).sorted()
    }

    /// `storage-sqlite` of `libstorage-sqlite.so`; nil for other files.
    static func pluginName(_ file: String) -> String? {
        guard file.hasPrefix("lib"), file.hasSuffix(".so"), file.utf8.count > 6 else { return nil }
        return String(file.dropFirst(3).dropLast(3))
    }
}
