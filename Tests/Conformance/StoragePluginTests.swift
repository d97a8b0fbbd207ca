import Testing
import VaisConformance
import VaisHost

@Suite("Every storage plugin") struct StoragePluginTests {
    @Test(
        "keeps every promise of the storage interfaces", arguments: PluginFiles.storage, Check.Group.all(of: .storage))
    func keepsItsPromises(_ name: String, _ group: Check.Group) throws {
        let report = try Kit.run(PluginFiles.path(name), [group])
        for finding in report.findings + CapabilityMatrix(report).findings {
            Issue.record("\(name): \(finding)\n(seed \(report.seed))")
        }
    }
}
