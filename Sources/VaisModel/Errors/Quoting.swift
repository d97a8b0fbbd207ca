/// `text` between backquotes, fit for an error message: at most 80 characters, and whatever could move a cursor, reorder
/// a line or hide itself is written as `\u{…}`.
package func quoted(_ text: some StringProtocol) -> String {
    var result = "`"
    var count = 0
    for scalar in text.unicodeScalars {
        if count == 80 {
            result += "…"
            break
        }
        count += 1
        if isPlain(scalar) {
            result.unicodeScalars.append(scalar)
        } else {
            result += "\\u{" + String(scalar.value, radix: 16) + "}"
        }
    }
    return result + "`"
}

/// The scalar that starts at byte `position` of `bytes`, quoted; bytes that are not UTF-8 show as U+FFFD.
func quotedScalar(_ bytes: Span<UInt8>, at position: Int) -> String {
    var end = position + 1
    while end < bytes.count, end < position + 4, bytes[end] & 0xC0 == 0x80 { end += 1 }
    var piece: [UInt8] = []
    for index in position..<end { piece.append(bytes[index]) }
    return quoted(String(decoding: piece, as: UTF8.self))
}

private func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return false
    default: return true
    }
}
