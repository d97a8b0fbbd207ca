/// Looks for a cycle in a graph of numbered nodes, in time linear in its size and without recursion.
struct CycleSearch {
    private enum Visit { case unseen, open, done }

    /// For each node, the nodes it needs.
    let successors: [[Int]]

    /// A cycle as a list of nodes, each needing the next and the last the first, or nil if there is none. Begins with its
    /// least node, and is a shortest one through that node; with nodes numbered by name, the same graph always gives the
    /// same cycle.
    func find() -> [Int]? {
        var visits = [Visit](repeating: .unseen, count: successors.count)
        for root in successors.indices where visits[root] == .unseen {
            var path = [(node: root, next: 0)]
            visits[root] = .open
            while let (node, next) = path.last {
                guard next < successors[node].count else {
                    visits[node] = .done
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let successor = successors[node][next]
                switch visits[successor] {
                case .done: break
                case .unseen:
                    visits[successor] = .open
                    path.append((successor, 0))
                case .open:
                    let cycle = path.map(\.node).drop { $0 != successor }
                    return shortest(through: cycle.min() ?? successor)
                }
            }
        }
        return nil
    }

    /// Breadth first from `start` until it comes round.
    private func shortest(through start: Int) -> [Int] {
        var previous = [Int](repeating: -1, count: successors.count)
        var level = [start]
        while !level.isEmpty {
            var next: [Int] = []
            for node in level {
                for successor in successors[node] {
                    if successor == start {
                        var cycle = [node]
                        while let first = cycle.last, first != start { cycle.append(previous[first]) }
                        return cycle.reversed()
                    }
                    if previous[successor] < 0 {
                        previous[successor] = node
                        next.append(successor)
                    }
                }
            }
            level = next
        }
        return [start]
    }
}
