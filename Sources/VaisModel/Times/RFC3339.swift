extension Timestamp {
    /// The moment by RFC 3339, in UTC: `2026-03-01T12:00:00Z`, with six digits after the second unless they are all zero.
    /// Moments outside of the years 0000 to 9999, which the format cannot hold, give the nearest one that it can.
    package var rfc3339: String {
        let bounded = min(max(microseconds, Timestamp.earliest), Timestamp.latest)
        let (day, timeOfDay) = bounded.flooredDivision(by: 86_400_000_000)
        let date = CivilDate(daysSince1970: day)
        let (second, fraction) = timeOfDay.quotientAndRemainder(dividingBy: 1_000_000)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(27)
        bytes.appendDigits(date.year, width: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendDigits(date.month, width: 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendDigits(date.day, width: 2)
        bytes.append(UInt8(ascii: "T"))
        bytes.appendDigits(second / 3600, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.appendDigits(second / 60 % 60, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.appendDigits(second % 60, width: 2)
        if fraction != 0 {
            bytes.append(UInt8(ascii: "."))
            bytes.appendDigits(fraction, width: 6)
        }
        bytes.append(UInt8(ascii: "Z"))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads `2026-03-01T12:00:00Z`, with or without a fraction and in any offset; digits after the sixth are dropped.
    /// A leap second is read as the second after it.
    ///
    /// - Throws: `.timestamp` when `rfc3339` is no such text or no such date exists.
    package init(parsing rfc3339: String) throws(ModelError) {
        guard let timestamp = Timestamp(rfc3339: rfc3339.utf8.span) else {
            throw ModelError(
                .timestamp, "\(quoted(rfc3339)) is not a time by RFC 3339",
                hint: "times look like `2026-03-01T12:00:00Z`")
        }
        self = timestamp
    }

    /// Nil unless `rfc3339` is a time by RFC 3339 section 5.6.
    init?(rfc3339 bytes: Span<UInt8>) {
        guard bytes.count >= 20,
            let year = bytes.digits(0..<4), bytes[4] == UInt8(ascii: "-"),
            let month = bytes.digits(5..<7), bytes[7] == UInt8(ascii: "-"),
            let day = bytes.digits(8..<10), bytes[10] | 0x20 == UInt8(ascii: "t"),
            let hour = bytes.digits(11..<13), bytes[13] == UInt8(ascii: ":"),
            let minute = bytes.digits(14..<16), bytes[16] == UInt8(ascii: ":"),
            let second = bytes.digits(17..<19),
            let date = CivilDate(year: year, month: month, day: day),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        var position = 19
        guard let fraction = Timestamp.fraction(bytes, &position),
            let offset = Timestamp.offset(bytes, &position), position == bytes.count
        else { return nil }
        let seconds = date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset
        microseconds = seconds * 1_000_000 + fraction
    }

    private static let earliest: Int64 = -62_167_219_200_000_000  // 0000-01-01T00:00:00Z
    private static let latest: Int64 = 253_402_300_799_999_999  // 9999-12-31T23:59:59.999999Z

    /// The microseconds after an optional `.`, nil when no digit follows it.
    private static func fraction(_ bytes: Span<UInt8>, _ position: inout Int) -> Int64? {
        guard bytes[position] == UInt8(ascii: ".") else { return 0 }
        position += 1
        let start = position
        var (value, unit): (Int64, Int64) = (0, 100_000)
        while position < bytes.count, VersionGrammar.isDigit(bytes[position]) {
            value += Int64(bytes[position] - UInt8(ascii: "0")) * unit
            unit /= 10
            position += 1
        }
        return position > start ? value : nil
    }

    /// Seconds east of UTC.
    private static func offset(_ bytes: Span<UInt8>, _ position: inout Int) -> Int64? {
        guard position < bytes.count else { return nil }
        let sign = bytes[position]
        position += 1
        if sign | 0x20 == UInt8(ascii: "z") { return 0 }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), position + 5 <= bytes.count,
            let hours = bytes.digits(position..<position + 2), bytes[position + 2] == UInt8(ascii: ":"),
            let minutes = bytes.digits(position + 3..<position + 5), hours < 24, minutes < 60
        else { return nil }
        position += 5
        let seconds = hours * 3600 + minutes * 60
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }
}

extension Int64 {
    /// Quotient rounded down and the remainder that goes with it, never negative.
    func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension Span<UInt8> {
    /// The number written in `range`, nil unless all of it is digits. For ranges of at most four bytes.
    fileprivate func digits(_ range: Range<Int>) -> Int64? {
        var value: Int64 = 0
        for index in range {
            guard VersionGrammar.isDigit(self[index]) else { return nil }
            value = value * 10 + Int64(self[index] - UInt8(ascii: "0"))
        }
        return value
    }
}

extension [UInt8] {
    fileprivate mutating func appendDigits(_ value: Int64, width: Int) {
        var divisor: Int64 = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
            divisor /= 10
        }
    }
}
