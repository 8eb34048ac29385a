import GraphIR
import Shapes

/// What a network comes to: parameters, work, memory; the lines below a report's table.
struct SummaryLines {
  /// A figure with what it is and how it is meant.
  struct Line {
    var label: String
    var figure: String
    var remark: String
  }

  let graph: Graph
  let convention: CountConvention
  let total: Extent
  let memory: MemoryPlan?
  let fields: ReceptiveField

  var lines: [Line] {
    let totals = Totals(graph.mainNodes)
    var lines = [Line(label: "parameters", figure: Totals.grouped(totals.parameters), remark: roles(totals))]
    lines += heads
    if totals.buffers > 0 {
      lines.append(Line(label: "buffers", figure: Totals.grouped(totals.buffers), remark: buffers))
    }
    lines.append(Line(label: "MACs", figure: count(totals.macs), remark: CountConvention.cnnc.explanation))
    lines.append(Line(label: "FLOPs", figure: count(totals.macs * 2), remark: "2 for each MAC"))
    if convention != .cnnc {
      let label = "\(convention.rawValue) \(convention.unit)"
      lines.append(Line(label: label, figure: count(total), remark: convention.explanation))
    }
    let weights = NumberText.bytes(saturatingProduct(totals.parameters, 4))
    lines.append(Line(label: "weights", figure: weights, remark: "float32, without buffers"))
    return lines + [activations] + batch + window
  }

  private func count(_ extent: Extent) -> String { NumberText.count(extent, width: 32) }

  private func roles(_ totals: Totals) -> String {
    if totals.fixed == 0 { return totals.trainable > 0 ? "all trainable" : "" }
    return "\(Totals.grouped(totals.trainable)) trainable, \(Totals.grouped(totals.fixed)) fixed"
  }

  /// What the buffers are, in the order of the network.
  private var buffers: String {
    var nouns: [String] = []
    for case let noun? in graph.mainNodes.flatMap(\.ownParameters).map(\.bufferNoun) where !nouns.contains(noun) {
      nouns.append(noun)
    }
    return nouns.joined(separator: ", ")
  }

  private var heads: [Line] {
    zip(graph.heads, graph.headNodes).map { head, nodes in
      let own = Totals(nodes)
      let weight = head.weight.map { ", weight \($0) in the loss" } ?? ""
      return Line(
        label: "+ \(head.name)", figure: Totals.grouped(own.parameters),
        remark: "head for training only\(weight); \(count(own.macs)) MACs")
    }
  }

  private var activations: Line {
    guard let memory else {
      return Line(
        label: "activations", figure: "open", remark: "their peak needs sizes; give them with --input")
    }
    let place = memory.peakNode.map { ", at \(graph.nodes[$0].path)" } ?? ""
    return Line(
      label: "activations", figure: NumberText.bytes(memory.peakBytes), remark: "peak with reuse, float32\(place)")
  }

  /// What a batch of several images comes to.
  private var batch: [Line] {
    guard let images = graph.batch.value, images > 1 else { return [] }
    let macs = Totals(graph.mainNodes).macs * images
    let memory = memory.map { memory in
      Line(
        label: "batch activations", figure: NumberText.bytes(saturatingProduct(memory.peakBytes, images)),
        remark: "of \(images) images, peak with reuse, float32")
    }
    return [Line(label: "batch MACs", figure: count(macs), remark: "of \(images) images")] + [memory].compactMap { $0 }
  }

  /// A line for each window that an output comes from; most networks have one.
  private var window: [Line] {
    var windows: [(field: ReceptiveField.Field, node: Int, names: [String])] = []
    for output in graph.outputs {
      guard let (field, node) = fields.window(of: output) else { continue }
      let name = output.name ?? ""
      if let index = windows.firstIndex(where: { $0.node == node }) {
        windows[index].names.append(name)
      } else {
        windows.append((field, node, [name]))
      }
    }
    return windows.flatMap { window in
      let place = "stride \(window.field.stride), at \(graph.nodes[window.node].path)"
      let names = windows.count > 1 ? " (\(window.names.joined(separator: ", ")))" : ""
      let own = Line(label: "receptive field", figure: window.field.window, remark: place + names)
      guard let first = window.field.wholeFrom else { return [own] }
      let whole = Line(
        label: "receptive field", figure: "whole input", remark: "from \(graph.nodes[first].path) on\(names)")
      return [whole, Line(label: "its window", figure: own.figure, remark: place)]
    }
  }
}
