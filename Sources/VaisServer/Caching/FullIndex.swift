internal import NIOCore
internal import Synchronization
internal import VaisHost
internal import VaisModel
internal import VaisProtocol
internal import VaisRegistry

/// The original index: all packages in one array. Kept until a package changes; then only what changed is read again, and the rest of the
/// bytes is taken over. Built once however many ask at the same time. Thread-safe.
final class FullIndex: Sendable {
    /// The document, and where each package stands in it, by name.
    private struct Contents: Sendable {
        let document: PreparedDocument
        let entries: [(name: PackageName, range: Range<Int>)]
    }

    private struct Build {
        /// How many changes there had been when it began.
        let changes: UInt64
        let task: Task<Result<PreparedDocument, Problem>, Never>
    }

    private struct State {
        var contents: Contents?
        /// Changed since `contents` was read.
        var stale: Set<PackageName> = []
        var changes: UInt64 = 0
        var build: Build?
    }

    private let registry: Registry
    private let state = Mutex(State())

    init(_ registry: Registry) {
        self.registry = registry
        registry.observe { [weak self] name in self?.changed(name) }
    }

    private func changed(_ name: PackageName) {
        state.withLock { state in
            state.changes += 1
            // Before the first build everything is unread.
            if state.build != nil { state.stale.insert(name) }
        }
    }

    func document() async throws(Problem) -> PreparedDocument {
        let task = state.withLock { state in
            if let build = state.build, build.changes == state.changes { return build.task }
            let previous = state.build?.task
            let task = Task {
                // One after another: each begins with what the one before has made.
                _ = await previous?.value
                return await self.rebuild()
            }
            state.build = Build(changes: state.changes, task: task)
            return task
        }
        let result = await task.value
        // What failed is tried again by whoever asks next.
        if case .failure = result {
            state.withLock { state in
                if state.build?.task == task { state.changes += 1 }
            }
        }
        return try result.get()
    }

    private func rebuild() async -> Result<PreparedDocument, Problem> {
        // Taken before anything is read, so what changes meanwhile is read again next time.
        let (contents, stale) = state.withLock { state in
            defer { state.stale = [] }
            return (state.contents, state.stale)
        }
        do {
            if let contents, stale.isEmpty { return .success(contents.document) }
            let made = if let contents { try await updated(contents, stale) } else { try await readAll() }
            state.withLock { $0.contents = made }
            return .success(made.document)
        } catch {
            state.withLock { $0.stale.formUnion(stale) }
            return .failure(error as? Problem ?? .fault(error))
        }
    }

    private func readAll() async throws -> Contents {
        var writer = Writer()
        var position: Position?
        repeat {
            let page = try await registry.indexEntries(after: position)
            for entry in page.entries { writer.add(entry.name, entry.encoded()) }
            position = page.next
        } while position != nil
        return try finished(writer)
    }

    private func updated(_ old: Contents, _ names: Set<PackageName>) async throws -> Contents {
        var changed: [(name: PackageName, bytes: [UInt8])] = []
        for name in names.sorted() { changed.append((name, try await registry.indexEntry(name).encoded())) }
        var writer = Writer(capacity: old.document.plain.bytes.readableBytes)
        var rest = changed[...]
        let bytes = old.document.plain.bytes.readableBytesView
        for entry in old.entries {
            var isReplaced = false
            while let next = rest.first, next.name <= entry.name {
                writer.add(next.name, next.bytes)
                isReplaced = next.name == entry.name
                rest.removeFirst()
            }
            if isReplaced { continue }
            let start = bytes.startIndex + entry.range.lowerBound
            writer.add(entry.name, bytes[start..<(start + entry.range.count)])
        }
        for entry in rest { writer.add(entry.name, entry.bytes) }
        return try finished(writer)
    }

    private func finished(_ writer: Writer) throws -> Contents {
        let (bytes, entries) = writer.finish()
        return Contents(
            document: try PreparedDocument(bytes, contentType: MediaType.json, registry.digester), entries: entries)
    }

    /// Puts the array together, in the order of the names.
    private struct Writer {
        private var bytes: [UInt8] = [UInt8(ascii: "[")]
        private var entries: [(name: PackageName, range: Range<Int>)] = []

        init(capacity: Int = 0) { bytes.reserveCapacity(capacity + capacity / 16) }

        mutating func add(_ name: PackageName, _ entry: some Sequence<UInt8>) {
            if !entries.isEmpty { bytes.append(UInt8(ascii: ",")) }
            let start = bytes.count
            bytes.append(contentsOf: entry)
            entries.append((name, start..<bytes.count))
        }

        consuming func finish() -> ([UInt8], [(name: PackageName, range: Range<Int>)]) {
            bytes.append(UInt8(ascii: "]"))
            return (bytes, entries)
        }
    }
}
