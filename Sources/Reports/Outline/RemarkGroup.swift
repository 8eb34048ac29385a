import GraphIR

/// Remarks that say the same of several nodes.
struct RemarkGroup {
  private var nodes: [String]
  private var message: String

  /// The remarks in their order, those that begin alike up to a comma or a number together.
  static func groups(of remarks: [Graph.Remark]) -> [RemarkGroup] {
    var groups: [RemarkGroup] = []
    var indices: [Substring: Int] = [:]
    for remark in remarks {
      let key = beginning(of: remark.message)
      if let index = indices[key] {
        groups[index].nodes.append(remark.node)
      } else {
        indices[key] = groups.count
        groups.append(RemarkGroup(nodes: [remark.node], message: remark.message))
      }
    }
    return groups
  }

  private static func beginning(of message: String) -> Substring {
    message.prefix { $0 != "," && !$0.isNumber }
  }

  /// `layer1.0.downsample: projection added, for …`, or `4 projections added: layer1.0.downsample, …`.
  var text: String {
    guard nodes.count > 1 else { return "\(nodes[0]): \(message)" }
    let own = message.prefix { $0 != "," }
    let shown = nodes.count > 6 ? Array(nodes.prefix(4)) + ["…", nodes[nodes.count - 1]] : nodes
    let list = shown.joined(separator: ", ")
    let one = "projection "
    guard own.hasPrefix(one) else { return "\(nodes.count) times: \(own): \(list)" }
    return "\(nodes.count) projections \(own.dropFirst(one.count)): \(list)"
  }
}
