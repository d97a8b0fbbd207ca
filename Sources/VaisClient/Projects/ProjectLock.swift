extension Project {
    /// The right to change the manifest, the lockfile and the links, which one process has at a time, until it lets go of what this returns.
    /// Both files must be read after it was taken, so that what another process has just written is not lost.
    ///
    /// It is the lock on the project's folder, so that it needs no file of its own, and can be had where nothing can be written: whoever
    /// finds nothing to change there is not refused.
    func lockForChange(_ events: Events) async throws(ClientError) -> ProcessLock {
        try await ProcessLock.take(folder: folder, noticeAfter: .milliseconds(500)) {
            events.step("Waiting", "for another process that changes \(folder)")
        }
    }
}
