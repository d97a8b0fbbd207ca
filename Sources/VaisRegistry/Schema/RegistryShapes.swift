package import VaisHost

/// Every query the registry makes, declared once.
package struct RegistryShapes: Sendable {
    let userByID, userByIdentity: ReadShape
    let anyUser: ScanShape
    let insertUser, setPassword: OperationShape
    let requireUser, requireToken: GuardShape

    let tokenByHash, tokenByID: ReadShape
    let tokensOfUser: ScanShape
    let allTokens: ScanShape
    let insertToken, touchToken, deleteToken: OperationShape

    let expiriesBefore: ScanShape
    let insertExpiry, deleteExpiry: OperationShape

    let package, packageByIdentity: ReadShape
    let packagesByName: ScanShape
    let insertPackage, updatePackage, addPackageDownloads: OperationShape
    let requirePackageVersion, requireNameFree: GuardShape

    let release, releaseByPrecedence, readme, releaseManifest: ReadShape
    let releasesOfPackage, releasesOfPackages: ScanShape
    let insertRelease, setYank, addReleaseDownloads: OperationShape
    let requireReleaseAbsent, requireReleaseVersion: GuardShape

    let dependenciesOfPackage, dependenciesOfPackages, dependenciesOfRelease: ScanShape
    let insertDependency: OperationShape

    let owner: ReadShape
    let ownersOfPackage, ownersOfPackages, packagesOfUser: ScanShape
    let insertOwner, deleteOwner: OperationShape
    let requireOwner, requireNoOwner: GuardShape

    let label: ReadShape
    let packagesOfLabel: ScanShape
    let insertLabel, deleteLabel: OperationShape

    let labelCount: ReadShape
    let labelCountsAbove, allLabelCounts: ScanShape
    let insertLabelCount, addLabelCount, setLabelCount, deleteLabelCount: OperationShape

    let ranking: ReadShape
    let shownByDownloads, shownByUpdated, shownByName: ScanShape
    let insertRanking, updateRanking, setRanking, addRankingDownloads: OperationShape

    let setSearchText, deleteSearchText: OperationShape

    let flushesBefore: ScanShape
    let insertFlush, deleteFlush: OperationShape

    let dataFormat: ReadShape
    let setDataFormat: OperationShape
    let requireNoDataFormat: GuardShape

    let eventsSince: ScanShape
    let insertEvent: OperationShape

    let counter: ReadShape
    let insertCounter, setCounter, addCounter, upsertCounter: OperationShape
    let requireCounter: GuardShape

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
        allTokens = set.scan(Tokens.collection, columns: [Tokens.id, Tokens.expires])
        insertToken = set.insert(Tokens.collection, columns: Tokens.all)
        touchToken = set.update(Tokens.collection, columns: [Tokens.lastUsed])
        deleteToken = set.delete(Tokens.collection)
        requireToken = set.requirePresent(Tokens.collection)

        expiriesBefore = set.scan(
            TokenExpiries.collection, Bounds(upper: .exclusive), columns: TokenExpiries.all)
        insertExpiry = set.upsert(TokenExpiries.collection, columns: TokenExpiries.all)
        deleteExpiry = set.delete(TokenExpiries.collection)

        let packageColumns = Packages.all + [.version]
        package = set.get(Packages.collection, columns: packageColumns)
        packageByIdentity = set.get(Packages.collection, by: Packages.byIdentity, columns: packageColumns)
        packagesByName = set.scan(Packages.collection, columns: packageColumns)
        insertPackage = set.insert(Packages.collection, columns: Packages.all)
        updatePackage = set.update(Packages.collection, columns: PackageRecord.changeable)
        addPackageDownloads = set.add(Packages.collection, columns: [Packages.downloads])
        requirePackageVersion = set.requireVersion(Packages.collection)
        requireNameFree = set.requireAbsent(Packages.collection, by: Packages.byIdentity)

        release = set.get(Releases.collection, columns: ReleaseRecord.listed)
        releaseByPrecedence = set.get(Releases.collection, by: Releases.byPrecedence, columns: ReleaseRecord.listed)
        readme = set.get(Releases.collection, columns: [Releases.readme])
        releaseManifest = set.get(Releases.collection, columns: [Releases.manifest])
        releasesOfPackage = set.scan(
            Releases.collection, by: Releases.bySerial, Bounds(prefix: 1), columns: ReleaseRecord.listed)
        // From one name to another.
        let names = Bounds(lower: .inclusive, upper: .inclusive)
        releasesOfPackages = set.scan(
            Releases.collection, by: Releases.bySerial, names, columns: ReleaseRecord.listed + [Releases.package])
        insertRelease = set.insert(Releases.collection, columns: Releases.all)
        setYank = set.update(
            Releases.collection,
            columns: [Releases.yanked, Releases.yankSerial, Releases.yankReason, Releases.yankMessage])
        addReleaseDownloads = set.add(Releases.collection, columns: [Releases.downloads])
        requireReleaseAbsent = set.requireAbsent(Releases.collection, by: Releases.byPrecedence)
        requireReleaseVersion = set.requireVersion(Releases.collection)

        dependenciesOfPackage = set.scan(Dependencies.collection, Bounds(prefix: 1), columns: Dependencies.all)
        dependenciesOfPackages = set.scan(Dependencies.collection, names, columns: Dependencies.all)
        dependenciesOfRelease = set.scan(Dependencies.collection, Bounds(prefix: 2), columns: Dependencies.all)
        insertDependency = set.insert(Dependencies.collection, columns: Dependencies.all)

        owner = set.get(Owners.collection, columns: Owners.all)
        ownersOfPackage = set.scan(Owners.collection, Bounds(prefix: 1), columns: Owners.all)
        ownersOfPackages = set.scan(Owners.collection, names, columns: Owners.all)
        packagesOfUser = set.scan(Owners.collection, by: Owners.byUser, Bounds(prefix: 1), columns: [Owners.package])
        insertOwner = set.insert(Owners.collection, columns: Owners.all)
        deleteOwner = set.delete(Owners.collection)
        requireOwner = set.requirePresent(Owners.collection)
        requireNoOwner = set.requireAbsent(Owners.collection)

        label = set.get(Labels.collection, columns: [Labels.package])
        packagesOfLabel = set.scan(Labels.collection, Bounds(prefix: 2), columns: [Labels.package])
        insertLabel = set.upsert(Labels.collection, columns: Labels.all)
        deleteLabel = set.delete(Labels.collection)

        labelCount = set.get(LabelCounts.collection, columns: [LabelCounts.count])
        labelCountsAbove = set.scan(
            LabelCounts.collection, by: LabelCounts.byCount, Bounds(prefix: 1, lower: .exclusive),
            columns: [LabelCounts.label, LabelCounts.count])
        allLabelCounts = set.scan(LabelCounts.collection, columns: [LabelCounts.kind, LabelCounts.label])
        insertLabelCount = set.insert(LabelCounts.collection, columns: LabelCounts.all)
        addLabelCount = set.add(LabelCounts.collection, columns: [LabelCounts.count])
        setLabelCount = set.upsert(LabelCounts.collection, columns: LabelCounts.all)
        deleteLabelCount = set.delete(LabelCounts.collection)

        ranking = set.get(Rankings.collection, columns: Rankings.all)
        let ordered = [Rankings.name]
        shownByDownloads = set.scan(
            Rankings.collection, by: Rankings.byDownloads, Bounds(prefix: 1), columns: ordered)
        shownByUpdated = set.scan(Rankings.collection, by: Rankings.byUpdated, Bounds(prefix: 1), columns: ordered)
        shownByName = set.scan(Rankings.collection, by: Rankings.byName, Bounds(prefix: 1), columns: ordered)
        insertRanking = set.insert(Rankings.collection, columns: Rankings.all)
        updateRanking = set.update(Rankings.collection, columns: [Rankings.shown, Rankings.updated])
        setRanking = set.upsert(Rankings.collection, columns: Rankings.all)
        addRankingDownloads = set.add(Rankings.collection, columns: [Rankings.downloads])

        setSearchText = set.upsert(SearchTexts.collection, columns: SearchTexts.all)
        deleteSearchText = set.delete(SearchTexts.collection)

        flushesBefore = set.scan(
            DownloadFlushes.collection, Bounds(upper: .exclusive), columns: [DownloadFlushes.id])
        insertFlush = set.insert(DownloadFlushes.collection, columns: [DownloadFlushes.id])
        deleteFlush = set.delete(DownloadFlushes.collection)

        dataFormat = set.get(DataFormats.collection, columns: [DataFormats.format, DataFormats.oldestReader])
        setDataFormat = set.upsert(DataFormats.collection, columns: DataFormats.all)

        requireNoDataFormat = set.requireAbsent(DataFormats.collection)

        eventsSince = set.scan(Events.collection, Bounds(lower: .exclusive), columns: Events.all)
        insertEvent = set.insert(Events.collection, columns: Events.all)

        counter = set.get(Counters.collection, columns: [Counters.value])
        insertCounter = set.insert(Counters.collection, columns: [Counters.name, Counters.value])
        setCounter = set.update(Counters.collection, columns: [Counters.value])
        addCounter = set.add(Counters.collection, columns: [Counters.value])
        upsertCounter = set.upsert(Counters.collection, columns: [Counters.name, Counters.value])
        requireCounter = set.requireEqual(Counters.collection, columns: [Counters.value])
    }
}
