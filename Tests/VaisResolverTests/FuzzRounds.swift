import Glibc

/// How many random graphs a fuzzing test tries: `VAIS_FUZZ_ROUNDS`, or `standard`.
func fuzzRounds(_ standard: Int) -> Int {
    guard let text = getenv("VAIS_FUZZ_ROUNDS") else { return standard }
    return Int(String(cString: text)) ?? standard
}
