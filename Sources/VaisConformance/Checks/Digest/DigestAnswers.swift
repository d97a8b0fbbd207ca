/// Digests computed beforehand by Python's hashlib, which has implementations of its own (FIPS 180-4 and RFC 7693).
struct DigestAnswers: Sendable {
    var algorithm: String
    var empty: String
    /// Of "abc".
    var short: String
    /// Of the first MiB of `message`.
    var long: String
    /// The digest of the digests, one after the other, of the first 0, 1, … 300 bytes of `message`: every border of a block, and of what
    /// is left of one for the length at the end.
    var lengths: String

    /// A message of any length, without repetition within 8 KiB.
    static func message(_ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ ($0 >> 8) &* 7) }
    }

    static let all = [
        DigestAnswers(
            algorithm: "sha224",
            empty: "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f",
            short: "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
            long: "600c8c00ca9261633520d931399c8435cfff0799e7f9405324d30912",
            lengths: "2e39898a77254516e18a723e4ffa07937676ff3dec78676241f781a9"),
        DigestAnswers(
            algorithm: "sha256",
            empty: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            short: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            long: "e98c46781adca31c1f87ee1bcf87ffb51b868a43ad473cbc1a12486caf9b7ed9",
            lengths: "3ce773973a475c54363cfa63a018f93f9e497aa7d00f5e20a233b79d4b3a1507"),
        DigestAnswers(
            algorithm: "sha384",
            empty: "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da"
                + "274edebfe76f65fbd51ad2f14898b95b",
            short: "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
                + "8086072ba1e7cc2358baeca134c825a7",
            long: "252bb8caa882511df332c3cd56bb06f574711970c7b9ffcaa0f6aac3ee71ec30"
                + "0533bb86c84a6af33b28e9abb464a757",
            lengths: "26e48f323dec73daa62fa8d316a043071d62643bdf32a448aa50d3cf31b86b70"
                + "71243cf013b4a816a78b0430b6798c5b"),
        DigestAnswers(
            algorithm: "sha512",
            empty: "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
                + "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
            short: "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            long: "30875739c4d06a75a906f14574aca9584b9671644b8b9e70982cbfd9317f5a34"
                + "af97f7bee02eb080036b8aa4cba2814a16d3d228c039c43dd262df5f11845c2f",
            lengths: "5727abb014df7c5622f52655b969aca1848ae4cf814d6567ee073d2a46bff982"
                + "042c5fae7f2b5ed687dcccf94b02ec5183b3092831d94b60c270d8cfdb17d19b"),
        DigestAnswers(
            algorithm: "blake2b512",
            empty: "786a02f742015903c6c6fd852552d272912f4740e15847618a86e217f71f5419"
                + "d25e1031afee585313896444934eb04b903a685b1448b755d56f701afe9be2ce",
            short: "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923",
            long: "5a6688d28f0592062eed7deaa236b842282e3bac091df5b14832ff1c59b21399"
                + "ba7353adb31328407686cf6f18f6d670308cd21cc827576cca5f7e2b5de7490c",
            lengths: "0080a864a3d4f53bfda8153658460f1cb9dd31c72e5040fae43d01315ba92898"
                + "70feb7563f68a211b1517887477d886d0a770d533bae56d0ce7df7bb5ba16a21"),
        DigestAnswers(
            algorithm: "blake2s256",
            empty: "69217a3079908094e11121d042354a7c1f55b6482ca1a51e1b250dfd1ed0eef9",
            short: "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982",
            long: "3e70fe6319f20abb75b7e5d498879af11f75340feed8ce1f6101c66facbeed8f",
            lengths: "523605768fc9ad641baf049268830a2584340f73eedfb8f4966ef59c1265301a"),
    ]
}
