internal import VaisHost
internal import VaisModel
package import VaisProtocol

extension Registry {
    /// The packages that changed after `serial`, each once, and the serial the answer reaches to. With `more` there are further ones
    /// to ask for from that serial on. Asked about a serial that is still to come, the answer reaches to the newest there is.
    ///
    /// - Parameter limit: the most changes to look at.
    package func changes(
        since serial: UInt64, limit: Int = ProtocolLimits.changesPageSize
    ) async throws(Problem) -> Changes {
        let newest = self.serial
        let page = try await storing { () throws(StorageError) in
            try await records.scan(shapes.eventsSince(.integer(Int64(clamping: serial))), after: nil, limit: limit)
        }
        return try await storing { () throws(StorageError) in
            var names: Set<PackageName> = []
            var reached = min(serial, newest)
            var isCut = false
            for row in page.rows {
                let serial = UInt64(clamping: try row.integer(0))
                // Not announced yet, so answers about the package may still be old.
                if serial > newest {
                    isCut = true
                    break
                }
                reached = max(reached, serial)
                let name = try row.text(4)
                if !name.isEmpty { names.insert(try parsed(name, PackageName.init(parsing:))) }
            }
            return Changes(serial: reached, names: names.sorted(), more: page.next != nil && !isCut)
        }
    }
}
