package import VaisProtocol

/// What a process of the kit reports, one line of JSON each.
enum KitEvent: Sendable {
    /// The plugin was loaded, and says this.
    case loaded(PluginFacts)
    /// The host's loader does not take the plugin.
    case refused(message: String, hint: String?)
    case began(String)
    case found(Finding)
    case ended(String, inapplicable: String?)
    case measured(Measurement)
    /// What the plugin says of itself, for people who ask.
    case described(PluginDescription)
    /// Nothing more will come; what is left is the process's own end.
    case done
}

extension KitEvent {
    /// With the newline.
    var line: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            switch self {
            case .loaded(let facts):
                writer.key("loaded")
                facts.write(to: &writer)
            case .refused(let message, let hint):
                writer.member("refused", message)
                writer.member("hint", ifPresent: hint)
            case .began(let check): writer.member("began", check)
            case .found(let finding):
                writer.key("found")
                finding.write(to: &writer)
            case .ended(let check, let reason):
                writer.member("ended", check)
                writer.member("inapplicable", ifPresent: reason)
            case .measured(let measurement):
                writer.key("measured")
                measurement.write(to: &writer)
            case .described(let description):
                writer.key("described")
                description.write(to: &writer)
            case .done: writer.member("done", true)
            }
        }
        writer.endLine()
        return writer.bytes
    }

    /// Nil for a line that no process of the kit writes.
    init?(_ line: [UInt8]) {
        guard let value = try? JSONValue(parsing: line), case .object(let object) = value else { return nil }
        let text = { (key: String) in (try? object.optionalString(key)) ?? nil }
        switch object.members.first?.key {
        case "loaded": self = .loaded(PluginFacts(object["loaded"]?.members))
        case "refused": self = .refused(message: text("refused") ?? "", hint: text("hint"))
        case "began": self = .began(text("began") ?? "")
        case "found": self = .found(Finding(object["found"]?.members))
        case "ended": self = .ended(text("ended") ?? "", inapplicable: text("inapplicable"))
        case "measured":
            guard let measurement = Measurement(object["measured"]?.members) else { return nil }
            self = .measured(measurement)
        case "described": self = .described(PluginDescription(object["described"]?.members))
        case "done": self = .done
        default: return nil
        }
    }
}

extension JSONValue {
    /// Those of an object.
    var members: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }
}

extension Finding {
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("check", check)
            writer.member("message", message)
            writer.member("expected", ifPresent: expected)
            writer.member("got", ifPresent: got)
            writer.member("steps", ifAny: steps)
        }
    }

    fileprivate init(_ object: JSONObject?) {
        let text = { (key: String) in (try? object?.optionalString(key)) ?? nil }
        self.init(
            check: text("check") ?? "", message: text("message") ?? "", expected: text("expected"), got: text("got"),
            steps: object?["steps"] == nil ? [] : (try? object?.strings("steps")) ?? [])
    }
}

extension PluginFacts {
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("version", version)
            if !backend.isEmpty { writer.member("backend", backend) }
            writer.member("threads", threads)
            writer.key("offers")
            writer.object { writer in
                for capability in Capability.allCases {
                    writer.member(capability.rawValue, ifPresent: offers[capability]?.rawValue)
                }
            }
            writer.key("limits")
            writer.object { writer in for limit in limits { writer.member(limit.name, limit.value) } }
            writer.member("algorithms", ifAny: algorithms)
        }
    }

    fileprivate init(_ object: JSONObject?) {
        self.init()
        let text = { (key: String) in (try? object?.string(key)) ?? "" }
        id = text("id")
        version = text("version")
        backend = text("backend")
        threads = text("threads")
        algorithms = object?["algorithms"] == nil ? [] : (try? object?.strings("algorithms")) ?? []
        for member in object?["offers"]?.members?.members ?? [] {
            guard let capability = Capability(rawValue: member.key), case .string(let offer) = member.value else {
                continue
            }
            offers[capability] = Capability.Offer(rawValue: offer)
        }
        for member in object?["limits"]?.members?.members ?? [] {
            if case .integer(let value) = member.value {
                limits.append(Limit(name: member.key, value: UInt64(clamping: value)))
            }
        }
    }
}
