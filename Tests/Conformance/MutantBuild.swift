import Glibc

/// Builds the in-memory plugin from its sources with one fault put in.
struct MutantBuild {
    private static let folder = sourceRoot + "/Sources/Plugins/StorageMemory"

    /// The plugin's own objects, compiled once for all mutants.
    private static let objects = Result { try compileAll() }
    /// A static is never released, so its folder goes when the process does.
    private nonisolated(unsafe) static var objectFolder: Scratch?

    /// The mutant as a shared object in `scratch`.
    static func build(_ mutation: Mutation?, in scratch: Scratch) throws -> String {
        if let wrapper = mutation?.wrapper {
            return try build(wrapping: wrapper, mutation?.replacement ?? "", in: scratch)
        }
        let objects = try objects.get()
        var parts = objects.files.map { objects.folder.path + "/" + $0 + ".o" }
        var map = sourceRoot + "/Sources/Plugins/plugin.map"
        if let mutation {
            let path = scratch.path + "/" + mutation.file
            let original = mutation.file == "plugin.map" ? map : folder + "/" + mutation.file
            try writeFile(path, mutated(try readFile(original), mutation))
            if mutation.file == "plugin.map" {
                map = path
            } else {
                try compile(path, to: path + ".o")
                parts = parts.map { $0.hasSuffix("/" + mutation.file + ".o") ? path + ".o" : $0 }
            }
        }
        let library = scratch.path + "/libstorage-mutant.so"
        try run(["clang", "-shared", "-o", library, "-Wl,--version-script=" + map, "-lpthread"] + parts)
        // The host refuses a plugin that others may write to, whatever the umask.
        chmod(library, 0o755)
        return library
    }

    /// A plugin that hands every call to one of this build, but for a fault of its own.
    private static func build(wrapping plugin: String, _ fault: String, in scratch: Scratch) throws -> String {
        let library = scratch.path + "/libstorage-wrapper.so"
        try run([
            "clang", "-shared", "-fPIC", "-std=gnu11", "-w", "-I" + sourceRoot + "/Sources/CVaisPlugin/include",
            "-DWRAPPED=\"" + (try PluginFiles.path(plugin)) + "\"", "-D" + fault,
            sourceRoot + "/Tests/Conformance/Wrapper/wrapper.c", "-o", library,
            "-Wl,--version-script=" + sourceRoot + "/Sources/Plugins/plugin.map",
        ])
        chmod(library, 0o755)
        return library
    }

    private static func mutated(_ source: String, _ mutation: Mutation) throws -> String {
        let parts = source.split(separator: mutation.original, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw TestProblem("`\(mutation.original)` stands \(parts.count - 1) times in \(mutation.file), not once")
        }
        let header = mutation.header.map { "#include <\($0)>\n" } ?? ""
        return header + parts.joined(separator: mutation.replacement)
    }

    private static func compileAll() throws -> (folder: Scratch, files: [String]) {
        let scratch = try Scratch()
        objectFolder = scratch
        atexit { MutantBuild.objectFolder?.remove() }
        let files = try fileNames(in: folder).filter { $0.hasSuffix(".c") }.sorted()
        for file in files { try compile(folder + "/" + file, to: scratch.path + "/" + file + ".o") }
        return (scratch, files)
    }

    private static func compile(_ source: String, to object: String) throws {
        try run([
            "clang", "-std=gnu11", "-w", "-fPIC", "-O1", "-I" + folder,
            "-I" + sourceRoot + "/Sources/CVaisPlugin/include",
            "-c", source, "-o", object,
        ])
    }
}

/// The repository, found from this file's own place in it.
let sourceRoot = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
