package import VaisModel

/// What the lockfile says, and how far it is to be followed.
///
/// ```
///                 first          then                          last
/// locked          its version    the others, newest first
/// being updated                  every version, newest first   its version, if that is yanked
/// ```
/// A preference never makes a resolution fail. A yanked release is considered only where it is the locked one.
package struct LockPreference: Sendable {
    package enum Updating: Hashable, Sendable {
        case nothing
        case only(Set<PackageName>)
        case everything
    }

    package var versions: [PackageName: Version]
    package var updating: Updating

    package init(_ versions: [PackageName: Version] = [:], updating: Updating = .nothing) {
        self.versions = versions
        self.updating = updating
    }

    func isUpdating(_ name: PackageName) -> Bool {
        switch updating {
        case .nothing: false
        case .only(let names): names.contains(name)
        case .everything: true
        }
    }
}
