/// Refuses keys that occur twice in an object whose keys are mostly single letters, without building a table.
struct LetterKeys {
    /// One bit for each of the 128 ASCII characters.
    private var low: UInt64 = 0
    private var high: UInt64 = 0
    /// Keys of another length; newer registries may write some.
    private var others: Set<[UInt8]> = []

    /// - Returns: the key when it is one ASCII character, else nil.
    @inline(__always)
    mutating func add(_ key: JSONText, of json: JSONReader) throws(ProtocolError) -> UInt8? {
        guard let letter = json.letter(key), letter < 128 else {
            let text = json.string(key)
            guard others.insert(Array(text.utf8)).inserted else { throw json.duplicate(text) }
            return nil
        }
        let bit: UInt64 = 1 << UInt64(letter & 63)
        let isNew = letter < 64 ? low & bit == 0 : high & bit == 0
        guard isNew else { throw json.duplicate(json.string(key)) }
        if letter < 64 { low |= bit } else { high |= bit }
        return letter
    }
}
