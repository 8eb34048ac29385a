import Hashing
import Testing

@Suite struct HashingTests {
  /// The values of the hash's own page (Noll, "FNV hash", test vectors of the 64-bit FNV-1a).
  @Test(arguments: [("", 0xCBF2_9CE4_8422_2325), ("a", 0xAF63_DC4C_8601_EC8C), ("foobar", 0x8594_4171_F739_67E8)])
  func fowlerNollVo(text: String, value: UInt64) {
    #expect(FowlerNollVo(text).value == value)
  }

  @Test func hexadecimalNumbersHaveAllDigits() {
    #expect(FowlerNollVo.hexadecimal(0x1F) == "000000000000001f")
    #expect(FowlerNollVo.hexadecimal(.max) == "ffffffffffffffff")
  }

  /// The examples of FIPS 180-4, and one of more than a block.
  @Test func sha256() {
    #expect(SHA256.hash([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(SHA256.hash("abc".utf8) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    let long = String(repeating: "a", count: 1_000)
    #expect(SHA256.hash(long.utf8) == "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3")
  }

  @Test("bytes in pieces of any length have the hash of the whole")
  func pieces() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 >> 3) }
    for length in [1, 7, 55, 56, 63, 64, 65, 128, 999, 1000] {
      var hash = SHA256()
      for start in stride(from: 0, to: bytes.count, by: length) {
        bytes[start..<min(start + length, bytes.count)].withUnsafeBytes { hash.update($0) }
      }
      #expect(hash.digest == SHA256.hash(bytes), "pieces of \(length)")
    }
    // Lengths around the end of a block, with digests by Python's hashlib.
    let known = [
      55: "40dac54c5c83980f0afb61368ff600f84194aa12960324bfa3e181216becace3",
      56: "db93d5b2bb03caa84b315b751a335ee1b570b17c9865688a61ede601193f0ba6",
      63: "52d58c9c903409afb30ec5375b483983119f2341186e89eb8b9c0a8d8cc800e6",
      64: "c7ba58d3eaeca11680f04c73e66fbffcd8291466b6d3ec513e4344a4a6a4d6df",
      1000: "c17eb3ee3fb86a9648611ce0696b7143a1f2529dd4a8a2fd2c1169545b5d07eb",
    ]
    for (length, digest) in known { #expect(SHA256.hash(bytes.prefix(length)) == digest) }
  }

  /// An accent may be written as one scalar or as two, which Swift's texts do not tell apart.
  @Test func namesAreTheirBytes() {
    let (one, two) = ("caf\u{E9}", "cafe\u{301}")
    #expect(one == two)
    #expect(ByteName(one) != ByteName(two))
    #expect(Set([ByteName(one), ByteName(two), ByteName(one)]).count == 2)
  }
}
