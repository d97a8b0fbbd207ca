/// "host:port" of an absolute URL, for messages: no path, no query, no user or password.
func originOfURL(_ url: String) -> String {
    let bytes = Array(url.utf8)
    guard let colon = bytes.firstIndex(of: 0x3A), bytes.count >= colon + 3 else { return "the server" }
    let isSecure = colon == 5
    var authority = bytes[(colon + 3)...]
    if let end = authority.firstIndex(where: { $0 == 0x2F || $0 == 0x3F || $0 == 0x23 }) {
        authority = authority[..<end]
    }
    if let at = authority.lastIndex(of: 0x40) { authority = authority[(at + 1)...] }
    let host = String(decoding: authority, as: UTF8.self)
    // An IPv6 address has colons of its own, inside brackets.
    let afterBracket = authority.lastIndex(of: 0x5D).map { authority[$0...] } ?? authority
    if afterBracket.contains(0x3A) { return host }
    return host + (isSecure ? ":443" : ":80")
}
