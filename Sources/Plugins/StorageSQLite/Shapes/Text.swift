/// Whether the bytes are UTF-8 (RFC 3629, section 4) without NUL: SQLite itself checks neither, and its functions stop
/// at a NUL.
func isText(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var position = 0
    while position < bytes.count {
        let first = bytes[position]
        if first < 0x80 {
            if first == 0 { return false }
            position += 1
            continue
        }
        // How many bytes follow, and what the next one may be: its range is narrower where it would allow longer forms
        // than needed, surrogates, or more than U+10FFFF.
        let following: Int
        var allowed: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0xC2...0xDF: following = 1
        case 0xE0...0xEF:
            following = 2
            if first == 0xE0 { allowed = 0xA0...0xBF }
            if first == 0xED { allowed = 0x80...0x9F }
        case 0xF0...0xF4:
            following = 3
            if first == 0xF0 { allowed = 0x90...0xBF }
            if first == 0xF4 { allowed = 0x80...0x8F }
        default: return false
        }
        guard following < bytes.count - position else { return false }
        for offset in 1...following {
            guard allowed.contains(bytes[position + offset]) else { return false }
            allowed = 0x80...0xBF
        }
        position += following + 1
    }
    return true
}
