internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import VaisHost
internal import VaisModel
internal import VaisProtocol

/// A document in every form in which it is sent, made once: its bytes, compressed if that gains anything, and the headers about them.
struct PreparedDocument: Sendable {
    /// One form (RFC 9110 calls it a representation).
    struct Form: Sendable {
        let bytes: ByteBuffer
        /// Strong: equal tags mean equal bytes.
        let etag: String
        let digest: String

        init(_ bytes: [UInt8], _ digester: any Digester) throws(PluginError) {
            let checksum = try digester.sha256(of: bytes)
            self.init(bytes, checksum)
        }

        init(_ bytes: [UInt8], _ checksum: Checksum) {
            self.bytes = ByteBuffer(bytes: bytes)
            etag = "\"\(checksum.hex)\""
            digest = representationDigest(checksum)
        }
    }

    let plain: Form
    let compressed: Form?
    let contentType: String
    let cacheControl: String

    /// A document that changes: a cache may keep it and has to ask whether it is still right.
    init(_ bytes: [UInt8], contentType: String, _ digester: any Digester) throws(PluginError) {
        plain = try Form(bytes, digester)
        compressed = try gzip(bytes).map { bytes throws(PluginError) in try Form(bytes, digester) }
        self.contentType = contentType
        cacheControl = "public, no-cache"
    }

    /// An archive, which never changes.
    init(archive bytes: [UInt8], _ checksum: Checksum) {
        plain = Form(bytes, checksum)
        compressed = nil
        contentType = MediaType.archive
        cacheControl = immutable
    }

    /// What it takes in memory, roughly.
    var cost: Int { 512 + plain.bytes.readableBytes + (compressed?.bytes.readableBytes ?? 0) }

    /// The answer to a request with these headers: the whole, a part, or that nothing changed.
    func response(to headers: HTTPFields) throws(Refusal) -> Response {
        var fields: HTTPFields = [.contentType: contentType, .cacheControl: cacheControl]
        if compressed != nil { fields[.vary] = "Accept-Encoding" }
        if let tags = headers[.ifNoneMatch] {
            let known = [plain, compressed].compactMap { $0 }.first { matches(tags, $0.etag) }
            if let known {
                fields[.eTag] = known.etag
                fields[.contentType] = nil
                var response = Response(status: .notModified, headers: fields)
                response.headers[.contentLength] = nil
                return response
            }
        }
        let range = ByteRange(headers, etag: plain.etag, size: UInt64(plain.bytes.readableBytes))
        if case .whole = range, let compressed, acceptsGzip(headers) {
            fields[.contentEncoding] = "gzip"
            return whole(compressed, fields)
        }
        fields[.acceptRanges] = "bytes"
        switch range {
        case .whole:
            return whole(plain, fields)
        case .part(let part):
            fields[.eTag] = plain.etag
            fields[.representationDigest] = plain.digest
            fields[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(plain.bytes.readableBytes)"
            let slice = plain.bytes.getSlice(at: Int(part.lowerBound), length: part.count) ?? ByteBuffer()
            return Response(status: .partialContent, headers: fields, body: ResponseBody(byteBuffer: slice))
        case .unsatisfiable:
            throw .unsatisfiable(size: UInt64(plain.bytes.readableBytes))
        }
    }

    private func whole(_ form: Form, _ fields: HTTPFields) -> Response {
        var fields = fields
        fields[.eTag] = form.etag
        fields[.representationDigest] = form.digest
        return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: form.bytes))
    }
}

extension Digester {
    fileprivate func sha256(of bytes: [UInt8]) throws(PluginError) -> Checksum {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(PluginError) in try sha256(of: bytes) }
        }
        return try result.get()
    }
}

/// For what never changes under its address (RFC 8246).
let immutable = "public, max-age=31536000, immutable"

/// `Repr-Digest` of bytes with this SHA-256 (RFC 9530).
func representationDigest(_ checksum: Checksum) -> String { "sha-256=:\(base64(checksum.bytes)):" }

/// Whether one of the tags of an `If-None-Match` is this one, weak or strong (RFC 9110 section 13.1.2).
func matches(_ tags: String, _ etag: String) -> Bool {
    for item in tags.utf8.split(separator: UInt8(ascii: ",")) {
        var tag = item.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        while tag.last == UInt8(ascii: " ") || tag.last == UInt8(ascii: "\t") { tag.removeLast() }
        if tag.starts(with: "W/".utf8) { tag = tag.dropFirst(2) }
        if tag.elementsEqual("*".utf8) || tag.elementsEqual(etag.utf8) { return true }
    }
    return false
}

/// Whether gzip is among the accepted codings (RFC 9110 section 12.5.3).
func acceptsGzip(_ headers: HTTPFields) -> Bool {
    var anything = false
    for value in headers[values: .acceptEncoding] {
        for item in value.utf8.split(separator: UInt8(ascii: ",")) {
            guard let coding = HeaderParameters(parsing: item) else { continue }
            let accepted =
                !(coding["q"].map { $0.utf8.allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") } } ?? false)
            if coding.value == "gzip" { return accepted }
            if coding.value == "*" { anything = accepted }
        }
    }
    return anything
}

/// RFC 4648 section 4, with padding.
func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        bits <<= UInt32(8 * (3 - group.count))
        for place in 0..<4 {
            text.append(place <= group.count ? digits[Int(bits >> UInt32(18 - 6 * place) & 63)] : UInt8(ascii: "="))
        }
    }
    return String(decoding: text, as: UTF8.self)
}
