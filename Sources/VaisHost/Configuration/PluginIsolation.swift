internal import VaisModel

/// Where a plugin's code runs.
package enum PluginIsolation: String, Sendable {
    /// In this process.
    case none
    /// In a process of its own, so that its crash is an error and no outage.
    case process

    /// Reads the key `isolation` of a plugin of `kind`.
    init(_ text: String, for kind: PluginKind, _ origin: PluginChoice.Origin) throws(PluginError) {
        guard let isolation = PluginIsolation(rawValue: text) else {
            throw PluginError(
                .configuration, "\(origin): `isolation` must be \"none\" or \"process\", found \(quoted(text))",
                hint: "\"process\" runs the plugin in a process of its own; leave the key out for \"none\"")
        }
        guard isolation == .none || kind != .storage else {
            throw PluginError(
                .configuration,
                "\(origin): a storage plugin cannot have `isolation = \"process\"`: every row would cross between two processes, and a "
                    + "process that ends would leave commits of which nobody knows whether they were made",
                hint: "remove the key; a store that a database server keeps has its data in other processes already")
        }
        self = isolation
    }
}
