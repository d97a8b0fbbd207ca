import Testing
import VaisModel

@Suite("Timestamps") struct TimestampTests {
    /// Text and microseconds; the seconds are those that GNU date prints.
    @Test(
        "known moments",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:34:56Z", 951_827_696_000_000),
            ("2026-03-01T12:00:00Z", 1_772_366_400_000_000), ("1969-12-31T23:59:59.999999Z", -1),
            ("2038-01-19T03:14:08Z", 2_147_483_648_000_000), ("1900-03-01T00:00:00Z", -2_203_891_200_000_000),
            ("0000-01-01T00:00:00Z", -62_167_219_200_000_000), ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
            ("2026-03-01T12:00:00.000120Z", 1_772_366_400_000_120),
        ] as [(String, Int64)])
    func known(_ text: String, _ microseconds: Int64) throws {
        #expect(try Timestamp(parsing: text).microseconds == microseconds)
        #expect(Timestamp(microseconds: microseconds).rfc3339 == text)
    }

    @Test("offsets, fractions, lower case and leap seconds are read")
    func variants() throws {
        let noon = try Timestamp(parsing: "2026-03-01T12:00:00Z")
        #expect(try Timestamp(parsing: "2026-03-01T14:30:00+02:30") == noon)
        #expect(try Timestamp(parsing: "2026-02-28T23:00:00-13:00") == noon)
        #expect(try Timestamp(parsing: "2026-03-01t12:00:00z") == noon)
        #expect(try Timestamp(parsing: "2026-03-01T11:59:60Z") == noon)
        #expect(try Timestamp(parsing: "2026-03-01T12:00:00.1Z").microseconds == noon.microseconds + 100_000)
        #expect(
            try Timestamp(parsing: "2026-03-01T12:00:00.1234567899999Z").microseconds == noon.microseconds + 123_456)
    }

    @Test(
        "what is no time is refused",
        arguments: [
            "", "2026-03-01", "2026-03-01T12:00:00", "2026-03-01 12:00:00Z", "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-02-29T00:00:00Z", "2026-02-30T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
            "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z",
            "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+2:00", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00Z ",
            "+026-01-01T00:00:00Z", "2026-1-01T00:00:00ZZ", "２026-01-01T00:00:00Z",
        ])
    func invalid(_ text: String) {
        let error = #expect(throws: ModelError.self) { try Timestamp(parsing: text) }
        #expect(error?.code == .timestamp)
    }

    @Test("every day from 1898 to 2101 survives being written and read")
    func days() throws {
        var previous: Timestamp?
        for day in Int64(-26_298)..<47_848 {
            let timestamp = Timestamp(microseconds: day * 86_400_000_000)
            let again = try Timestamp(parsing: timestamp.rfc3339)
            if again != timestamp { Issue.record("day \(day) became \(again)") }
            if let previous, previous >= timestamp { Issue.record("day \(day) is not after the one before") }
            previous = timestamp
        }
    }

    @Test("the clock is past the year 2025, and the extremes do not trap")
    func extremes() throws {
        #expect(try Timestamp.now() > Timestamp(parsing: "2025-01-01T00:00:00Z"))
        #expect(Timestamp(microseconds: .max).rfc3339 == "9999-12-31T23:59:59.999999Z")
        #expect(Timestamp(microseconds: .min).rfc3339 == "0000-01-01T00:00:00Z")
    }
}
