import Kernels
import Testing

@testable import Tensors

@Suite("Packing")
struct PackTests {
  @Test(arguments: shapes + [[3, 17], [1, 1000]], [0, 32])
  func packedMapsUnpack(shape: [Int], gap: Int) {
    var generator = SeededGenerator(state: UInt64(shape[1]))
    let tensor = Tensor.random(shape, using: &generator)
    for loops in availableLoops {
      for workers in 1...4 {
        let (planar, back) = (AlignedFloats(count: tensor.count), AlignedFloats(count: tensor.count))
        tensor.withUnsafeBufferPointer { elements in
          for index in elements.indices { planar.start[index] = elements[index] }
        }
        let blocked = BlockedMemory(shape, gap: gap)
        let pack = PackKernel(output: blocked.maps, loops: loops)
        let unpack = UnpackKernel(input: blocked.maps, loops: loops)
        for index in 0..<workers {
          let worker = Worker(index: index, count: workers)
          KernelMemory.with([planar.start], [blocked.start]) { pack.run(phase: 0, memory: $0, worker: worker) }
        }
        #expect(blocked.tensor.elements == tensor.elements)
        #expect(blocked.isGuardIntact && blocked.areSpareLanesFinite)
        for index in 0..<workers {
          let worker = Worker(index: index, count: workers)
          KernelMemory.with([blocked.start], [back.start]) { unpack.run(phase: 0, memory: $0, worker: worker) }
        }
        #expect((0..<tensor.count).allSatisfy { back.start[$0] == planar.start[$0] })
      }
    }
  }
}
