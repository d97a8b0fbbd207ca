import Glibc

/// Runs a test against a server and a client, and ends both.
func withServer(
    _ behaviour: @escaping HostileServer.Behaviour, connections: UInt32 = 4,
    _ body: (HostileServer, TestClient) async throws -> Void
) async throws {
    let server = try HostileServer(behaviour)
    defer { server.stop() }
    let client = try TestClient(connections: connections)
    defer { client.close() }
    try await body(server, client)
}

func pause(milliseconds: UInt32) { usleep(milliseconds * 1000) }

/// A gzip member (RFC 1952) that stores the text as it is (RFC 1951 section 3.2.4).
func gzipStored(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    func little(_ value: UInt32, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    var checksum: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
        checksum ^= UInt32(byte)
        for _ in 0..<8 { checksum = (checksum >> 1) ^ (checksum & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    let size = UInt32(bytes.count)
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + [1] + little(size, 2) + little(~size, 2) + bytes
        + little(~checksum, 4)
        + little(size, 4)
}
