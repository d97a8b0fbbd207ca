package import VaisHost

/// Every query the registry makes, declared once.
package struct RegistryShapes: Sendable {
    let userByID, userByIdentity: ReadShape
    let anyUser: ScanShape
    let insertUser, setPassword: OperationShape
    let requireUser, requireToken: GuardShape

    let tokenByHash, tokenByID: ReadShape
    let tokensOfUser: ScanShape
    let insertToken, touchToken, deleteToken: OperationShape

    let package, packageByIdentity: ReadShape
    let packagesByName, packagesByDownloads, packagesByUpdated: ScanShape
    let insertPackage, updatePackage, addPackageDownloads: OperationShape
    let requirePackageVersion, requireNameFree: GuardShape

    let release, releaseByPrecedence: ReadShape
    let releasesOfPackage: ScanShape
    let insertRelease, setYank, addReleaseDownloads: OperationShape
    let requireReleaseAbsent, requireReleaseVersion: GuardShape

    let dependenciesOfPackage, dependenciesOfRelease: ScanShape
    let insertDependency: OperationShape

    let owner: ReadShape
    let ownersOfPackage, packagesOfUser: ScanShape
    let insertOwner, deleteOwner: OperationShape
    let requireOwner, requireNoOwner: GuardShape

    let labels, packagesOfLabel: ScanShape
    let insertLabel, deleteLabel: OperationShape

    let eventsSince: ScanShape
    let insertEvent: OperationShape

    let counter: ReadShape
    let insertCounter, setCounter: OperationShape
    let requireCounter, requireCounterAbsent: GuardShape

    /// The declarations for the store, and their numbers for the registry.
    package static func declare() -> (ShapeSet, RegistryShapes) {
        var set = ShapeSet(RegistrySchema.schema)
        let shapes = RegistryShapes(&set)
        return (set, shapes)
    }

    private init(_ set: inout ShapeSet) {
        userByID = set.get(Users.collection, columns: Users.all)
        userByIdentity = set.get(Users.collection, by: Users.byIdentity, columns: Users.all)
        anyUser = set.scan(Users.collection, columns: [Users.id])
        insertUser = set.insert(Users.collection, columns: Users.all)
        setPassword = set.update(Users.collection, columns: [Users.password, Users.updated])
        requireUser = set.requirePresent(Users.collection)

        tokenByHash = set.get(Tokens.collection, by: Tokens.byHash, columns: Tokens.all)
        tokenByID = set.get(Tokens.collection, columns: Tokens.all)
        tokensOfUser = set.scan(
            Tokens.collection, by: Tokens.byUser, Bounds(prefix: 1), descending: true, columns: Tokens.all)
        insertToken = set.insert(Tokens.collection, columns: Tokens.all)
        touchToken = set.update(Tokens.collection, columns: [Tokens.lastUsed])
        deleteToken = set.delete(Tokens.collection)
        requireToken = set.requirePresent(Tokens.collection)

        let packageColumns = Packages.all + [.version]
        package = set.get(Packages.collection, columns: packageColumns)
        packageByIdentity = set.get(Packages.collection, by: Packages.byIdentity, columns: packageColumns)
        packagesByName = set.scan(Packages.collection, columns: packageColumns)
        packagesByDownloads = set.scan(
            Packages.collection, by: Packages.byDownloads, descending: true, columns: packageColumns)
        packagesByUpdated = set.scan(
            Packages.collection, by: Packages.byUpdated, descending: true, columns: packageColumns)
        insertPackage = set.insert(Packages.collection, columns: Packages.all)
        updatePackage = set.update(Packages.collection, columns: PackageRecord.changeable)
        addPackageDownloads = set.add(Packages.collection, columns: [Packages.downloads])
        requirePackageVersion = set.requireVersion(Packages.collection)
        requireNameFree = set.requireAbsent(Packages.collection, by: Packages.byIdentity)

        let releaseColumns = Releases.all + [.version]
        release = set.get(Releases.collection, columns: releaseColumns)
        releaseByPrecedence = set.get(Releases.collection, by: Releases.byPrecedence, columns: releaseColumns)
        releasesOfPackage = set.scan(
            Releases.collection, by: Releases.bySerial, Bounds(prefix: 1), columns: ReleaseRecord.listed)
        insertRelease = set.insert(Releases.collection, columns: Releases.all)
        setYank = set.update(
            Releases.collection,
            columns: [Releases.yanked, Releases.yankSerial, Releases.yankReason, Releases.yankMessage])
        addReleaseDownloads = set.add(Releases.collection, columns: [Releases.downloads])
        requireReleaseAbsent = set.requireAbsent(Releases.collection, by: Releases.byPrecedence)
        requireReleaseVersion = set.requireVersion(Releases.collection)

        dependenciesOfPackage = set.scan(Dependencies.collection, Bounds(prefix: 1), columns: Dependencies.all)
        dependenciesOfRelease = set.scan(Dependencies.collection, Bounds(prefix: 2), columns: Dependencies.all)
        insertDependency = set.insert(Dependencies.collection, columns: Dependencies.all)

        owner = set.get(Owners.collection, columns: Owners.all)
        ownersOfPackage = set.scan(Owners.collection, Bounds(prefix: 1), columns: Owners.all)
        packagesOfUser = set.scan(Owners.collection, by: Owners.byUser, Bounds(prefix: 1), columns: [Owners.package])
        insertOwner = set.insert(Owners.collection, columns: Owners.all)
        deleteOwner = set.delete(Owners.collection)
        requireOwner = set.requirePresent(Owners.collection)
        requireNoOwner = set.requireAbsent(Owners.collection)

        labels = set.scan(Labels.collection, Bounds(prefix: 1), columns: Labels.all)
        packagesOfLabel = set.scan(Labels.collection, Bounds(prefix: 2), columns: [Labels.package])
        insertLabel = set.upsert(Labels.collection, columns: Labels.all)
        deleteLabel = set.delete(Labels.collection)

        eventsSince = set.scan(Events.collection, Bounds(lower: .exclusive), columns: Events.all)
        insertEvent = set.insert(Events.collection, columns: Events.all)

        counter = set.get(Counters.collection, columns: [Counters.value])
        insertCounter = set.insert(Counters.collection, columns: [Counters.name, Counters.value])
        setCounter = set.update(Counters.collection, columns: [Counters.value])
        requireCounter = set.requireEqual(Counters.collection, columns: [Counters.value])
        requireCounterAbsent = set.requireAbsent(Counters.collection)
    }
}
