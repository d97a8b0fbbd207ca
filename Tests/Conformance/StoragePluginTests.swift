import Glibc
import Testing
import VaisConformance
import VaisHost

@Suite("Every storage plugin") struct StoragePluginTests {
    @Test("keeps every promise of the storage interfaces", arguments: PluginFiles.storage, Check.all)
    func keepsItsPromises(_ name: String, _ check: Check) throws {
        let plugin = try PluginFiles.load(name)
        let run = ConformanceRun(plugin)
        for finding in run.run(check).findings { Issue.record("\(name): \(finding)") }
    }
}
