import Testing
import VaisModel

@testable import VaisProtocol

@Suite("Problems") struct ProblemTests {
    @Test("are problem documents that old clients can read too, byte for byte")
    func golden() throws {
        var problem = Problem.versionExists(
            ReleaseID(name: try Sample.name(), version: try Sample.version()), checksum: try Sample.checksum())
        problem.requestID = "r-1"
        #expect(
            problem.json
                == #"{"type":"https://registry.vais.dev/problems/version_exists","title":"The version already exists","#
                + #""status":409,"detail":"Version already exists: left-pad@1.3.0","code":"version_exists","#
                + #""request_id":"r-1","error":"Version already exists: left-pad@1.3.0","#
                + #""hint":"a release never changes; raise `version` in the manifest and publish again","#
                + #""checksum":"\#(Sample.checksumText)"}"#)
        let read = try Problem(problem.json)
        #expect(read == problem)
        #expect(read.errorCode == .versionExists)
        #expect(read["checksum"] == .string(Sample.checksumText))
    }

    @Test("keep the texts of the original registry")
    func texts() throws {
        let bad = ModelError(.version, "`1` is not a version")
        let expected: [(Problem, Int, String)] = [
            (.packageNotFound("X"), 404, "Package not found: X"),
            (.versionNotFound("N", "V"), 404, "Version not found: N@V"),
            (.userExists("X"), 409, "User already exists: X"),
            (.invalidName(bad), 400, "Invalid package name: `1` is not a version"),
            (.invalidVersion(bad), 400, "Invalid version: `1` is not a version"),
            (.invalidArchive("no manifest", reason: "manifest"), 400, "Archive error: no manifest"),
            (.invalidCredentials, 401, "Invalid credentials"),
            (.tokenExpired, 401, "Token expired"),
            (.missingScope("publish"), 403, "Forbidden: Missing required scope: publish"),
        ]
        for (problem, status, text) in expected {
            #expect(problem.status == status)
            #expect(problem.detail == text)
            #expect(try JSONValue(parsing: problem.encoded()).object().string("error") == text)
        }
    }

    @Test("have codes that are stable strings with an error status and a title each", arguments: ErrorCode.allCases)
    func codes(_ code: ErrorCode) {
        #expect((400..<600).contains(code.status))
        #expect(!code.title.isEmpty)
        #expect(code.rawValue.utf8.allSatisfy { $0 == UInt8(ascii: "_") || (97...122).contains($0) })
    }

    @Test("tell apart what may pass from what will not")
    func temporary() {
        #expect(ErrorCode.allCases.filter(\.isTemporary).map(\.status).sorted() == [408, 429, 503, 503, 507])
    }

    @Test("of the original registry are read")
    func original() throws {
        let problem = Problem(status: 404, body: Array(#"{"error":"Package not found: x","status":404}"#.utf8))
        #expect(problem.detail == "Package not found: x")
        #expect(problem.errorCode == .notFound)
        #expect(problem.status == 404)
    }

    @Test("with a code from the future keep it, and their status says what to do")
    func future() throws {
        let problem = Problem(status: 409, body: Array(#"{"detail":"d","code":"moon_phase","status":409}"#.utf8))
        #expect(problem.code == "moon_phase")
        #expect(problem.errorCode == nil)
    }

    @Test(
        "are made of any body",
        arguments: [
            "", "<html>Bad gateway</html>", "{}", "[]", "null", #"{"error":7}"#, #"{"detail":"d","detail":"e"}"#,
        ])
    func anyBody(_ body: String) {
        let problem = Problem(status: 502, body: Array(body.utf8))
        #expect(problem.status == 502)
        #expect(problem.errorCode == .unavailable)
        #expect(problem.detail == "the server answered with status 502 and no explanation")
    }

    @Test("believe the status line rather than the body")
    func statusLine() {
        #expect(Problem(status: 503, body: Array(#"{"error":"x","status":200}"#.utf8)).status == 503)
    }

    @Test("say when to try again")
    func retry() throws {
        let problem = Problem.rateLimited(retryAfter: 7)
        #expect(problem.status == 429)
        #expect(try Problem(problem.json).retryAfter == 7)
    }
}
