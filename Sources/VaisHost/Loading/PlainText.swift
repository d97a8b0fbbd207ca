/// `text` on one line and without anything that could move a cursor, reorder a line or hide itself: what a plugin says goes into logs
/// and onto terminals. Such characters become U+FFFD; at most `limit` characters are kept.
func plainText(_ text: some StringProtocol, limit: Int = 2000) -> String {
    var result = String.UnicodeScalarView()
    var count = 0
    for scalar in text.unicodeScalars {
        if count == limit {
            result.append("…")
            break
        }
        count += 1
        result.append(isPlain(scalar) ? scalar : "\u{FFFD}")
    }
    return String(result)
}

private func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return false
    default: return true
    }
}
