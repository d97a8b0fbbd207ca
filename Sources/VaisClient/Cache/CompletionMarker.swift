internal import Glibc
internal import VaisModel

/// The file `sha256` beside an unpacked tree: which archive the tree came from, and whether it is certain to be on the disk.
///
///     9f86…0a08               it is
///     9f86…0a08 5c0e…-…       it is complete for as long as the system runs that wrote it; a power cut may have torn it
///
/// It is outside of the tree, where no archive can put one.
enum CompletionMarker {
    static func says(_ checksum: Checksum, at path: String) -> Bool {
        guard let bytes = try? Files.read(path, limit: 256) else { return false }
        let hex = checksum.hex.utf8
        guard bytes.starts(with: hex) else { return false }
        return bytes.count == hex.count || bytes.dropFirst(hex.count).elementsEqual(currentBoot)
    }

    /// For a tree that is about to appear.
    static func write(_ checksum: Checksum, to path: String) throws(ClientError) {
        try Files.write(Array(checksum.hex.utf8) + currentBoot, to: path, durable: false, sweeping: false)
    }

    /// For a tree that has since been synced.
    static func settle(_ path: String) { truncate(path, 64) }

    /// A space and the kernel's name for the time since it was started.
    private static let currentBoot: [UInt8] = {
        var buffer = [UInt8](repeating: 0, count: 36)
        let descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
        let count = descriptor >= 0 ? read(descriptor, &buffer, buffer.count) : -1
        if descriptor >= 0 { close(descriptor) }
        // Where it cannot be known, nobody but this process may trust the tree.
        return Array(" ".utf8) + (count == buffer.count ? buffer : Array("process \(getpid())".utf8))
    }()
}
