/// A set of terms that can never all hold at once (PubGrub, "Incompatibility").
///
/// `web 2.0.0 depends on json ^3` is `{web 2.0.0, not json ^3}`. The terms lie in the arena of an `IncompatibilityStore`; a
/// package occurs in at most one of them. No terms at all means that there is no solution.
struct Incompatibility {
    let terms: Range<Int>
    let cause: Cause
}

/// An incompatibility's place in its store.
struct IncompatibilityID: Hashable {
    let rawValue: Int32

    init(_ index: Int) { rawValue = Int32(truncatingIfNeeded: index) }

    var index: Int { Int(rawValue) }

    /// Stands for "none", where an assignment is a decision.
    static let none = IncompatibilityID(-1)
}
