import Testing
import VaisConformance
import VaisHost

@Suite("The conformance kit") struct MutationTests {
    @Test("notices every fault put into a plugin, in the part of the contract it breaks", arguments: Mutation.all)
    func noticesFaults(_ mutation: Mutation) throws {
        let scratch = try Scratch()
        let plugin = try MutantBuild.build(mutation, in: scratch)
        let report = try Kit.run(plugin, [mutation.group], deadline: mutation.deadline)
        let findings = report.findings + CapabilityMatrix(report).findings
        let isNoticed = findings.contains { finding in mutation.words.map { finding.message.contains($0) } ?? true }
        #expect(
            isNoticed,
            "a plugin that \(mutation) passes \(mutation.group), with \(report.findings) (seed \(report.seed))")
    }

    @Test(
        "finds nothing in the same build without a fault, nor where only the length of a table differs",
        arguments: Mutation.harmless)
    func findsNothingWithoutFault(_ mutation: Mutation?) throws {
        let scratch = try Scratch()
        let plugin = try MutantBuild.build(mutation, in: scratch)
        let report = try Kit.run(plugin, Check.Group.all(of: .storage))
        #expect(report.findings == [], "seed \(report.seed)")
        #expect(report.results.count >= Check.all(at: .quick).count)
    }

    @Test("has a fault for every part of the contract")
    func coversEveryGroup() {
        #expect(Set(Mutation.all.map(\.group)) == Set(Check.Group.all(of: .storage)))
    }

    @Test("says how to repeat a run: the same seed makes the same findings, and a failing sequence short")
    func repeatsFromSeed() throws {
        let scratch = try Scratch()
        let plugin = try MutantBuild.build(Mutation.all.last { $0.group == .model }, in: scratch)
        let findings = try (0..<2).map { _ in try Kit.run(plugin, [.model], seed: 7).findings }
        let first = try #require(findings[0].first)
        #expect(findings[0] == findings[1])
        #expect((1...3).contains(first.steps.count), "\(first)")
    }

    @Test("goes on with the next check when the plugin ends the process")
    func goesOnAfterCrash() throws {
        let scratch = try Scratch()
        let mutation = try #require(Mutation.all.first { $0.words == "SIGSEGV" })
        let report = try Kit.run(MutantBuild.build(mutation, in: scratch), [mutation.group, .hygiene])
        let names = report.results.map(\.check.description)
        #expect(
            names == Check.all(at: .quick).filter { [mutation.group, .hygiene].contains($0.group) }.map(\.description))
        #expect(report.results.contains { $0.passed && $0.inapplicable == nil })
    }
}
