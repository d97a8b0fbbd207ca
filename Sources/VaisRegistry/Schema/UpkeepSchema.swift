internal import VaisHost

// What the registry keeps for its own upkeep.

/// When tokens expire, in that order. Tokens without an end have no record.
enum TokenExpiries {
    static let at = Column(1, "at", .time)
    static let token = Column(2, "token", .text)
    static let all = [at, token]
    static let collection = Collection(13, "token_expiries", key: [at, token], columns: all)
}

/// Ids of batches of counted downloads that were stored, each kept until the counter knows it: a batch that is sent again cannot count
/// twice.
enum DownloadFlushes {
    /// Begins with the time, so that ids sort by age.
    static let id = Column(1, "id", .text)
    static let collection = Collection(14, "download_flushes", key: [id], columns: [id])
}

/// What the data means, which the columns alone do not tell: one record, see `DataFormat`.
enum DataFormats {
    static let name = Column(1, "name", .text)
    static let format = Column(2, "format", .integer)
    static let oldestReader = Column(3, "oldest_reader", .integer)
    static let all = [name, format, oldestReader]
    static let collection = Collection(15, "data_formats", key: [name], columns: all)
}
