import Frontend
import GraphIR
import RandomSpecs
import SpecLanguage
import Testing

@testable import Pictures

/// Pictures of what nobody drew by hand.
@Suite("Pictures of random networks")
struct RandomPictureTests {
  private func check(_ graph: Graph, _ name: String) {
    for depth in [1, 2, nil] {
      let figure = Picture(of: graph, depth: depth).figure
      for direction in Direction.allCases {
        let layout = Layout(figure, direction: direction)
        let faults =
          LayoutFaults.overlaps(layout) + LayoutFaults.crossings(figure, layout) + LayoutFaults.strays(figure, layout)
          + LayoutFaults.labelsAlone(figure, layout, direction)
        #expect(faults == [], "\(name), depth \(depth ?? -1), \(direction)")
      }
    }
  }

  @Test func specs() {
    var drawn = 0
    for seed in 0..<60 {
      let random = RandomSpec(seed: UInt64(seed))
      guard let graph = Compilation(random.path, files: MemoryFiles(texts: random.files)).graph else { continue }
      check(graph, "seed \(seed)")
      drawn += 1
    }
    #expect(drawn > 40)
  }

  /// Branches with layers that the rest of the network reads: ways that lead out of the middle of columns, and into it.
  @Test func waysOutOfBranches() throws {
    for seed in 0..<60 {
      var random = Draws(seed: UInt64(seed))
      var names: [String] = []
      var blocks = ""
      for block in 0..<random.number(below: 3) {
        let columns = (0...random.number(below: 4)).map { column in
          (0...random.number(below: 4)).map { _ in random.layer(named: nil, from: []) }.joined(separator: ", ")
            + (column == 0 ? "" : ", relu")
        }
        let branches = columns.map { "[\($0)]" }.joined(separator: ", ")
        blocks += "  B\(block): {layers: [{branches: [\(branches)], join: add}]}\n"
      }
      let count = blocks.split(separator: "\n").count
      var layers: [String] = []
      for item in 0..<6 {
        let name = "n\(item)"
        if random.number(below: 2) == 0 {
          var inner: [String] = []
          let columns = (0...random.number(below: 4)).map { column in
            let items = (0...random.number(below: 4)).map { place in
              inner.append("\(name).c\(column).l\(place)")
              return random.layer(named: "l\(place)", from: names)
            }
            return "c\(column): [\(items.joined(separator: ", "))]"
          }
          layers.append("  - {name: \(name), branches: {\(columns.joined(separator: ", "))}, join: add}")
          names += inner
        } else if count > 0, random.number(below: 3) == 0 {
          layers.append("  - {name: \(name), B\(random.number(below: count))}")
        } else {
          layers.append("  - \(random.layer(named: name, from: names))")
        }
        names.append(name)
      }
      let heads =
        "aux: {side: {from: \(names[random.number(below: names.count)]), layers: [relu, conv: {out: 2, kernel: 1}]}}"
      let outputs =
        "outputs: {a: \(names[random.number(below: names.count)]), b: \(names[names.count - 1])}"
      let graph = try Networks.text(
        layers.joined(separator: "\n"), blocks: blocks.isEmpty ? "" : "blocks:\n\(blocks)",
        more: random.number(below: 2) == 0 ? heads : outputs)
      check(graph, "seed \(seed)")
    }
  }
}

/// Draws of layers that keep the shape of what comes in.
private struct Draws {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func number(below count: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(count))
  }

  mutating func layer(named name: String?, from names: [String]) -> String {
    let name = name.map { "name: \($0), " } ?? ""
    if !names.isEmpty, number(below: 3) == 0 {
      return "{\(name)from: [prev, \(names[number(below: names.count)])], add}"
    }
    return [
      "{\(name)conv: {out: 4, kernel: 3}}", "{\(name)relu: {}}",
      "{\(name)max_pool: {kernel: 3, stride: 1, padding: 1}}",
    ][
      number(below: 3)]
  }
}
