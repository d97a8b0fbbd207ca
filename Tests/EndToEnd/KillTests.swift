import Glibc
import Testing

@Suite("A registry that is killed while several clients publish") struct KillTests {
    @Test(
        "loses nothing that it acknowledged and shows nothing by halves", arguments: ["storage-sqlite", "storage-lmdb"])
    func nothingIsLost(_ storage: String) throws {
        let asked = getenv("VAIS_KILL_ROUNDS").flatMap { Int(String(cString: $0)) }
        let points = try FailPoints.all()
        let rounds = asked ?? points.count + 15
        let seed = getenv("VAIS_KILL_SEED").flatMap { UInt64(String(cString: $0)) } ?? .random(in: 0...999_999)
        let campaign = try KillCampaign(seed: seed, storage: storage)
        for round in 0..<rounds {
            // At first each place in turn; a long campaign visits them again, between kills at any moment.
            let visit = round < points.count ? round : asked != nil && round % 2 == 0 ? round / 2 : nil
            do {
                try campaign.round(round, failPoint: visit.map { points[$0 % points.count] })
            } catch {
                Issue.record("VAIS_KILL_SEED=\(seed), \(storage), round \(round): \(error)")
                return
            }
        }
        try campaign.verifyEverything()
        if asked != nil { print("\(storage): \(campaign.summary)") }
    }
}

/// The places in the registry's sources at which a test may end it.
enum FailPoints {
    static func all() throws -> [String] {
        var names: Set<String> = []
        for module in ["VaisHost", "VaisRegistry", "VaisServer"] {
            try search("\(Program.repository)/Sources/\(module)", &names)
        }
        guard names.count >= 9 else { throw Failure("only \(names.count) fail points were found in the sources") }
        return names.sorted()
    }

    private static func search(_ folder: String, _ names: inout Set<String>) throws {
        for name in FileBytes.list(folder) {
            let path = "\(folder)/\(name)"
            guard name.hasSuffix(".swift") else {
                try search(path, &names)
                continue
            }
            let text = String(decoding: try FileBytes.read(path), as: UTF8.self)
            for part in text.split(separator: "FailPoint.hit(\"").dropFirst() {
                names.insert(String(part.prefix { $0 != "\"" }))
            }
        }
    }
}
