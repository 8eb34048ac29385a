/// The circles of a graph that is given as what each node leads to, each as a way from its first node back to it; a node
/// stands in one of them at most. `order` says which nodes come first.
package func circles(in graph: [String: [String]], order: [String]) -> [[String]] {
  var rest = graph.mapValues { $0.filter { graph[$0] != nil } }
  removeDeadEnds(&rest)
  var backward: [String: [String]] = rest.mapValues { _ in [] }
  for (node, targets) in rest { for target in targets { backward[target]?.append(node) } }
  removeDeadEnds(&backward)
  rest = rest.filter { backward[$0.key] != nil }
  var result: [[String]] = []
  for start in order where rest[start] != nil {
    guard let way = shortestWay(from: start, in: rest) else { continue }
    result.append([start] + way)
    for node in way { rest[node] = nil }
    if result.count >= DiagnosticBag.capacity { break }
  }
  return result
}

/// A node and all that lead to it, directly or through others, in a graph that is given as what each node leads to: what an
/// edge from it would make a circle with.
package func ancestors(of node: String, in graph: [String: [String]]) -> Set<String> {
  var backward: [String: [String]] = [:]
  for (source, targets) in graph { for target in targets { backward[target, default: []].append(source) } }
  var result: Set<String> = [node]
  var open = [node]
  while let next = open.popLast() {
    for source in backward[next] ?? [] where result.insert(source).inserted { open.append(source) }
  }
  return result
}

/// Takes away what leads nowhere, again and again, so that circles and what leads to them is left.
private func removeDeadEnds(_ graph: inout [String: [String]]) {
  var sources: [String: [String]] = [:]
  var degree: [String: Int] = [:]
  for (node, targets) in graph {
    degree[node] = targets.count
    for target in targets { sources[target, default: []].append(node) }
  }
  var open = degree.filter { $0.value == 0 }.map(\.key)
  while let node = open.popLast() {
    graph[node] = nil
    for source in sources[node] ?? [] {
      degree[source, default: 0] -= 1
      if degree[source] == 0 { open.append(source) }
    }
  }
}

/// The nodes after `start` on the shortest way back to it, `start` last.
private func shortestWay(from start: String, in graph: [String: [String]]) -> [String]? {
  var origin: [String: String] = [:]
  var open = [start]
  while !open.isEmpty {
    var next: [String] = []
    for node in open {
      for target in graph[node] ?? [] {
        if target == start {
          var way = [start]
          var last = node
          while last != start {
            way.append(last)
            guard let earlier = origin[last] else { break }
            last = earlier
          }
          return way.reversed()
        }
        if graph[target] != nil, origin[target] == nil {
          origin[target] = node
          next.append(target)
        }
      }
    }
    open = next
  }
  return nil
}
