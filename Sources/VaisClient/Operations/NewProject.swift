internal import Glibc
package import VaisModel

/// Makes a package's first files.
package enum NewProject {
    /// Writes a manifest for `name` into `folder`, and a source file unless there is a `src` folder. Never overwrites anything.
    package static func create(in folder: String, name: PackageName) throws(ClientError) {
        let manifest = folder + "/" + Manifest.fileName
        guard !Files.exists(manifest) else {
            throw ClientError(.input, "\(manifest) exists already", hint: "edit it, or choose another folder")
        }
        try Files.makeFolder(folder)
        let text = """
            [package]
            name = "\(name)"
            version = "0.1.0"

            [dependencies]

            """
        if !Files.exists(folder + "/src") {
            try Files.makeFolder(folder + "/src")
            try Files.write(
                Array("fn main() -> i64 {\n    puts(\"Hello from \(name)!\")\n    0\n}\n".utf8),
                to: folder + "/src/main.vais")
        }
        if !Files.exists(folder + "/.gitignore") {
            try Files.write(Array("/.vais\n/target\n".utf8), to: folder + "/.gitignore")
        }
        // Last, so that an interrupted run can be repeated.
        try Files.write(Array(text.utf8), to: manifest)
    }

    /// A name made of a folder's, where one can be.
    package static func name(for folder: String) throws(ClientError) -> PackageName {
        let last = Files.absolute(folder).split(separator: "/").last.map(String.init) ?? ""
        let folded = last.lowercased().replacing(" ", with: "-")
        do throws(ModelError) {
            return try PackageName(parsing: folded)
        } catch {
            throw ClientError(
                .input, "the folder's name gives no package name: \(error.message)", hint: "choose one with --name")
        }
    }
}
