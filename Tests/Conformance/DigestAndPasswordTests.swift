import Testing
import VaisConformance
import VaisHost

@Suite("The kit for digests and passwords") struct DigestAndPasswordTests {
    @Test(
        "finds nothing in our own plugins",
        arguments: [("digest-openssl", PluginKind.digest), ("password-argon2", .password)])
    func ownPlugins(_ name: String, _ kind: PluginKind) throws {
        let report = try Kit.run(PluginFiles.path(name), kind: kind, Check.Group.all(of: kind))
        #expect(report.findings == [], "seed \(report.seed)")
        #expect(report.results.count >= Check.all(of: kind, at: .quick).count)
    }

    @Test("finds nothing in a sample without a fault", arguments: SampleFault.none)
    func samples(_ sample: SampleFault) throws {
        let scratch = try Scratch()
        let report = try Kit.run(sample.build(in: scratch), kind: sample.kind, Check.Group.all(of: sample.kind))
        #expect(report.findings == [], "seed \(report.seed)")
    }

    @Test("notices every fault put into a sample, in the part of the contract it breaks", arguments: SampleFault.all)
    func noticesFaults(_ fault: SampleFault) throws {
        let scratch = try Scratch()
        let report = try Kit.run(fault.build(in: scratch), kind: fault.kind, [fault.group])
        let isNoticed = report.findings.contains { finding in fault.words.map { finding.message.contains($0) } ?? true }
        #expect(isNoticed, "\(fault) passes \(fault.group), with \(report.findings) (seed \(report.seed))")
    }

    @Test("has a fault for every part of the contract", arguments: [PluginKind.digest, .password])
    func coversEveryGroup(_ kind: PluginKind) {
        let groups = Set(SampleFault.all.filter { $0.kind == kind }.map(\.group))
        #expect(groups == Set(Check.Group.all(of: kind)))
    }
}
