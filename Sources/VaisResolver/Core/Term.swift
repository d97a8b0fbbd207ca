/// One statement about one package: "its state is in `versions`" (PubGrub, "Term").
///
/// `foo ^1` is the set of matching versions; `not foo ^1` is every other version and absence.
struct Term {
    let package: PackageID
    let versions: VersionSet

    /// Whether the term can only hold when the package is chosen.
    var isPositive: Bool { !versions.admitsAbsence }
}
