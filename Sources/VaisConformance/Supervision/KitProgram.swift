/// The program whose `main` hands over to `KitChild`: how the kit starts processes of its own.
package struct KitProgram: Sendable {
    /// The word after which a `KitJob` follows on the command line. Not a command for people.
    package static let word = "plugin-child"

    package var path: String

    package init(path: String) { self.path = path }

    /// The running program itself.
    package static let current = KitProgram(path: "/proc/self/exe")
}
