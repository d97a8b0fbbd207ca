internal import Glibc
internal import Synchronization

/// One hash in the making, in the plugin's process. Small pieces are gathered first, so that a short message crosses once. It belongs to the
/// process it began in: when that ends, so does it. Used by one task or thread at a time, as the protocol demands: hence unchecked.
final class IsolatedDigest: RunningDigest, @unchecked Sendable {
    private let plugin: IsolatedDigester.Plugin
    private let algorithm: String
    private var gathered: [UInt8] = []
    private var begun: (running: IsolatedDigester.Plugin.Running, number: UInt64)?
    private var isFinished = false

    /// So many bytes of small pieces cross together; a large piece is not copied before.
    private static let enough = 64 << 10
    private static let largePiece = 32 << 10
    private static let numbers = Atomic<UInt64>(1)

    init(_ plugin: IsolatedDigester.Plugin, _ algorithm: String) {
        self.plugin = plugin
        self.algorithm = algorithm
    }

    /// One that nobody finishes is forgotten there, too.
    deinit {
        guard let begun, !isFinished, begun.running.child.failure == nil else { return }
        var request = LaneRequest(.abandon)
        request.context = begun.number
        _ = try? begun.running.listener.call(begun.running.child, "forget a digest", within: plugin.limits.call) {
            lane throws(FrameSocket.Failure) in
            try lane.post(request)
        }
    }

    func update(_ bytes: UnsafeRawBufferPointer) throws(PluginError) {
        try requireUnfinished()
        guard bytes.count < Self.largePiece else {
            _ = try send(bytes, finishing: false)
            return
        }
        gathered.append(contentsOf: bytes)
        if gathered.count >= Self.enough {
            _ = try send(UnsafeRawBufferPointer(start: nil, count: 0), finishing: false)
        }
    }

    func finish() throws(PluginError) -> [UInt8] { try finish(with: UnsafeRawBufferPointer(start: nil, count: 0)) }

    /// The digest with these as its last bytes.
    func finish(with bytes: UnsafeRawBufferPointer) throws(PluginError) -> [UInt8] {
        try requireUnfinished()
        defer { isFinished = true }
        return try send(bytes, finishing: true)
    }

    private func requireUnfinished() throws(PluginError) {
        guard !isFinished else { throw PluginError(.failed, "a digest was used after it had been finished", hint: nil) }
    }

    /// Sends what was gathered, then `bytes`.
    private func send(_ bytes: UnsafeRawBufferPointer, finishing: Bool) throws(PluginError) -> [UInt8] {
        let running = if let begun { begun.running } else { try plugin.running() }
        guard let offered = running.listener.offer?.algorithms[algorithm] else {
            throw PluginError(.failed, "\(running.child.job.title) offers no \(algorithm) any more", hint: nil)
        }
        let isNew = begun == nil
        let number = begun?.number ?? Self.numbers.add(1, ordering: .relaxed).oldValue
        begun = (running, number)
        defer { gathered.removeAll(keepingCapacity: !finishing) }
        let answer = try running.listener.call(running.child, "compute a digest", within: plugin.limits.call) {
            lane throws(FrameSocket.Failure) -> Lane.Answer in
            var stream = DigestStream(lane, algorithm: offered.position, number: number, isNew: isNew)
            try gathered.withUnsafeBufferPointer { pieces throws(FrameSocket.Failure) in
                try stream.add(UnsafeRawBufferPointer(pieces), isLast: false)
            }
            try stream.add(bytes, isLast: finishing)
            let answer = try stream.end()
            if finishing, case .success(let digest) = answer, digest.count != offered.size { throw .tooLarge }
            return answer
        }
        switch answer {
        case .success(let digest): return digest
        case .failure(let error):
            // It has forgotten the digest.
            isFinished = true
            throw error
        }
    }
}

/// The bytes of one digest on their way through a lane: while the plugin computes those in one half of the memory, the other is filled.
private struct DigestStream {
    private let lane: Lane
    private let algorithm: UInt16
    private let number: UInt64
    private var isNew: Bool
    private var half = 0
    private var outstanding = 0
    private var last = Lane.Answer.success([])

    private static let halfSize = LaneRequest.memorySize / 2

    init(_ lane: Lane, algorithm: UInt16, number: UInt64, isNew: Bool) {
        self.lane = lane
        self.algorithm = algorithm
        self.number = number
        self.isNew = isNew
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer, isLast: Bool) throws(FrameSocket.Failure) {
        var rest = bytes[...]
        while rest.count > Self.halfSize || (!isLast && !rest.isEmpty) {
            let piece = rest.prefix(Self.halfSize)
            rest = rest.dropFirst(piece.count)
            try post(isNew ? .begin : .update, UnsafeRawBufferPointer(rebasing: piece))
        }
        if isLast { try post(isNew ? .digest : .finish, UnsafeRawBufferPointer(rebasing: rest)) }
    }

    private mutating func post(_ kind: FrameKind, _ bytes: UnsafeRawBufferPointer) throws(FrameSocket.Failure) {
        if outstanding == 2 { try collect() }
        let offset = half * Self.halfSize
        half = 1 - half
        UnsafeMutableRawBufferPointer(rebasing: lane.memory.bytes[offset...]).copyMemory(from: bytes)
        var request = LaneRequest(kind)
        request.algorithm = algorithm
        request.context = number
        request.offset = UInt32(offset)
        request.first = UInt32(bytes.count)
        try lane.post(request)
        outstanding += 1
        isNew = false
    }

    private mutating func collect() throws(FrameSocket.Failure) {
        let answer = try lane.collect()
        outstanding -= 1
        // The first failure is the reason of all that follow.
        if case .success = last { last = answer }
    }

    /// The last answer, once all are there.
    mutating func end() throws(FrameSocket.Failure) -> Lane.Answer {
        while outstanding > 0 { try collect() }
        return last
    }
}
