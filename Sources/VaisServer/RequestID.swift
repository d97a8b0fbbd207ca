internal import Synchronization

/// What finds one request in the log: sixteen hexadecimal digits. No two of this process are the same, and those of another begin
/// elsewhere. It is no secret, so the system's generator, a system call each time, is asked only once.
func newRequestID() -> String {
    // The finalizer of SplitMix64 (Steele, Lea, Flood 2014) is a bijection: different counts give different ids.
    var bits = requests.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).newValue
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    bits ^= bits >> 31
    return String(unsafeUninitializedCapacity: 16) { digits in
        for place in 0..<16 {
            let digit = UInt8(truncatingIfNeeded: bits >> UInt64(60 - 4 * place)) & 15
            digits[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit
        }
        return 16
    }
}

private let requests = Atomic<UInt64>(UInt64.random(in: .min ... .max))
