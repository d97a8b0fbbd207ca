import Testing

@testable import VaisResolver

@Suite("The edit distance") struct EditDistanceTests {
    @Test(
        "counts letters inserted, removed, replaced and swapped",
        arguments: [
            ("", "", 0), ("json", "json", 0), ("jsn", "json", 1), ("jsonn", "json", 1), ("jsom", "json", 1),
            ("josn", "json", 1),
            ("", "abc", 3), ("kitten", "sitting", 3),
        ])
    func counts(_ left: String, _ right: String, _ distance: Int) {
        #expect(editDistance(left, right) == distance)
        #expect(editDistance(right, left) == distance)
    }
}
