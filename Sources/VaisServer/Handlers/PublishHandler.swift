internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import VaisProtocol
internal import VaisRegistry

/// Takes an upload: a form whose fields may come in any order, of which the archive goes on into the registry as it arrives.
struct PublishHandler: Sendable {
    let registry: Registry

    var routes: [Route] { [Route(.post, "/packages/publish", publish)] }

    /// What a form adds to the archive and the metadata.
    private static let overhead: UInt64 = 256 << 10

    private var mostBytes: UInt64 {
        registry.settings.uploadBytes + UInt64(ProtocolLimits.metadataBytes) + Self.overhead
    }

    private func publish(_ exchange: Exchange) async throws -> Response {
        // All that can be refused before the body is read, in the order that the interface promises.
        let caller = try await registry.authenticate(try exchange.token())
        try caller.require(.publish)
        try exchange.refuseLength(above: mostBytes)
        let type = exchange.headers[.contentType].flatMap { HeaderParameters(parsing: $0.utf8) }
        guard let type, type.value == "multipart/form-data" else {
            throw Problem(
                .unsupportedMediaType, "Expected a multipart/form-data body",
                hint: "send the fields `metadata` and `archive` as a form")
        }
        guard let boundary = type["boundary"], let parser = MultipartParser(boundary: boundary) else {
            throw Problem.malformedForm("its boundary is missing or not valid")
        }
        var upload = Upload(registry, caller, sizeHint: exchange.headers[.contentLength].flatMap { decimal($0) } ?? 0)
        do {
            try await read(exchange, parser, into: &upload)
            return .json(try await upload.finish())
        } catch {
            await upload.cancel()
            throw error
        }
    }

    private func read(_ exchange: Exchange, _ parser: MultipartParser, into upload: inout Upload) async throws {
        var parser = parser
        var total: UInt64 = 0
        for try await buffer in try await exchange.openBody() {
            total += UInt64(buffer.readableBytes)
            guard total <= mostBytes else { throw Problem.tooLarge(limit: registry.settings.uploadBytes) }
            parser.feed(buffer.readableBytesView)
            while let event = try parser.next() { try await upload.take(event) }
        }
        guard parser.isComplete else { throw Problem.malformedForm("it ends before its last boundary") }
        exchange.body.finished()
    }
}

/// The fields of a publish as far as they have come.
private struct Upload {
    private enum Field { case metadata, archive, other }

    private let registry: Registry
    private let caller: Caller
    private let sizeHint: Int
    private var names: [String] = []
    private var field = Field.other
    private var metadataBytes: [UInt8] = []
    private var metadata: PublishMetadata?
    private var publication: Publication?

    init(_ registry: Registry, _ caller: Caller, sizeHint: Int) {
        self.registry = registry
        self.caller = caller
        self.sizeHint = sizeHint
    }

    mutating func take(_ event: MultipartParser.Event) async throws {
        switch event {
        case .part(let part): try await begin(part)
        case .data(let bytes): try await append(bytes)
        case .endOfPart: if field == .metadata { metadata = try readMetadata() }
        case .end: break
        }
    }

    private mutating func begin(_ part: MultipartPart) async throws {
        guard !names.contains(part.name) else { throw Problem.malformedForm("a field is there twice") }
        names.append(part.name)
        switch part.name {
        case "metadata": field = .metadata
        case "archive":
            field = .archive
            publication = try await registry.publication(by: caller, sizeHint: UInt64(sizeHint))
        default: field = .other
        }
    }

    private mutating func append(_ bytes: [UInt8]) async throws {
        switch field {
        case .metadata:
            guard metadataBytes.count + bytes.count <= ProtocolLimits.metadataBytes else {
                throw Problem.tooLarge(limit: UInt64(ProtocolLimits.metadataBytes))
            }
            metadataBytes += bytes
        case .archive: try await publication?.write(bytes)
        case .other: break
        }
    }

    private func readMetadata() throws(Problem) -> PublishMetadata {
        do throws(ProtocolError) {
            return try PublishMetadata(parsing: metadataBytes, limits: JSONLimits(bytes: ProtocolLimits.metadataBytes))
        } catch {
            throw .invalidJSON(error)
        }
    }

    func finish() async throws(Problem) -> PublishResponse {
        guard let publication else { throw .malformedForm("the field `archive` is missing") }
        guard let metadata else { throw .malformedForm("the field `metadata` is missing") }
        return try await publication.finish(metadata: metadata)
    }

    func cancel() async { await publication?.cancel() }
}
