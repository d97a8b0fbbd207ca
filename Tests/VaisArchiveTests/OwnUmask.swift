import Glibc

/// Runs something under another umask without touching that of the tests beside it.
///
/// A umask belongs to the process, but Linux lets a thread take a copy of its own (`unshare(CLONE_FS)`).
final class OwnUmask {
    private let mask: mode_t
    private var body: () throws -> Void = {}
    private var failure: (any Error)?

    init(_ mask: mode_t) { self.mask = mask }

    /// Runs `body` on a thread of its own and waits; what it threw, or nil.
    func run(_ body: @escaping () throws -> Void) -> (any Error)? {
        self.body = body
        var thread = pthread_t()
        let box = Unmanaged.passUnretained(self).toOpaque()
        let status = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<OwnUmask>.fromOpaque(context).takeUnretainedValue().work()
                return nil
            }, box)
        guard status == 0 else { return ScratchError(number: status) }
        pthread_join(thread, nil)
        return failure
    }

    /// The Glibc module leaves out what needs `_GNU_SOURCE`.
    private static func unshareFileSystemState() -> Int32 {
        typealias Unshare = @convention(c) (Int32) -> Int32
        guard let symbol = dlsym(nil, "unshare") else { return -1 }
        let cloneFS: Int32 = 0x200
        return unsafeBitCast(symbol, to: Unshare.self)(cloneFS)
    }

    private func work() {
        guard Self.unshareFileSystemState() == 0 else {
            failure = ScratchError(number: errno)
            return
        }
        umask(mask)
        do { try body() } catch { failure = error }
    }
}
