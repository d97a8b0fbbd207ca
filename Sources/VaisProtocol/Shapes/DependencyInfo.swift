import VaisModel

/// A dependency as `PackageInfo` shows it: `{"name":"ansi","version_req":"^1.2","kind":"normal"}`; `features`, `optional` and
/// `target` only when they say something.
extension ReleaseDependency: JSONShape {
    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        self.init(
            name: try object.parsed("name", PackageName.init(parsing:)),
            requirement: try object.parsed("version_req", Requirement.init(parsing:)),
            kind: try object.optional("kind", ReleaseDependency.kind) ?? .normal,
            features: try object.strings("features"),
            isOptional: try object.bool("optional", default: false),
            target: try object.optionalString("target"))
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", name.text)
            writer.member("version_req", requirement.text)
            writer.member("kind", kind.rawValue)
            writer.member("features", ifAny: features)
            if isOptional { writer.member("optional", true) }
            writer.member("target", ifPresent: target)
        }
    }

    private static func kind(_ json: JSONValue) throws(ProtocolError) -> Kind {
        guard let kind = Kind(rawValue: try json.string()) else {
            throw ProtocolError(.unexpected, "expected `normal`, `dev` or `build`")
        }
        return kind
    }
}
