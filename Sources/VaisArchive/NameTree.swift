/// Every name an archive has used so far, as a tree, so that twins are found in constant time per component.
///
/// Shared folders are stored once, hence the limits on entries and on bytes of names bound its size. Names
/// are found by parent and folded form; the spelling first seen is kept beside it, to tell a repetition from a collision.
struct NameTree {
    struct Lookup {
        var id: UInt32
        /// The name was not there under any spelling.
        var isNew: Bool
        /// It is new, or was there in exactly these bytes.
        var isSameSpelling: Bool
    }

    private struct Node {
        var hash: UInt32
        var parent: UInt32
        /// Where the folded form begins in `bytes`; the spelling follows when it differs.
        var offset: Int
        var keyLength: UInt16
        /// 0 when the spelling is the folded form.
        var spellingLength: UInt16
        var isFile = false
        var isNamed = false
    }

    /// The package root, which is there from the beginning.
    static let root: UInt32 = 0

    private var nodes = [Node(hash: 0, parent: 0, offset: 0, keyLength: 0, spellingLength: 0)]
    private var bytes: [UInt8] = []
    /// Open addressing over node ids, 0 for a free slot; a power of two, at most half full.
    private var slots = [UInt32](repeating: 0, count: 128)
    private var key: [UInt8] = []

    init() {
        nodes.reserveCapacity(64)
        bytes.reserveCapacity(1_024)
    }

    /// Names in the tree, the root left out.
    var count: Int { nodes.count - 1 }

    /// Bytes kept for the names.
    var nameBytes: Int { bytes.count }

    func isFile(_ id: UInt32) -> Bool { nodes[Int(id)].isFile }
    mutating func markFile(_ id: UInt32) { nodes[Int(id)].isFile = true }

    /// Whether the archive has named the folder itself, not only something in it.
    func isNamed(_ id: UInt32) -> Bool { nodes[Int(id)].isNamed }
    mutating func markNamed(_ id: UInt32) { nodes[Int(id)].isNamed = true }

    /// Finds the component below `parent`, or adds it.
    mutating func enter(_ component: UnsafeRawBufferPointer, below parent: UInt32, isASCII: Bool) -> Lookup {
        key.removeAll(keepingCapacity: true)
        if isASCII {
            for byte in component { key.append(CaseFold.ascii(byte)) }
        } else {
            key.append(contentsOf: EntryPath.folded(component, isASCII: false))
        }
        let hash = hashOfKey(below: parent)
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let id = slots[slot]
            let node = nodes[Int(id)]
            if node.hash == hash, node.parent == parent, isKey(of: node) {
                return Lookup(id: id, isNew: false, isSameSpelling: isSpelling(component, of: node))
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        let id = UInt32(nodes.count)
        let isFolded = key.elementsEqual(component)
        nodes.append(
            Node(
                hash: hash, parent: parent, offset: bytes.count, keyLength: UInt16(key.count),
                spellingLength: isFolded ? 0 : UInt16(component.count)))
        bytes.append(contentsOf: key)
        if !isFolded { bytes.append(contentsOf: component) }
        slots[slot] = id
        if nodes.count * 2 > slots.count { grow() }
        return Lookup(id: id, isNew: true, isSameSpelling: true)
    }

    /// Seeded per process by the standard library, so that nobody can choose names that all meet in one slot.
    private func hashOfKey(below parent: UInt32) -> UInt32 {
        var hasher = Hasher()
        hasher.combine(parent)
        key.withUnsafeBytes { hasher.combine(bytes: $0) }
        return UInt32(truncatingIfNeeded: hasher.finalize())
    }

    private func isKey(of node: Node) -> Bool {
        node.keyLength == key.count && bytes[node.offset..<node.offset + key.count].elementsEqual(key)
    }

    private func isSpelling(_ component: UnsafeRawBufferPointer, of node: Node) -> Bool {
        let length = Int(node.spellingLength == 0 ? node.keyLength : node.spellingLength)
        let start = node.offset + (node.spellingLength == 0 ? 0 : Int(node.keyLength))
        return length == component.count && bytes[start..<start + length].elementsEqual(component)
    }

    private mutating func grow() {
        var larger = [UInt32](repeating: 0, count: slots.count * 2)
        for id in 1..<nodes.count {
            var slot = Int(nodes[id].hash) & (larger.count - 1)
            while larger[slot] != 0 { slot = (slot + 1) & (larger.count - 1) }
            larger[slot] = UInt32(id)
        }
        slots = larger
    }
}
