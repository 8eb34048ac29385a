import Testing

@testable import Tensors

@Suite("Tensors as values")
struct TensorTests {
  @Test func elementsAreRowMajor() {
    let tensor = Tensor((0..<24).map(Float.init), shape: [2, 3, 4])
    #expect(tensor.count == 24 && tensor.rank == 3)
    #expect(tensor[0, 0, 0] == 0 && tensor[1, 2, 3] == 23 && tensor[1, 0, 2] == 14)
    #expect(tensor.reshaped(to: [6, 4])[3, 2] == 14)
  }

  @Test func aCopyIsIndependent() {
    let original = Tensor(repeating: 1, shape: [2, 2])
    var copy = original
    copy[0, 1] = 5
    #expect(original == Tensor([1, 1, 1, 1], shape: [2, 2]))
    #expect(copy == Tensor([1, 5, 1, 1], shape: [2, 2]))
    var reshaped = copy.reshaped(to: [4])
    reshaped[0] = 7
    #expect(copy[0, 0] == 1)
  }

  @Test func aTensorWithOneOwnerIsChangedInPlace() {
    var tensor = Tensor(zeros: [8])
    let before = tensor.withUnsafeBufferPointer { $0.baseAddress }
    tensor[3] = 1
    #expect(tensor.withUnsafeBufferPointer { $0.baseAddress } == before)
    let copy = tensor
    tensor[3] = 2
    #expect(tensor.withUnsafeBufferPointer { $0.baseAddress } != before)
    #expect(copy[3] == 1)
  }

  @Test(arguments: [0, 1, 7, 16, 1000])
  func memoryIsAligned(_ count: Int) {
    let address = Tensor(zeros: [count]).withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
    #expect(address.isMultiple(of: 64))
  }

  @Test func tensorsWithoutElements() {
    #expect(Tensor([]).count == 0)
    #expect(Plain.relu(Tensor(zeros: [0, 3, 2, 2])).shape == [0, 3, 2, 2])
  }

  @Test func anErrorOfTheClosurePasses() {
    struct Stop: Error {}
    var tensor = Tensor([1])
    #expect(throws: Stop.self) { try tensor.withUnsafeBufferPointer { _ throws(Stop) in throw Stop() } }
    #expect(throws: Stop.self) { try tensor.withUnsafeMutableBufferPointer { _ throws(Stop) in throw Stop() } }
  }

  @Test func equality() {
    #expect(Tensor([1, 2]) != Tensor([1, 2], shape: [2, 1]))
    #expect(Tensor([1, .nan]) != Tensor([1, .nan]))
    #expect(Tensor([1, 2]).description == "Tensor [2]")
  }
}
