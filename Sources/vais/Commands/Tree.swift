internal import ArgumentParser
internal import VaisClient
internal import VaisModel
internal import VaisProtocol

struct Tree: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tree", abstract: "Show what is locked, as a tree.",
        discussion: "(*) marks a package whose dependencies are shown further up.")
    @OptionGroup var common: CommonOptions
    @Option(help: "Show so many levels.") var depth: Int?
    @Flag(help: "Answer in JSON.") var json = false

    func validate() throws {
        if let depth, depth < 1 { throw ValidationError("--depth must be at least 1") }
    }

    func run() async throws {
        _ = try common.begin(json: json)
        let project = try Project.find(from: common.folder)
        let tree = try DependencyTree(project, depth: depth ?? .max)
        let title = project.manifest.name.map { name in
            project.manifest.version.map { "\(name) \($0)" } ?? name.text
        }
        if json {
            Output.current.json { writer in
                writer.member("root", ifPresent: title)
                writer.key("dependencies")
                writer.array { for node in tree.roots { write(node, to: &$0) } }
            }
        } else {
            Output.current.data(title ?? project.folder)
            draw(tree.roots, prefix: "")
        }
    }

    private func draw(_ nodes: [DependencyTree.Node], prefix: String) {
        for (position, node) in nodes.enumerated() {
            let isLast = position == nodes.count - 1
            let package = node.package
            Output.current.data(
                "\(prefix)\(isLast ? "└── " : "├── ")\(package.name) \(package.version)\(node.isRepeated ? " (*)" : "")"
            )
            draw(node.children, prefix: prefix + (isLast ? "    " : "│   "))
        }
    }

    private func write(_ node: DependencyTree.Node, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", node.package.name.text)
            writer.member("version", node.package.version.description)
            if node.isRepeated { writer.member("repeated", true) }
            writer.key("dependencies")
            writer.array { for child in node.children { write(child, to: &$0) } }
        }
    }
}
