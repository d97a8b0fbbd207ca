internal import CVaisShim
internal import Glibc

/// Memory that the host and a plugin's process both see: the host writes, the plugin's process reads. Its size cannot change, so that
/// neither can make the other fail by cutting it off. Who may touch it when is settled by messages; hence unchecked.
final class SharedMemory: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer

    /// Maps it. Nil when the system has no room.
    init?(_ descriptor: Int32, size: Int, isWritable: Bool) {
        let protection = isWritable ? PROT_READ | PROT_WRITE : PROT_READ
        guard let start = mmap(nil, size, protection, MAP_SHARED, descriptor, 0), start != MAP_FAILED else {
            return nil
        }
        // A dump of the process is not to hold what passes here.
        madvise(start, size, 16)  // MADV_DONTDUMP
        bytes = UnsafeMutableRawBufferPointer(start: start, count: size)
    }

    deinit { munmap(bytes.baseAddress, bytes.count) }

    /// New memory of zeros, and the descriptor by which another process maps it, which is the caller's.
    static func make(_ name: String, size: Int) -> (memory: SharedMemory, descriptor: Int32)? {
        let descriptor = vais_shared_memory(name, UInt(size))
        guard descriptor >= 0 else { return nil }
        guard let memory = SharedMemory(descriptor, size: size, isWritable: true) else {
            close(descriptor)
            return nil
        }
        return (memory, descriptor)
    }
}

/// Overwrites memory that may hold secrets, also when nobody reads it afterwards.
func wipeMemory(_ bytes: UnsafeMutableRawBufferPointer) {
    if let start = bytes.baseAddress { explicit_bzero(start, bytes.count) }
}
