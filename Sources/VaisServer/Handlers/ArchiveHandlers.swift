internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import VaisHost
internal import VaisModel
internal import VaisProtocol
internal import VaisRegistry

/// Archives, and what a release is, at the same address.
struct ArchiveHandlers: Sendable {
    let registry: Registry
    let cache: DocumentCache

    var routes: [Route] { [Route(.get, "/packages/*/*", release)] }

    /// Archives up to this size are sent from memory.
    private static let mostCached: UInt64 = 64 << 10
    /// Larger ones leave in pieces of this size, each read when the one before is on its way.
    private static let pieceBytes = 128 << 10

    private func release(_ exchange: Exchange) async throws -> Response {
        let name = try exchange.name(0)
        guard let version = exchange.version(1) else {
            try await registry.requirePackage(name)
            throw Problem.versionNotFound(name.text, exchange.parameters[1])
        }
        if exchange.acceptsJSON, !exchange.parameters[1].hasSuffix(".tar.gz") {
            var response = Response.json(try await registry.info(name, version))
            response.headers[.vary] = "Accept"
            return response
        }
        return try await archive(name, version, exchange)
    }

    private func archive(_ name: PackageName, _ version: Version, _ exchange: Exchange) async throws -> Response {
        var response: Response
        if let known = cache.known(.archive(name, version)) {
            response = try known.response(to: exchange.headers)
        } else {
            let (reader, checksum) = try await registry.archive(name, version)
            if reader.size <= Self.mostCached {
                let document = try await cache.document(.archive(name, version)) {
                    defer { reader.close() }
                    return PreparedDocument(
                        archive: try await reader.read(at: 0, count: Int(reader.size)), checksum)
                }
                reader.close()
                response = try document.response(to: exchange.headers)
            } else {
                response = try stream(reader, checksum, exchange)
            }
        }
        response.headers[.contentDisposition] = "attachment; filename=\"\(name)-\(version).tar.gz\""
        response.headers[values: .vary].append("Accept")
        if !exchange.isHead, response.status == .ok || response.status == .partialContent {
            registry.countDownload(of: ReleaseID(name: name, version: version))
        }
        return response
    }

    private func stream(_ reader: any BlobReader, _ checksum: Checksum, _ exchange: Exchange) throws(Refusal)
        -> Response
    {
        let etag = "\"\(checksum.hex)\""
        var fields: HTTPFields = [
            .contentType: MediaType.archive, .cacheControl: immutable, .eTag: etag, .acceptRanges: "bytes",
            .representationDigest: representationDigest(checksum),
        ]
        if let tags = exchange.headers[.ifNoneMatch], matches(tags, etag) {
            reader.close()
            fields[.contentType] = nil
            var response = Response(status: .notModified, headers: fields)
            response.headers[.contentLength] = nil
            return response
        }
        var part = 0..<reader.size
        var status = HTTPResponse.Status.ok
        switch ByteRange(exchange.headers, etag: etag, size: reader.size) {
        case .whole: break
        case .part(let wanted):
            part = wanted
            status = .partialContent
            fields[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(reader.size)"
        case .unsatisfiable:
            reader.close()
            throw .unsatisfiable(size: reader.size)
        }
        fields[.contentLength] = String(part.count)
        if exchange.isHead {
            reader.close()
            return Response(status: status, headers: fields)
        }
        let wanted = part
        let body = ResponseBody(contentLength: part.count) { writer in
            defer { reader.close() }
            var position = wanted.lowerBound
            while position < wanted.upperBound {
                let count = Int(min(UInt64(Self.pieceBytes), wanted.upperBound - position))
                let bytes = try await reader.read(at: position, count: count)
                guard bytes.count == count else { throw StorageError(.corrupt, "an archive is shorter than it was") }
                try await writer.write(ByteBuffer(bytes: bytes))
                position += UInt64(count)
            }
            try await writer.finish(nil)
        }
        return Response(status: status, headers: fields, body: body)
    }
}
