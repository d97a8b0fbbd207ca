/// One entry of the partial solution (PubGrub, "Partial Solution"): a decision, or a fact derived from the ones before it.
struct Assignment {
    let package: PackageID
    /// What the package may still be with this assignment and all before it.
    let versions: VersionSet
    /// How many decisions had been made, this one included. Level 0 holds whatever is chosen.
    let level: Int32
    /// The incompatibility that forced it, or `.none` for a decision.
    let cause: IncompatibilityID
    /// The position of the same package's assignment before this one, or -1.
    let previous: Int32

    var isDecision: Bool { cause == .none }
}
