package import VaisModel

/// Packages that need each other in a circle, so that none can be built before the others.
package struct DependencyCycle: Hashable, Sendable {
    package struct Step: Hashable, Sendable {
        package let release: ReleaseID
        /// The requirement on the next step's package; the last step's leads back to the first.
        package let requirement: String
    }

    /// Begins with the package that comes first by name.
    package let steps: [Step]

    /// ```
    /// ┌─> alpha 1.0.0 needs beta ^2
    /// │   beta 2.1.0 needs gamma *
    /// └── gamma 1.0.0 needs alpha ^1
    /// ```
    /// A long cycle is shown by its beginning and its end.
    package var drawing: [String] {
        let hidden = steps.count > 16 ? 6..<steps.count - 6 : 0..<0
        var lines: [String] = []
        for (place, step) in steps.enumerated() {
            if place == hidden.first { lines.append("│   … \(hidden.count) more packages …") }
            if hidden.contains(place) { continue }
            let next = steps[(place + 1) % steps.count].release.name
            let bar = place == 0 ? "┌─> " : place == steps.count - 1 ? "└── " : "│   "
            lines.append("\(bar)\(step.release.name) \(step.release.version) needs \(next) \(step.requirement)")
        }
        return lines
    }
}
