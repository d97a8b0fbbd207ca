/// How much JSON a reader accepts before it refuses.
package struct JSONLimits: Sendable {
    package var bytes: Int
    /// How many arrays and objects may enclose a value.
    package var depth: Int

    package init(bytes: Int, depth: Int = 64) {
        self.bytes = bytes
        self.depth = depth
    }

    /// For answers and requests of ordinary size.
    package static let standard = JSONLimits(bytes: 16 << 20)
}
