/// The name of a request in the log and in its answer: 16 hexadecimal digits.
func newRequestID() -> String {
    let digits = String(UInt64.random(in: .min ... .max), radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
}
