import VaisModel

/// One resolution in progress: the PubGrub loop over numbers, without any waiting.
///
/// `advance` works until it is done or until it must know packages it has not been told of; the caller then calls `load`
/// for each of them and advances again.
///
/// ```
///          ┌──────────── learned ────────────┐
///          v                                 │
///   propagate ──conflict──> ConflictAnalysis ┴──nothing left to undo──> failed
///      │ ^
///      v └── decided
///    decide ──all decided──> solved
/// ```
struct Solver {
    enum Progress {
        /// The packages of these edges are not known yet.
        case needs(edges: [Int])
        case solved
        /// There is no solution; the incompatibility has no terms and its causes prove it.
        case failed(IncompatibilityID)
        /// Nothing to report; a good moment to see whether anyone still waits for the answer.
        case paused
        /// More conflicts than allowed.
        case exhausted
    }

    var catalog: Catalog
    var store = IncompatibilityStore()
    var solution = PartialSolution()
    var watches = WatchList()
    var waiting = DecisionQueue()
    var analysis = ConflictAnalysis()
    var statistics = ResolverStatistics()

    /// The root's requirements, in name order. They are decided first and in this order: while the n-th is chosen, only
    /// those before it are decided, so whatever excludes a version of it follows from them alone. So each is the best
    /// possible given those before it, however the solver jumps back later.
    let directs: Range<Int>
    /// The project itself, if others may depend on it.
    let project: PackageID?
    let conflictLimit: Int

    /// Packages whose state changed since they were last propagated.
    var changed: [PackageID] = []
    var isChanged: [Bool] = []
    /// Conflicts that each package took part in.
    var blame: [Int32] = []
    var hasStarted = false

    init(root: RootRequirements, lock: LockPreference, conflictLimit: Int) {
        var catalog = Catalog(lock: lock)
        let project = root.project.map { catalog.intern($0.name) }
        if let project, let release = root.project { catalog.load(project, Candidates(project: release.version)) }
        directs = catalog.rootEdges(root.entries)
        self.catalog = catalog
        self.project = project
        self.conflictLimit = conflictLimit
        makeRoom()
        if let project { solution.admit(project, catalog.universes[project.index]) }
    }

    mutating func load(_ package: PackageID, _ answer: [CandidateRelease]) {
        load(package, catalog.candidates(answer, of: package))
    }

    mutating func load(_ package: PackageID, _ candidates: Candidates) {
        guard !catalog.isLoaded(package) else { return }
        catalog.load(package, candidates)
        makeRoom()
        solution.admit(package, catalog.universes[package.index])
    }

    mutating func advance() -> Progress {
        makeRoom()
        if !hasStarted {
            let unknown = unknownEdges(in: directs)
            if !unknown.isEmpty { return .needs(edges: unknown) }
            hasStarted = true
            if let conflict = declareRoot() { return .failed(conflict) }
        }
        var conflict: IncompatibilityID?
        while true {
            if let found = conflict ?? propagate() {
                statistics.conflicts += 1
                if let failure = recover(from: found) { return .failed(failure) }
                conflict = nil
                if statistics.conflicts >= conflictLimit { return .exhausted }
                if statistics.conflicts % 1024 == 0 { return .paused }
                continue
            }
            switch decide() {
            case .decided: continue
            case .conflict(let found): conflict = found
            case .needs(let edges): return .needs(edges: edges)
            case .nothingLeft: return .solved
            }
        }
    }

    func unknownEdges(in edges: Range<Int>) -> [Int] {
        edges.filter { !catalog.isLoaded(catalog.edges[$0].dependency) }
    }

    /// Grows what is indexed by package to the packages met so far.
    mutating func makeRoom() {
        let count = catalog.count
        guard isChanged.count < count else { return }
        solution.reserve(packages: count)
        watches.reserve(packages: count)
        analysis.reserve(packages: count)
        while isChanged.count < count {
            isChanged.append(false)
            blame.append(0)
        }
    }
}
