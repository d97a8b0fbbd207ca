/// The keys of one object so far, compared as bytes. Small objects, nearly all of them, are searched without a table.
struct JSONKeySet {
    private static let smallest = 16
    private var table: Set<[UInt8]> = []

    /// Whether `key` is new. - Parameter members: the members before it.
    mutating func insert(_ key: String, _ members: [JSONObject.Member]) -> Bool {
        guard members.count >= Self.smallest else {
            return !members.contains { $0.key.utf8.elementsEqual(key.utf8) }
        }
        if table.isEmpty {
            for member in members { table.insert(Array(member.key.utf8)) }
        }
        return table.insert(Array(key.utf8)).inserted
    }
}
