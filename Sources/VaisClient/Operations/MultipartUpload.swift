internal import Glibc
internal import VaisHost

/// A multipart form (RFC 7578) with the metadata and the archive, produced while it is sent.
struct MultipartUpload {
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
