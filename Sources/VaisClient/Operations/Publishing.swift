internal import VaisHost
internal import VaisModel
internal import VaisProtocol

/// Publishes a packed package and makes sure that it arrived.
package struct Publishing: Sendable {
    package enum Outcome: Sendable {
        case published
        /// The registry said so, and then could not be asked what it has; `because` of this.
        case publishedUnchecked(because: ClientError)
        /// What the registry answered was lost, `because` of this; it has these bytes.
        case publishedUnanswered(because: ClientError)
        /// The very same bytes had been published before, perhaps by an attempt whose answer was lost.
        case alreadyThere
    }

    let connection: ServerConnection

    package init(_ connection: ServerConnection) { self.connection = connection }

    /// Uploads, and reads back what the registry then says of the release. An answer that is lost on the way says nothing of what became
    /// of the upload: then what is read back decides. Publishing the same package again is always safe.
    package func publish(_ package: PackedPackage) async throws(ClientError) -> Outcome {
        do {
            switch try await upload(package) {
            case .stored: return try await check(package)
            case .alreadyThere: return .alreadyThere
            case .unknown(let failure): return try await settle(package, after: failure)
            }
        } catch {
            throw ClientError(error).during("cannot publish \(package.release)")
        }
    }

    /// What an upload came to, by its answer.
    private enum Upload {
        case stored, alreadyThere
        /// There was none that tells.
        case unknown(ClientError)
    }

    private func upload(_ package: PackedPackage) async throws -> Upload {
        let form = try MultipartUpload(metadata: metadata(package), archive: package.path, size: package.size)
        do {
            let answer = try await connection.send(
                "POST", Routes.publish, headers: [("Content-Type", form.contentType)], body: form.body,
                authorization: .required)
            let response = try PublishResponse(parsing: answer.body)
            guard response.checksum == package.checksum else {
                throw ClientError(
                    .integrity, "the registry stored other bytes than were sent",
                    causes: ["sent sha256 \(package.checksum)", "stored \(response.checksum)"], reason: "checksum")
            }
            return .stored
        } catch let problem as Problem where problem.errorCode == .versionExists {
            guard case .string(let existing)? = problem["checksum"] else {
                throw ClientError(problem)
            }
            if existing == package.checksum.hex { return .alreadyThere }
            throw ClientError.exists(package, existing, causes: [problem.detail])
        } catch let problem as Problem where [500, 502, 503, 504].contains(problem.status) {
            // Perhaps of a proxy, which had passed the upload on.
            return .unknown(ClientError(problem))
        } catch let error as TransportError where error.cause == nil && error.code != .unreachable {
            return .unknown(ClientError(error))
        } catch let error as ProtocolError {
            return .unknown(ClientError(error))
        }
    }

    /// After an answer that says "stored".
    private func check(_ package: PackedPackage) async throws -> Outcome {
        let known: Checksum?
        do {
            known = try await self.known(package)
        } catch {
            return .publishedUnchecked(because: ClientError(error))
        }
        guard let known else {
            return .publishedUnchecked(
                because: ClientError(.network, "the registry does not show \(package.release) yet"))
        }
        guard known == package.checksum else {
            throw ClientError(
                .integrity, "the registry serves other bytes than were sent",
                causes: ["sent sha256 \(package.checksum)", "served \(known)"], reason: "checksum")
        }
        return .published
    }

    /// After an answer that was lost.
    private func settle(_ package: PackedPackage, after failure: ClientError) async throws -> Outcome {
        let known: Checksum?
        do {
            known = try await self.known(package)
        } catch {
            var told = failure
            told.causes.append("whether it arrived could not be learned: \(ClientError(error).description)")
            told.hint = "publish again; that is safe, whether it arrived or not"
            throw told
        }
        guard let known else {
            var told = failure
            told.causes.append("the registry does not have the release")
            told.hint = failure.hint ?? "publish again"
            throw told
        }
        if known == package.checksum { return .publishedUnanswered(because: failure) }
        throw ClientError.exists(package, known.hex, causes: [failure.description])
    }

    /// The checksum of the release that the registry has; nil when it has none.
    private func known(_ package: PackedPackage) async throws -> Checksum? {
        do {
            let answer = try await connection.send(
                "GET", Routes.release(package.release), headers: [("Accept", MediaType.json)], authorization: .ifAsked)
            return try ReleaseInfo(parsing: answer.body).release.checksum
        } catch let problem as Problem where problem.status == 404 {
            return nil
        }
    }

    private func metadata(_ package: PackedPackage) -> [UInt8] {
        let manifest = package.manifest
        var metadata = PublishMetadata(name: package.release.name.text, version: package.release.version.description)
        metadata.description = manifest.description
        metadata.homepage = manifest.homepage
        metadata.repository = manifest.repository
        metadata.documentation = manifest.documentation
        metadata.license = manifest.license
        metadata.keywords = manifest.keywords
        metadata.categories = manifest.categories
        metadata.dependencies = manifest.dependencies(.normal).map(PublishMetadata.Dependency.init)
        metadata.devDependencies = manifest.dependencies(.dev).map(PublishMetadata.Dependency.init)
        return metadata.encoded()
    }
}

extension ClientError {
    fileprivate static func exists(_ package: PackedPackage, _ checksum: String, causes: [String]) -> ClientError {
        ClientError(
            .input, "the registry already has this release, with different contents",
            causes: causes + ["sent sha256 \(package.checksum)", "the registry has \(printable(checksum))"],
            hint: "releases never change; raise `version` in vais.toml and publish again", reason: "version_exists")
    }
}

extension PublishMetadata.Dependency {
    fileprivate init(_ dependency: VaisModel.Dependency) {
        self.init(
            name: dependency.name.text, version: dependency.requirement.description, features: dependency.features,
            isOptional: dependency.optional, target: dependency.target)
    }
}
