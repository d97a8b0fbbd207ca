import Testing
import VaisConformance

@Suite("The conformance kit") struct MutationTests {
    @Test("notices every fault put into a plugin, in the part of the contract it breaks", arguments: Mutation.all)
    func noticesFaults(_ mutation: Mutation) throws {
        let scratch = try Scratch()
        let plugin = try MutantBuild.build(mutation, in: scratch)
        let run = ConformanceRun(plugin)
        let isNoticed = Check.all.contains { $0.group == mutation.group && !run.run($0).passed }
        #expect(isNoticed, "a plugin that \(mutation) passes \(mutation.group) (seed \(run.seed))")
    }

    @Test("finds nothing in the same build without a fault")
    func findsNothingWithoutFault() throws {
        let scratch = try Scratch()
        let plugin = try MutantBuild.build(nil, in: scratch)
        let run = ConformanceRun(plugin)
        #expect(run.run().findings.isEmpty)
    }

    @Test("has a fault for every part of the contract")
    func coversEveryGroup() {
        #expect(Set(Mutation.all.map(\.group)) == Set(Check.Group.allCases))
    }

    @Test("says how to repeat a run: the same seed makes the same findings")
    func repeatsFromSeed() throws {
        let scratch = try Scratch()
        let plugin = try MutantBuild.build(Mutation.all.last { $0.group == .model }, in: scratch)
        let checks = Check.all.filter { $0.group == .model }
        let findings = (0..<2).map { _ in ConformanceRun(plugin, seed: 7).run(checks).findings.map(\.description) }
        #expect(!findings[0].isEmpty && findings[0] == findings[1])
    }
}
