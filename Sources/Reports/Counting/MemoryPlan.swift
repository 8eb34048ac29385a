import GraphIR
import Layers
import Shapes

/// The memory that activations take at inference when buffers are used again: batch 1, float32.
///
/// Layers run in the graph's order. A value's buffer is held from the layer that makes it until the last layer that reads
/// it; the network's outputs are held to the end, its input until its last reader. Views (flatten, dropout) share their
/// input's buffer. Activations, norms and element-wise joins write into the buffer of an input of the output's size if
/// nothing reads that later; the network's input, which is the caller's, is never overwritten. Everything else writes
/// into a new buffer while its inputs are held; a concatenation copies. Weights, workspaces and auxiliary heads do not
/// count.
package struct MemoryPlan: Sendable {
  /// The bytes held while each node of the network runs, by node.
  package private(set) var bytesHeld: [Int]
  /// The most that is held at once.
  package private(set) var peakBytes: Int
  /// The first node at which it is.
  package private(set) var peakNode: Int?

  private static let elementBytes = 4

  /// The plan of a graph; nil when sizes are open.
  package init?(_ graph: Graph) {
    var ledger = Ledger(graph)
    for (position, input) in graph.inputs.enumerated() {
      guard let elements = input.shape.elements.value else { return nil }
      ledger.hold(.input(position), elements: elements)
    }
    peakBytes = saturatingProduct(ledger.held, Self.elementBytes)
    bytesHeld = []
    for node in graph.mainNodes {
      guard let elements = node.output.elements.value else { return nil }
      ledger.run(node, elements: elements)
      let bytes = saturatingProduct(ledger.held, Self.elementBytes)
      bytesHeld.append(bytes)
      if bytes > peakBytes || peakNode == nil && bytes == peakBytes { (peakBytes, peakNode) = (bytes, node.id) }
      ledger.release(after: node)
    }
  }
}

/// Which value lives in which buffer, and how many readers each buffer still has.
private struct Ledger {
  private struct Buffer {
    var elements: Int
    /// Layers that will read it, and outputs.
    var readers: Int
  }

  private var readersOfValue: ValueTable<Int>
  private var bufferOfValue: ValueTable<Int>
  /// The first buffers are the caller's.
  private let inputCount: Int
  private var buffers: [Buffer] = []
  /// Elements held now.
  private(set) var held = 0

  init(_ graph: Graph) {
    let count = graph.mainNodes.count
    readersOfValue = ValueTable(repeating: 0, for: graph, nodes: count)
    bufferOfValue = ValueTable(repeating: 0, for: graph, nodes: count)
    inputCount = graph.inputs.count
    buffers.reserveCapacity(count + inputCount)
    for node in graph.mainNodes {
      for input in node.inputs { readersOfValue[input] += 1 }
    }
    for output in graph.outputs where readersOfValue.contains(output.value) { readersOfValue[output.value] += 1 }
  }

  /// Opens a buffer for a value.
  mutating func hold(_ value: ValueID, elements: Int) {
    bufferOfValue[value] = buffers.count
    buffers.append(Buffer(elements: elements, readers: readersOfValue[value]))
    held = saturatingSum(held, elements)
  }

  /// Gives a node's output a buffer: an input's where it may, else a new one.
  mutating func run(_ node: Node, elements: Int) {
    for input in node.inputs { buffers[bufferOfValue[input]].readers -= 1 }
    let output = ValueID.output(ofNode: node.id)
    guard let shared = sharedBuffer(for: node, elements: elements) else { return hold(output, elements: elements) }
    bufferOfValue[output] = shared
    buffers[shared].readers += readersOfValue[output]
  }

  private func sharedBuffer(for node: Node, elements: Int) -> Int? {
    switch node.layer.operation {
    case .view: return node.inputs.first.map { bufferOfValue[$0] }
    case .activation, .softmax, .batchNorm, .imageNorm, .elementwise:
      return node.inputs.map { bufferOfValue[$0] }.first {
        $0 >= inputCount && buffers[$0].readers == 0 && buffers[$0].elements == elements
      }
    default: return nil
    }
  }

  /// Closes the buffers that nobody reads after a node.
  mutating func release(after node: Node) {
    let touched = node.inputs + [.output(ofNode: node.id)]
    for buffer in Set(touched.map { bufferOfValue[$0] }) where buffers[buffer].readers == 0 {
      held -= buffers[buffer].elements
      buffers[buffer].elements = 0
    }
  }
}
