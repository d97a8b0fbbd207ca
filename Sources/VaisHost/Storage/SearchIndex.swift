/// Ranked full-text search over a collection.
package protocol SearchIndex: Sendable {
    /// Keys of the records that contain every term, best first, ties by key. A term matches any word that begins with it, ignoring
    /// case; terms are letters and digits only. No terms: no hits.
    func search(_ declaration: SearchDeclaration, terms: [String], offset: Int, limit: Int) async throws(StorageError)
        -> SearchHits
}

package struct SearchHits: Sendable {
    package struct Hit: Sendable {
        package var key: String
        /// Higher is better; comparable within one answer only.
        package var score: Double
    }

    package var hits: [Hit]
    /// The number of all matches, whatever part of them `hits` holds.
    package var total: Int

    package init(hits: [Hit], total: Int) {
        self.hits = hits
        self.total = total
    }
}
