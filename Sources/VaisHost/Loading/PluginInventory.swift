internal import Glibc

/// Every plugin that is chosen or installed, without running any of their code: what `vais plugin list` shows.
package struct PluginInventory: Sendable {
    package enum State: Sendable, CustomStringConvertible {
        /// Chosen, and fit to be loaded.
        case ready
        /// Installed, not chosen.
        case available
        /// Chosen or installed, but it would be refused.
        case refused(PluginError)

        package var description: String {
            switch self {
            case .ready: "ready"
            case .available: "available"
            case .refused: "refused"
            }
        }
    }

    package enum Pin: String, Sendable { case none, matches, differs, missing }

    package struct Item: Sendable {
        /// What it is chosen for, or what its note says.
        package var kind: String
        /// As in plugins.toml.
        package var name: String
        /// From its note, when that could be read.
        package var id: String?
        package var version: String?
        package var license: String?
        package var interfaces: [String] = []
        package var path: String?
        package var sha256: String?
        package var pin = Pin.none
        package var isolation = PluginIsolation.none
        package var state: State
        /// Where the choice was made; nil when it is not chosen.
        package var origin: PluginChoice.Origin?
    }

    /// The plugins.toml in use.
    package var file: String
    package var search: [String]
    package var requirePins: Bool
    /// The chosen ones in the order of their kinds, then the rest by path.
    package var items: [Item] = []

    package init(_ configuration: PluginConfiguration) {
        file = configuration.file
        search = configuration.search
        requirePins = configuration.requirePins
        for kind in PluginKind.allCases {
            guard let choice = configuration.choices[kind] else { continue }
            items.append(Self.chosen(choice, configuration))
        }
        let taken = Set(items.compactMap(\.path))
        for folder in configuration.search {
            for file in fileNames(in: resolvedPath(folder) ?? folder) {
                guard let name = PluginSearch.pluginName(file), let folder = resolvedPath(folder) else { continue }
                let path = (folder == "/" ? "" : folder) + "/" + file
                if !taken.contains(path), let item = Self.installed(name, path) { items.append(item) }
            }
        }
    }

    private static func chosen(_ choice: PluginChoice, _ configuration: PluginConfiguration) -> Item {
        var item = Item(kind: choice.kind.rawValue, name: choice.plugin, state: .ready, origin: choice.origin)
        item.isolation = choice.isolation
        item.pin = choice.sha256 != nil ? .matches : configuration.requirePins ? .missing : .none
        do throws(PluginError) {
            let path = try PluginSearch.path(of: choice, in: configuration.search)
            item.path = resolvedPath(parent(of: path)).map { ($0 == "/" ? "" : $0) + "/" + fileName(of: path) } ?? path
            // Once without the pin, so that a refused plugin is still named.
            var unpinned = choice
            unpinned.sha256 = nil
            let file = try PluginFile.checking(path, for: unpinned, hashing: true)
            item.describe(file)
            if let pin = choice.sha256, pin != file.sha256 { item.pin = .differs }
            if item.pin == .differs || item.pin == .missing {
                _ = try PluginFile.checking(path, for: choice, requirePins: configuration.requirePins)
            }
        } catch { item.state = .refused(error) }
        return item
    }

    /// Nil for a shared library that is no Vais plugin.
    private static func installed(_ name: String, _ path: String) -> Item? {
        guard let note = PluginNote(ofFile: path) else { return nil }
        var item = Item(kind: note.kind, name: name, id: note.id, version: note.version, path: path, state: .available)
        guard let kind = PluginKind(rawValue: note.kind) else {
            item.state = .refused(
                PluginError(
                    .incompatible, "this host has no use for a plugin of kind \(note.kind)", hint: "upgrade vais"))
            return item
        }
        do throws(PluginError) {
            let choice = PluginChoice(kind, plugin: name, origin: .file(path, line: 0))
            item.describe(try PluginFile.checking(path, for: choice, hashing: true))
        } catch { item.state = .refused(error) }
        return item
    }
}

extension PluginInventory.Item {
    fileprivate mutating func describe(_ file: PluginFile) {
        id = file.note.id
        version = file.note.version
        license = file.note.license
        interfaces = file.note.interfaces
        path = file.path
        sha256 = file.sha256
    }
}

extension PluginNote {
    /// The note of the file at `path`, trusted or not; nil when it has none that can be read.
    package init?(ofFile path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
            return nil
        }
        let source = FileSource(descriptor: descriptor, size: UInt64(status.st_size))
        guard let image = try? ELFImage(reading: source), let bytes = image.note,
            let note = try? PluginNote(parsing: bytes)
        else { return nil }
        self = note
    }
}
