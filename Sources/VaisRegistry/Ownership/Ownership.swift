internal import VaisHost
package import VaisModel
package import VaisProtocol

extension Registry {
    /// Names of the package's owners, in the order in which they came.
    package func owners(of name: PackageName) async throws(Problem) -> [String] {
        let rows = try await storing { () throws(StorageError) in
            try await records.scanAll(shapes.ownersOfPackage(.text(name.text)))
        }
        return try await storing { () throws(StorageError) in
            let ordered = try rows.map { row throws(StorageError) in (try row.time(3), try row.text(1)) }.sorted {
                $0 < $1
            }
            var names: [String] = []
            for case let row? in try await records.get(ordered.map { shapes.userByID(.text($0.1)) }) {
                names.append(try row.text(1))
            }
            return names
        }
    }

    package func addOwner(_ username: String, to name: PackageName, by caller: Caller) async throws(Problem) {
        let package = try await package(name)
        try await requireOwnership(of: name, caller)
        guard let user = try await user(named: username) else { throw .userNotFound(username) }
        var guards = [shapes.requireNoOwner(.text(name.text), .text(user.id)), shapes.requireUser(.text(user.id))]
        if !caller.overridesOwnership { guards.append(shapes.requireOwner(.text(name.text), .text(caller.userID))) }
        let event = Event(kind: .ownerAdded, actor: caller.username, package: package.name, detail: user.name)
        do throws(StorageError) {
            try await log.commit(event) { _ in
                Batch(
                    guards: guards,
                    operations: [
                        shapes.insertOwner(
                            .text(name.text), .text(user.id), .text(caller.userID), .time(Timestamp.now().microseconds))
                    ])
            }
        } catch {
            switch error.place {
            case .requirement(0): throw .alreadyOwner(user.name, of: name)
            case .requirement(1): throw .userNotFound(username)
            case .requirement(2): throw .notOwner(of: name)
            default: throw Problem(error)
            }
        }
    }

    /// Removes an owner; the last one stays. Two owners who remove each other at the same moment cannot both succeed: the package's
    /// stamp is renewed by every removal and guarded by each.
    package func removeOwner(_ username: String, from name: PackageName, by caller: Caller) async throws(Problem) {
        for _ in 0..<50 {
            let package = try await package(name)
            try await requireOwnership(of: name, caller)
            guard let user = try await user(named: username) else { throw .userNotFound(username) }
            let rows = try await storing { () throws(StorageError) in
                try await records.scanAll(shapes.ownersOfPackage(.text(name.text)))
            }
            guard rows.contains(where: { $0[1] == .text(user.id) }) else { throw .notAnOwner(user.name, of: name) }
            guard rows.count > 1 else { throw .lastOwner(of: name) }
            let event = Event(kind: .ownerRemoved, actor: caller.username, package: name, detail: user.name)
            do throws(StorageError) {
                try await log.commit(event) { _ in
                    Batch(
                        guards: [
                            shapes.requirePackageVersion(.text(name.text), .integer(package.stamp)),
                            shapes.requireOwner(.text(name.text), .text(user.id)),
                        ],
                        operations: [
                            shapes.deleteOwner(.text(name.text), .text(user.id)),
                            shapes.updatePackage(package.changedValues),
                        ])
                }
                return
            } catch {
                guard error.code == .guardFailed else { throw Problem(error) }
            }
        }
        throw Problem(.overloaded, "The package is changing too fast", retryAfter: 1)
    }

    func requireOwnership(of name: PackageName, _ caller: Caller) async throws(Problem) {
        if caller.overridesOwnership { return }
        let row = try await storing { () throws(StorageError) in
            try await records.get(shapes.owner(.text(name.text), .text(caller.userID)))
        }
        guard row != nil else { throw .notOwner(of: name) }
    }
}
