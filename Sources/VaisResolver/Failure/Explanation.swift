/// A proof as sentences, each following from the ones before it.
///
/// A run of steps that each add one fact collapses into sentences of up to two new facts. A sentence is numbered only when
/// it is used again later than in the sentence right after it.
struct Explanation {
    private enum Premise {
        case fact(IncompatibilityID)
        case node(Int)
    }

    private struct Sentence {
        let premises: [Premise]
        let conclusion: Int
        /// Whether the sentence before it is a premise, too.
        let continues: Bool
    }

    private let proof: Proof
    private let wording: Wording
    private var sentences: [Sentence] = []
    /// For each node put into words, the sentence that concludes it.
    private var concluded: [Int: Int] = [:]
    private var uses: [Int]

    init(_ proof: Proof, wording: Wording) {
        self.proof = proof
        self.wording = wording
        uses = [Int](repeating: 0, count: proof.nodes.count)
        for case let (left, right)? in proof.nodes.map(\.causes) {
            uses[left] += 1
            uses[right] += 1
        }
        write(proof.nodes.count - 1)
    }

    // MARK: Order

    /// Puts `goal` and all it rests on into sentences, without recursion: a proof may be deeper than the stack.
    private mutating func write(_ goal: Int) {
        var open = [(node: goal, isReady: false)]
        while let (node, isReady) = open.popLast() {
            guard concluded[node] == nil, proof.nodes[node].causes != nil else { continue }
            let spine = spine(to: node)
            if isReady {
                write(spine)
                continue
            }
            open.append((node, true))
            // What is used first is written last, so that the text can go straight on from it.
            for case .node(let other) in premises(of: spine) { open.append((other, false)) }
        }
    }

    /// The nodes that lead to `node` one fact at a time and serve nothing else, in order.
    private func spine(to node: Int) -> [Int] {
        var spine = [node]
        while let place = spine.last, let causes = proof.nodes[place].causes,
            proof.nodes[causes.left].causes != nil, uses[causes.left] == 1, concluded[causes.left] == nil
        {
            spine.append(causes.left)
        }
        return spine.reversed()
    }

    private func premises(of spine: [Int]) -> [Premise] {
        var premises: [Premise] = []
        for (place, node) in spine.enumerated() {
            guard let causes = proof.nodes[node].causes else { continue }
            if place == 0 { premises.append(premise(causes.left)) }
            premises.append(premise(causes.right))
        }
        return premises
    }

    private func premise(_ node: Int) -> Premise {
        if proof.nodes[node].causes == nil, let id = proof.nodes[node].id { return .fact(id) }
        return .node(node)
    }

    // MARK: Sentences

    private mutating func write(_ spine: [Int]) {
        let premises = premises(of: spine)
        var pending: [Premise] = premises.first.map { [$0] } ?? []
        var isFirst = true
        for (place, node) in spine.enumerated() {
            pending.append(premises[place + 1])
            let isLast = place == spine.count - 1
            guard isLast || isFull(pending, next: premises[place + 2]) else { continue }
            finish(node, pending, isFirst: isFirst)
            isFirst = false
            pending.removeAll()
        }
    }

    /// A third thing is too much for one sentence; all that the project needs counts as one.
    private func isFull(_ premises: [Premise], next: Premise) -> Bool {
        let others = premises.count { !isProjectFact($0) }
        return others > 1 || (others == 1 && premises.count > 1 && !isProjectFact(next))
    }

    private mutating func finish(_ node: Int, _ premises: [Premise], isFirst: Bool) {
        var rest = premises
        var continues = !isFirst
        if let last = sentences.last?.conclusion {
            let before = rest.count
            rest.removeAll { if case .node(last) = $0 { true } else { false } }
            continues = continues || rest.count < before
        }
        concluded[node] = sentences.count
        sentences.append(Sentence(premises: rest, conclusion: node, continues: continues))
    }

    private func isProjectFact(_ premise: Premise?) -> Bool {
        guard case .fact(let id)? = premise else { return false }
        return wording.isProjectFact(id)
    }

    // MARK: Text

    /// The sentences. Of a long proof the beginning and the end.
    func lines() -> [ResolutionFailure.Line] {
        let shown = 8
        let hidden = sentences.count > 2 * shown + 1 ? shown..<sentences.count - shown : 0..<0
        let numbers = numbers(hidden: hidden)
        var lines: [ResolutionFailure.Line] = []
        for place in sentences.indices {
            if place == hidden.first { lines.append(.init(number: nil, text: "… \(hidden.count) more steps …")) }
            guard !hidden.contains(place) else { continue }
            lines.append(.init(number: numbers[place], text: text(place, numbers)))
        }
        return lines
    }

    private func numbers(hidden: Range<Int>) -> [Int: Int] {
        var referenced: Set<Int> = []
        for (place, sentence) in sentences.enumerated() where !hidden.contains(place) {
            for case .node(let node) in sentence.premises {
                if let line = concluded[node], !hidden.contains(line) { referenced.insert(line) }
            }
        }
        var numbers: [Int: Int] = [:]
        for (offset, line) in referenced.sorted().enumerated() { numbers[line] = offset + 1 }
        return numbers
    }

    private func text(_ place: Int, _ numbers: [Int: Int]) -> String {
        let sentence = sentences[place]
        let isFinal = place == sentences.count - 1
        var clauses: [String] = []
        for premise in sentence.premises where !isProjectFact(premise) {
            switch premise {
            case .fact(let id): clauses.append(wording.fact(id))
            case .node(let node):
                let number = concluded[node].flatMap { numbers[$0] }.map { " (\($0))" } ?? ""
                clauses.append(wording.conclusion(proof.nodes[node].terms) + number)
            }
        }
        let required = sentence.premises.compactMap { premise -> String? in
            guard case .fact(let id) = premise, isProjectFact(premise) else { return nil }
            return wording.edge(of: id).map(wording.requirement)
        }.sorted()
        if !required.isEmpty { clauses.append("the project needs \(list(required, "and"))") }
        let conclusion = wording.conclusion(proof.nodes[sentence.conclusion].terms)
        let opening = isFinal && sentences.count > 1 ? "So, since" : sentence.continues ? "And since" : "Since"
        return "\(opening) \(list(clauses, "and")), \(conclusion)."
    }
}
