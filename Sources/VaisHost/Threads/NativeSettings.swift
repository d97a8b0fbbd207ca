internal import CVaisPlugin

/// Lends settings to a plugin, in its terms, for the time of `body`.
func withNativeSettings<T>(_ settings: [Setting], _ body: (UnsafeBufferPointer<vais_setting>) -> T) -> T {
    let values = settings.flatMap { [Value.text($0.key), $0.value] }
    var arena = CellArena()
    arena.reset(for: [], extra: values)
    let cells = arena.add(values)
    let native = settings.indices.map { position in
        let key = cells[position * 2]
        return vais_setting(
            key: vais_span(data: key.value.data, size: UInt64(key.size)), value: cells[position * 2 + 1])
    }
    return native.withUnsafeBufferPointer(body)
}
