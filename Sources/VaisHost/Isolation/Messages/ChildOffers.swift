/// What a plugin's process says once its plugin is open, of one kind of plugin.
protocol ChildOffer: Sendable {
    init(_ frame: inout FrameReader) throws(FrameFault)
}

/// The algorithms of a digest plugin.
struct DigestOffer: ChildOffer {
    struct Algorithm: Sendable {
        var position: UInt16
        /// Bytes of the result.
        var size: Int
    }

    var algorithms: [String: Algorithm] = [:]

    init(_ frame: inout FrameReader) throws(FrameFault) {
        let count = try frame.number(UInt16.self)
        for position in 0..<count {
            let name = try frame.text()
            algorithms[name] = Algorithm(position: position, size: Int(try frame.number(UInt16.self)))
        }
        guard algorithms["sha256"]?.size == 32 else { throw FrameFault() }
    }

    static func message(_ algorithms: [(name: String, size: Int)]) -> [UInt8] {
        var writer = FrameWriter(.ready)
        writer.number(UInt16(clamping: algorithms.count))
        for algorithm in algorithms {
            writer.text(algorithm.name)
            writer.number(UInt16(clamping: algorithm.size))
        }
        return writer.bytes
    }
}

/// What one hash of a password plugin takes.
struct PasswordOffer: ChildOffer {
    /// Bytes.
    var memory: UInt64
    var threads: UInt32

    init(memory: UInt64, threads: UInt32) {
        self.memory = memory
        self.threads = threads
    }

    init(_ frame: inout FrameReader) throws(FrameFault) {
        memory = try frame.number(UInt64.self)
        threads = try frame.number(UInt32.self)
    }

    var message: [UInt8] {
        var writer = FrameWriter(.ready)
        writer.number(memory)
        writer.number(threads)
        return writer.bytes
    }
}

/// What a transport plugin says of its library.
struct TransportOffer: ChildOffer {
    var about: String

    init(about: String) { self.about = about }

    init(_ frame: inout FrameReader) throws(FrameFault) { about = plainText(try frame.text(), limit: 500) }

    var message: [UInt8] {
        var writer = FrameWriter(.ready)
        writer.text(about)
        return writer.bytes
    }
}
