internal import Glibc
internal import VaisHost
internal import VaisModel
internal import VaisProtocol

/// Publishes a packed package and makes sure that it arrived.
package struct Publishing: Sendable {
    package enum Outcome: Sendable {
        case published
        /// The very same bytes had been published before, perhaps by an attempt whose answer was lost.
        case alreadyThere
    }

    let connection: ServerConnection

    package init(_ connection: ServerConnection) { self.connection = connection }

    package func publish(_ package: PackedPackage) async throws(ClientError) -> Outcome {
        do {
            let outcome = try await upload(package)
            try await verify(package)
            return outcome
        } catch {
            throw ClientError(error).during("cannot publish \(package.release)")
        }
    }

    private func upload(_ package: PackedPackage) async throws -> Outcome {
        let form = try MultipartUpload(metadata: metadata(package), archive: package.path, size: package.size)
        do {
            let answer = try await connection.send(
                "POST", Routes.publish, headers: [("Content-Type", form.contentType)], body: form.body,
                authorization: .required)
            let response = try PublishResponse(parsing: answer.body)
            guard response.checksum == package.checksum else {
                throw ClientError(
                    .integrity, "the registry stored other bytes than were sent",
                    causes: ["sent sha256 \(package.checksum)", "stored \(response.checksum)"], reason: "checksum")
            }
            return .published
        } catch let problem as Problem where problem.errorCode == .versionExists {
            if case .string(let existing)? = problem["checksum"], existing == package.checksum.hex {
                return .alreadyThere
            }
            throw ClientError(
                .input, problem.detail, causes: ["the registry already has this release, with different contents"],
                hint: "releases never change; raise `version` in vais.toml and publish again", reason: problem.code)
        } catch let error as TransportError where error.code == .broken || error.code == .timeout {
            // The answer was lost, not necessarily the upload.
            if (try? await verify(package)) != nil { return .alreadyThere }
            throw error
        }
    }

    /// Reads back what the registry says of the release.
    private func verify(_ package: PackedPackage) async throws {
        let answer = try await connection.send(
            "GET", Routes.release(package.release), headers: [("Accept", MediaType.json)], authorization: .ifAsked)
        let info = try ReleaseInfo(parsing: answer.body)
        guard info.release.checksum == package.checksum else {
            throw ClientError(
                .integrity, "the registry serves other bytes than were sent",
                causes: ["sent sha256 \(package.checksum)", "served \(info.release.checksum)"], reason: "checksum")
        }
    }

    private func metadata(_ package: PackedPackage) -> [UInt8] {
        let manifest = package.manifest
        var metadata = PublishMetadata(name: package.release.name.text, version: package.release.version.description)
        metadata.description = manifest.description
        metadata.homepage = manifest.homepage
        metadata.repository = manifest.repository
        metadata.documentation = manifest.documentation
        metadata.license = manifest.license
        metadata.keywords = manifest.keywords
        metadata.categories = manifest.categories
        metadata.dependencies = manifest.dependencies(.normal).map(PublishMetadata.Dependency.init)
        metadata.devDependencies = manifest.dependencies(.dev).map(PublishMetadata.Dependency.init)
        return metadata.encoded()
    }
}

extension PublishMetadata.Dependency {
    fileprivate init(_ dependency: VaisModel.Dependency) {
        self.init(
            name: dependency.name.text, version: dependency.requirement.description, features: dependency.features,
            isOptional: dependency.optional, target: dependency.target)
    }
}

/// A multipart form (RFC 7578) with the metadata and the archive, produced while it is sent.
private struct MultipartUpload {
    let contentType: String
    let body: TransportRequest.Body

    init(metadata: [UInt8], archive: String, size: UInt64) throws {
        let boundary = "vais-" + (0..<4).map { _ in String(UInt32.random(in: .min ... .max), radix: 16) }.joined()
        contentType = "multipart/form-data; boundary=\(boundary)"
        let head =
            Array(
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"metadata\"\r\nContent-Type: application/json\r\n\r\n"
                    .utf8)
            + metadata
            + Array(
                "\r\n--\(boundary)\r\nContent-Disposition: form-data; name=\"archive\"; filename=\"archive.tar.gz\"\r\nContent-Type: application/gzip\r\n\r\n"
                    .utf8)
        let tail = Array("\r\n--\(boundary)--\r\n".utf8)
        let source = try UploadSource(head: head, file: archive, size: size, tail: tail)
        body = .stream(size: UInt64(head.count) + size + UInt64(tail.count)) { try source.next($0) }
    }
}

/// The bytes of a form, one after another. Used by the transport's thread.
private final class UploadSource: @unchecked Sendable {
    private let head: [UInt8]
    private let tail: [UInt8]
    private let file: String
    private let descriptor: Int32
    private var left: UInt64
    private var headPosition = 0
    private var tailPosition = 0

    init(head: [UInt8], file: String, size: UInt64, tail: [UInt8]) throws {
        self.head = head
        self.tail = tail
        self.file = file
        left = size
        descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Files.failure("read", file) }
    }

    deinit { close(descriptor) }

    func next(_ buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        if headPosition < head.count { return copy(head, &headPosition, buffer) }
        if left > 0 {
            var count: Int
            repeat {
                count = read(descriptor, buffer.baseAddress, min(buffer.count, Int(clamping: left)))
            } while count < 0 && errno == EINTR
            guard count >= 0 else { throw Files.failure("read", file) }
            guard count > 0 else {
                throw ClientError(
                    .input, "\(file) became shorter while it was sent", hint: "publish again", reason: "file")
            }
            left -= UInt64(count)
            return count
        }
        return copy(tail, &tailPosition, buffer)
    }

    private func copy(_ bytes: [UInt8], _ position: inout Int, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        let part = bytes[position...].prefix(buffer.count)
        buffer.copyBytes(from: part)
        position += part.count
        return part.count
    }
}
