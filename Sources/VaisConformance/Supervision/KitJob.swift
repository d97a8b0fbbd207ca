internal import VaisHost
internal import VaisProtocol

/// What a process of the kit is asked to do. Crosses as one argument, in JSON.
struct KitJob: Sendable {
    enum Task: String, Sendable {
        /// Runs checks, reporting events.
        case check
        /// Loads the plugin and tells what it says of itself.
        case probe
        /// Measures, reporting events.
        case measure
        /// One of the parties of a check, in a process of its own; see `Worker`.
        case work
    }

    var task: Task
    /// Absolute path of the plugin's file.
    var plugin: String
    var kind = PluginKind.storage
    var configuration: String?
    var seed: UInt64
    var level: Level
    /// Of `check`: the descriptions of the checks, in order.
    var checks: [String] = []
    /// Of `work`: the store's data folder; else where temporary folders go, which is gone after the run even when the process crashes.
    var folder = ""
    /// Of `work`: what to do, and how often or where to stop.
    var part = ""
    var count = 0
}

extension KitJob {
    var text: String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("task", task.rawValue)
            writer.member("plugin", plugin)
            writer.member("kind", kind.rawValue)
            writer.member("configuration", ifPresent: configuration)
            writer.member("seed", "\(seed)")
            writer.member("level", level.rawValue)
            writer.member("checks", checks)
            writer.member("part", part)
            writer.member("folder", folder)
            writer.member("count", count)
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    init?(_ text: String) {
        guard let value = try? JSONValue(parsing: Array(text.utf8)), case .object(let object) = value,
            let task = (try? object.string("task")).flatMap({ Task(rawValue: $0) }),
            let seed = (try? object.string("seed")).flatMap({ UInt64($0) }),
            let level = (try? object.string("level")).flatMap({ Level(rawValue: $0) }),
            let kind = (try? object.string("kind")).flatMap({ PluginKind(rawValue: $0) }),
            let plugin = try? object.string("plugin"), let checks = try? object.strings("checks"),
            let part = try? object.string("part"), let folder = try? object.string("folder"),
            let count = try? object.count("count")
        else { return nil }
        let configuration = (try? object.optionalString("configuration")) ?? nil
        self.init(
            task: task, plugin: plugin, kind: kind, configuration: configuration, seed: seed, level: level,
            checks: checks,
            folder: folder, part: part, count: Int(clamping: count))
    }
}
