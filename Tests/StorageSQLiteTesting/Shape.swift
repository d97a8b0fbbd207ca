import CVaisPlugin

/// The shapes most tests need.
package enum Shape {
    package static let insertPackage: UInt32 = 0
    package static let getPackage: UInt32 = 1
    package static let getByNumber: UInt32 = 2
    package static let addDownloads: UInt32 = 3
    package static let updateAbout: UInt32 = 4
    package static let deletePackage: UInt32 = 5
    package static let packagesByName: UInt32 = 6
    package static let countPackages: UInt32 = 7
    package static let upsertPackage: UInt32 = 8
    package static let requireAbsent: UInt32 = 9
    package static let requireAbout: UInt32 = 10
    package static let byDownloads: UInt32 = 11
    package static let byDownloadsDown: UInt32 = 12
    package static let insertRelease: UInt32 = 13
    package static let releasesOf: UInt32 = 14
    package static let releasesBetween: UInt32 = 15
    package static let upsertAboutOnly: UInt32 = 16

    package static let all: [TestShape] = [
        TestShape(kind: VAIS_INSERT, collection: 1, columns: [1, 2, 3, 4]),
        TestShape(kind: VAIS_GET, collection: 1, columns: [1, 2, 3, 4, VAIS_COLUMN_VERSION]),
        TestShape(kind: VAIS_GET, collection: 1, index: 1, columns: [1]),
        TestShape(kind: VAIS_ADD, collection: 1, columns: [4]),
        TestShape(kind: VAIS_UPDATE, collection: 1, columns: [3]),
        TestShape(kind: VAIS_DELETE, collection: 1),
        TestShape(kind: VAIS_SCAN, collection: 1, columns: [1]),
        TestShape(kind: VAIS_COUNT, collection: 1),
        TestShape(kind: VAIS_UPSERT, collection: 1, columns: [1, 2, 3, 4]),
        TestShape(kind: VAIS_REQUIRE_ABSENT, collection: 1),
        TestShape(kind: VAIS_REQUIRE_EQUAL, collection: 1, columns: [3]),
        TestShape(kind: VAIS_SCAN, collection: 1, index: 2, flags: VAIS_SHAPE_LOWER, columns: [4, 1]),
        TestShape(
            kind: VAIS_SCAN, collection: 1, index: 2, flags: VAIS_SHAPE_UPPER | VAIS_SHAPE_DESCENDING, columns: [4, 1]),
        TestShape(kind: VAIS_INSERT, collection: 2, columns: [1, 2, 3, 4]),
        TestShape(kind: VAIS_SCAN, collection: 2, prefix: 1, columns: [2]),
        TestShape(
            kind: VAIS_SCAN, collection: 2, index: 1,
            flags: VAIS_SHAPE_LOWER | VAIS_SHAPE_UPPER | VAIS_SHAPE_UPPER_EXCLUSIVE,
            prefix: 1, columns: [2, 3]),
        TestShape(kind: VAIS_UPSERT, collection: 1, columns: [1, 3]),
    ]
}
