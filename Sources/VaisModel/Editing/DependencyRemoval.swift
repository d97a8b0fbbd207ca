/// Takes every statement about one package out of a table of dependencies.
struct DependencyRemoval {
    let layout: DependencyLayout
    let name: PackageName

    /// Whether there was one. Comments above a statement stay: nobody can tell whether they are about it alone.
    func apply(to lines: inout LineEditing) -> Bool {
        var ranges = (layout.entries + layout.dotted).filter { $0.name == name.text }.map(\.range)
        for subtable in layout.subtables where subtable.name == name.text {
            ranges.append(block(of: subtable, in: lines))
        }
        // From the end, so that what is still to come stays where it is.
        for range in ranges.sorted(by: { $0.lowerBound > $1.lowerBound }) { lines.removeLines(range) }
        return !ranges.isEmpty
    }

    /// A sub-table goes with the empty lines after it, if another one or nothing stands before it.
    private func block(of subtable: DependencyLayout.Subtable, in lines: LineEditing) -> Range<Int> {
        let start = subtable.header.range.lowerBound
        var end = subtable.last.range.upperBound
        let lineStart = lines.lineStart(start)
        guard lineStart == 0 || lines.isBlank(lines.lineStart(lineStart - 1)) else { return start..<end }
        var next = lines.lineEnd(end)
        while next < lines.bytes.count, lines.isBlank(next) {
            end = next
            next = lines.lineEnd(next)
        }
        return start..<end
    }
}
