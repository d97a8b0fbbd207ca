/// The collections a host keeps in a store. Changes only ever add: ids are never reused, nothing is renamed or retyped.
package struct Schema: Sendable {
    /// Rises with every change.
    package var version: UInt32
    package var collections: [Collection]
    package var searches: [SearchDeclaration]

    package init(version: UInt32, collections: [Collection], searches: [SearchDeclaration] = []) {
        self.version = version
        self.collections = collections
        self.searches = searches
    }
}

/// A set of records of one form, as a table is.
package struct Collection: Sendable {
    package var id: UInt32
    package var name: String
    package var columns: [Column]
    package var key: [Column]
    package var indexes: [Index]

    package init(_ id: UInt32, _ name: String, key: [Column], columns: [Column], indexes: [Index] = []) {
        self.id = id
        self.name = name
        self.key = key
        self.columns = columns
        self.indexes = indexes
    }
}

/// One typed column. `columns` of a collection lists all of them, those of the key included.
package struct Column: Sendable, Hashable {
    package enum Kind: UInt32, Sendable {
        case bool = 1, integer, double, text, bytes, time
    }

    /// Unique within its collection, from 1.
    package var id: UInt32
    package var name: String
    package var kind: Kind
    /// A column added after the collection's first version must be optional.
    package var isOptional: Bool

    package init(_ id: UInt32, _ name: String, _ kind: Kind, optional: Bool = false) {
        self.id = id
        self.name = name
        self.kind = kind
        self.isOptional = optional
    }

    /// The stamp of the batch that last wrote the record, as an integer; may stand in any list of columns to read.
    package static let version = Column(.max, "version", .integer)
}

/// An ordered index on columns that are not optional. Its order is its columns', then the key's.
package struct Index: Sendable {
    package var id: UInt32
    package var name: String
    package var columns: [Column]
    package var isUnique: Bool

    package init(_ id: UInt32, _ name: String, on columns: [Column], unique: Bool = false) {
        self.id = id
        self.name = name
        self.columns = columns
        self.isUnique = unique
    }
}

/// Text columns of one collection, with a single text column as its key, to be searched by words.
package struct SearchDeclaration: Sendable {
    package var id: UInt32
    package var name: String
    package var collection: Collection
    package var fields: [(column: Column, weight: Double)]

    package init(_ id: UInt32, _ name: String, in collection: Collection, fields: [(column: Column, weight: Double)]) {
        self.id = id
        self.name = name
        self.collection = collection
        self.fields = fields
    }
}
