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

  /// An accent may be written as one scalar or as two, which Swift's texts do not tell apart.
  @Test func namesAreTheirBytes() {
    let (one, two) = ("caf\u{E9}", "cafe\u{301}")
    #expect(one == two)
    #expect(ByteName(one) != ByteName(two))
    #expect(Set([ByteName(one), ByteName(two), ByteName(one)]).count == 2)
  }
}
