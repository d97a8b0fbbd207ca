/// Why an incompatibility holds (PubGrub, "Incompatibility").
enum Cause {
    /// The project itself requires what `edge` says.
    case project(edge: Int32)
    /// Some versions of a package require what `edge` says.
    case dependency(edge: Int32)
    /// As `project` or `dependency`, but nothing can satisfy the requirement: no such package, no such version, all yanked.
    case unmet(edge: Int32)
    /// Some versions of a package depend on the package itself.
    case selfDependency(edge: Int32)
    /// Concluded from others: the first of `steps` resolved with each later one in turn.
    case conflict(steps: Range<Int32>)
}
