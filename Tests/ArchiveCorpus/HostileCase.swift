/// One archive that a registry and a client meet, with the answer it must get.
///
/// The numbers are those of the list of hostile archives in the project's robustness notes. The archives are the same on
/// every run, and each but the ones about manifests holds a valid `vais.toml` for `hostile 1.0.0` first, so that nothing
/// but the fault under test can be the reason of a refusal.
package struct HostileCase: Sendable, CustomStringConvertible {
    package var number: Int
    package var name: String
    /// The stable code of the refusal, or nil for an archive that must be accepted.
    package var expectedCode: String?
    /// Takes a second to make, or holds megabytes; tests that repeat themselves may leave it out.
    package var isLarge: Bool
    private let make: @Sendable () -> [UInt8]

    /// The whole `.tar.gz`, made anew.
    package var bytes: [UInt8] { make() }
    package var description: String { "\(number): \(name)" }

    package static let packageName = "hostile"
    package static let packageVersion = "1.0.0"
    package static let manifest = "[package]\nname = \"\(packageName)\"\nversion = \"\(packageVersion)\"\n"

    /// All cases, by number.
    package static let all: [HostileCase] =
        (pathCases + linkCases + typeCases + twinCases + nameCases + paxCases + sizeCases + containerCases + bombCases
        + layoutCases + acceptedCases).sorted { $0.number < $1.number }

    /// The cases that must be refused.
    package static let refused = all.filter { $0.expectedCode != nil }
    /// The cases that look odd and must be accepted.
    package static let accepted = all.filter { $0.expectedCode == nil }

    /// A case given as a finished file.
    static func file(
        _ number: Int, _ name: String, _ code: String?, isLarge: Bool = false, _ make: @escaping @Sendable () -> [UInt8]
    ) -> HostileCase {
        HostileCase(number: number, name: name, expectedCode: code, isLarge: isLarge, make: make)
    }

    /// A case given as entries that follow the manifest; end blocks and gzip are added.
    static func tar(
        _ number: Int, _ name: String, _ code: String?, _ build: @escaping @Sendable (inout TarBuilder) -> Void
    ) -> HostileCase {
        file(number, name, code) {
            var tar = TarBuilder()
            tar.file("vais.toml", manifest)
            build(&tar)
            tar.end()
            return GzipBuilder.member(tar.bytes)
        }
    }

    /// Like `tar`, but without manifest and end blocks.
    static func bareTar(
        _ number: Int, _ name: String, _ code: String?, _ build: @escaping @Sendable (inout TarBuilder) -> Void
    ) -> HostileCase {
        file(number, name, code) {
            var tar = TarBuilder()
            build(&tar)
            return GzipBuilder.member(tar.bytes)
        }
    }
}
