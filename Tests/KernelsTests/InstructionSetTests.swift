import Kernels
import Testing

@Suite("Instruction sets")
struct InstructionSetTests {
  @Test func everyProcessorHasThePortableLoops() throws {
    #expect(try #require(InstructionSet.portable.loops).set == .portable)
    #expect(InstructionSet.best.loops != nil)
  }

  @Test(arguments: [0, 1, 2, 3, 17], [1, 2, 3, 5])
  func sharesCoverTheWork(total: Int, count: Int) {
    let shares = (0..<count).flatMap { Array(Worker(index: $0, count: count).share(of: total)) }
    #expect(shares == Array(0..<total))
  }
}
