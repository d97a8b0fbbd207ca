internal import VaisModel

extension Project {
    /// The manifest as it is published: nil when that is the file itself. What a member takes from its workspace is stated in full, since
    /// the workspace is not published with it.
    func publishedManifest() throws(ClientError) -> [UInt8]? {
        do throws(ModelError) {
            let own = try Manifest(parsing: manifestText, file: manifestPath)
            guard own.dependencies.contains(where: \.isInherited) else { return nil }
            var editor = ManifestEditor(text: String(decoding: manifestText, as: UTF8.self), file: manifestPath)
            try editor.stateInherited(manifest.dependencies)
            return Array(editor.text.utf8)
        } catch {
            throw ClientError(error)
        }
    }

    /// The manifest with what it inherits from its workspace: the nearest manifest with a `[workspace]`, its own included.
    static func inherited(_ manifest: Manifest, in folder: String) throws(ClientError) -> Manifest {
        guard manifest.dependencies.contains(where: \.isInherited) else { return manifest }
        var current = folder
        while true {
            let path = current + "/" + Manifest.fileName
            let found: Manifest? = current == folder ? manifest : try read(path)
            if var workspace = found, workspace.workspaceMembers != nil {
                // A path is written from where the workspace is.
                for index in workspace.workspaceDependencies.indices {
                    guard let path = workspace.workspaceDependencies[index].path, path.utf8.first != UInt8(ascii: "/")
                    else { continue }
                    workspace.workspaceDependencies[index].path = current + "/" + path
                }
                do throws(ModelError) {
                    return try manifest.inheriting(from: workspace, file: folder + "/" + Manifest.fileName)
                } catch {
                    throw ClientError(error)
                }
            }
            let above = Files.parent(of: current)
            guard above != current else {
                throw ClientError(
                    .input,
                    "\(folder)/\(Manifest.fileName) takes dependencies from a workspace, and there is none above it",
                    hint: "add a manifest with [workspace], or state the versions here", reason: "workspace")
            }
            current = above
        }
    }

    private static func read(_ path: String) throws(ClientError) -> Manifest? {
        guard let bytes = try Files.read(path, limit: Manifest.maximumSize + 1) else { return nil }
        do throws(ModelError) {
            return try Manifest(parsing: bytes, file: path)
        } catch {
            throw ClientError(error)
        }
    }
}
