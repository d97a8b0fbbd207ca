import Testing
import VaisModel

@Suite("Versions") struct VersionTests {
    @Test(
        "valid versions print as they were written",
        arguments: [
            "0.0.0", "1.2.3", "1.0.0--", "1.0.0-0a", "1.0.0-0", "1.0.0-a.b-c.1+x.01", "1.0.0+001", "1.0.0+-",
            "1.0.0-x-y-z.--",
            "18446744073709551615.18446744073709551615.18446744073709551615", "1.0.0-99999999999999999999",
        ])
    func valid(_ text: String) throws {
        #expect(try Version(parsing: text).description == text)
    }
}
