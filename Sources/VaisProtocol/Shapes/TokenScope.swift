/// What a token may do. An account may do more; its tokens may only do what they were made for.
package enum TokenScope: String, CaseIterable, Sendable {
    case publish, yank, read, admin

    /// What a token gets when its request names no scope.
    package static let standard: [TokenScope] = [.publish, .yank]
}
