internal import Glibc
internal import Synchronization

/// The lanes to one plugin's process: as many as there are calls at once, kept for later ones.
final class LanePool<Offer: ChildOffer>: ChildListener {
    private let state = Mutex(State())

    private struct State: Sendable {
        var offer: Offer?
        var idle: [Lane] = []
        var isOver = false
    }

    var tick: Duration? { nil }

    func began(_ offer: inout FrameReader) throws(FrameFault) {
        let offer = try Offer(&offer)
        state.withLock { $0.offer = offer }
    }

    func received(_ kind: FrameKind, _ frame: inout FrameReader, from child: PluginChild) throws(FrameFault) {
        throw FrameFault()
    }

    func ticked(_ child: PluginChild) -> String? { nil }

    func ended(_ error: PluginError) {
        state.withLock { state in
            state.isOver = true
            state.idle = []
        }
    }

    /// What the plugin offers, once its process has been started.
    var offer: Offer? { state.withLock { $0.offer } }

    /// Lends a lane. One on which something broke is not used again, and the process is ended.
    ///
    /// - Parameters:
    ///   - action: "digest some bytes", for a call that does not return.
    ///   - time: how long each answer may take.
    func call<T>(
        _ child: PluginChild, _ action: String, within time: Duration,
        _ body: (Lane) throws(FrameSocket.Failure) -> T
    ) throws(PluginError) -> T {
        let lane = try take(child)
        lane.allow(time)
        do throws(FrameSocket.Failure) {
            let result = try body(lane)
            giveBack(lane)
            return result
        } catch {
            throw broken(child, error, "did not \(action) within \(time.words), and was ended")
        }
    }

    private func broken(_ child: PluginChild, _ failure: FrameSocket.Failure, _ overdue: String) -> PluginError {
        switch failure {
        case .gone: break
        case .late: child.condemn(overdue)
        case .tooLarge: child.condemn(PluginChild.garbage)
        }
        return child.lost()
    }

    private func take(_ child: PluginChild) throws(PluginError) -> Lane {
        if let lane = state.withLock({ $0.idle.popLast() }) { return lane }
        guard let (own, other) = FrameSocket.pair() else { throw child.job.noResources() }
        defer { close(other) }
        guard let (memory, descriptor) = SharedMemory.make("vais-lane", size: LaneRequest.memorySize) else {
            throw child.job.noResources()
        }
        defer { close(descriptor) }
        do throws(FrameSocket.Failure) {
            try child.control.send(FrameWriter(.lane).bytes, descriptors: [other, descriptor])
        } catch {
            throw broken(child, error, "did not take a call within \(child.job.limits.call.words), and was ended")
        }
        return Lane(own, memory)
    }

    private func giveBack(_ lane: Lane) {
        state.withLock { state in
            if !state.isOver { state.idle.append(lane) }
        }
    }
}
