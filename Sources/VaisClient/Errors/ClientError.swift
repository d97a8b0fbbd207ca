package import VaisArchive
package import VaisHost
package import VaisModel
package import VaisProtocol
package import VaisResolver

/// Why an operation of the client failed, in terms its user can act on.
package struct ClientError: Error, Sendable, CustomStringConvertible {
    /// What decides the exit status; one case for each (DESIGN.md's table of exit codes).
    package enum Code: Int32, Sendable {
        /// The user's input: a conflict, something that does not exist, a policy.
        case input = 1
        /// Arguments that do not parse.
        case usage = 2
        /// The network or the registry.
        case network = 3
        /// A checksum, a signature, a damaged or hostile archive.
        case integrity = 4
        /// A check found a difference.
        case difference = 5
        /// A fault of this program.
        case fault = 70
    }

    package var code: Code
    /// What failed: "cannot publish left-pad 1.3.0".
    package var message: String
    /// Why, from the outside in; may have several lines each.
    package var causes: [String]
    /// One step that is likely to help.
    package var hint: String?
    /// A short stable word for programs, such as `version_exists`.
    package var reason: String?

    package init(_ code: Code, _ message: String, causes: [String] = [], hint: String? = nil, reason: String? = nil) {
        self.code = code
        self.message = message
        self.causes = causes
        self.hint = hint
        self.reason = reason
    }

    package var description: String { ([message] + causes).joined(separator: ": ") }

    /// Puts what was being done in front of why it failed.
    package func during(_ action: String) -> ClientError {
        var error = self
        error.causes.insert(message, at: 0)
        error.message = action
        return error
    }
}

extension ClientError {
    /// Any error of the layers below, told to the user.
    package init(_ error: any Error) {
        switch error {
        case let error as ClientError: self = error
        case let error as ModelError: self.init(error)
        case let error as ArchiveError: self.init(error)
        case let error as Problem: self.init(error)
        case let error as ResolutionFailure: self.init(error)
        case let error as ProtocolError:
            self.init(
                .network, "the registry's answer cannot be understood", causes: [error.message], hint: error.hint,
                reason: "protocol_\(error.code.rawValue)")
        case let error as TransportError: self.init(error)
        case let error as PluginError:
            // All but a failing call is for the user to put right: a file, or plugins.toml.
            self.init(
                error.code == .failed || error.code == .unavailable ? .fault : .input, error.message, hint: error.hint,
                reason: "plugin")
        case is CancellationError: self.init(.fault, "interrupted", reason: "cancelled")
        default: self.init(.fault, "\(error)")
        }
    }

    package init(_ error: ModelError) {
        let place = error.file.map { file in error.line.map { "\(file):\($0): " } ?? "\(file): " } ?? ""
        let code: Code =
            switch error.code {
            case .integrity: .integrity
            case .name, .version, .requirement, .release, .checksum, .timestamp: error.file == nil ? .usage : .input
            default: .input
            }
        self.init(code, place + error.message, hint: error.hint, reason: error.code.rawValue)
    }

    package init(_ error: ArchiveError) {
        self.init(
            error.blamesArchive ? .integrity : .input, error.message, hint: error.hint, reason: error.code.rawValue)
    }

    package init(_ error: ResolutionFailure) {
        self.init(
            .input, error.message, causes: error.explanation.map(\.description), hint: error.hint,
            reason: error.code.rawValue)
    }

    /// What a registry answered.
    package init(_ problem: Problem) {
        let code: Code =
            switch problem.status {
            case 400..<500 where problem.status != 408 && problem.status != 429: .input
            default: .network
            }
        let request = problem.requestID.map { " (request \($0))" } ?? ""
        self.init(
            code, printable(problem.detail + (code == .network ? request : "")), hint: problem.hint.map(printable),
            reason: printable(problem.code))
    }

    package init(_ error: TransportError) {
        if let cause = error.cause, !(cause is CancellationError) {
            self.init(cause)
            return
        }
        let reason =
            switch error.code {
            case .unreachable: "unreachable"
            case .timeout: "timeout"
            case .tooLarge: "too_large"
            case .broken: "broken"
            case .stopped: "stopped"
            case .unsupported: "unsupported"
            }
        self.init(.network, error.message, hint: error.hint, reason: reason)
    }
}

extension ClientError {
    static func notFetched(_ release: ReleaseID) -> ClientError {
        ClientError(
            .network, "the archive of \(release) is not in the cache, and --offline forbids to fetch it",
            hint: "run the command once without --offline", reason: "offline")
    }
}
