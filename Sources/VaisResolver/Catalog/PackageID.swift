/// A package's number within one resolution. Names are interned once; the solver then compares and indexes integers.
struct PackageID: Hashable {
    let rawValue: Int32

    init(_ index: Int) { rawValue = Int32(truncatingIfNeeded: index) }

    var index: Int { Int(rawValue) }
}
