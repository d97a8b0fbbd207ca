internal import VaisProtocol

/// Decodes the path of a `file:` URL segment by segment, so that an encoded slash cannot make a new one.
enum PercentDecoding {
    static func decode(_ path: String) -> String? {
        var segments: [String] = []
        for segment in path.split(separator: "/", omittingEmptySubsequences: false) {
            guard let decoded = PercentEncoding.decodeSegment(segment) else { return nil }
            segments.append(decoded)
        }
        return segments.joined(separator: "/")
    }
}
