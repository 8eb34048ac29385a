import Diagnostics
import JSON
import Layers
import Shapes

/// Reads a graph from JSON that may come from anywhere.
struct GraphJSONReader {
  private var files: [String] = []
  private var headCount = 0
  private var inputCount = 1

  private static let required = [
    "format", "version", "name", "file", "settings", "batch", "files", "nodes", "scopes", "outputs", "heads",
    "remarks",
  ]

  mutating func graph(_ root: JSONCursor) throws(JSONError) -> Graph {
    try checkVersion(root)
    let members = try root.object(
      required: Self.required, optional: ["summary", "source", "variant", "input", "inputs"])
    files = try members("files").list { (cursor) throws(JSONError) in try cursor.string() }
    let headCursors = try members("heads").elements()
    headCount = headCursors.count
    let inputs = try inputs(members, root)
    inputCount = inputs.count
    var graph = Graph(
      name: try members("name").name(), summary: try members.optionalString("summary"),
      citation: try members.optionalString("source"), file: try members("file").string(),
      variant: try members.optional("variant")?.name(), settings: try settings(members("settings")),
      inputs: inputs, batch: try GraphJSONShapes.extent(members("batch")), nodes: [], scopes: [],
      outputs: [],
      heads: [], remarks: [], files: files)
    try readNodes(members("nodes"), into: &graph)
    try readScopes(members("scopes"), into: &graph)
    let count = graph.nodes.count
    graph.outputs = try members("outputs").list(count: 1...Int.max) { (cursor) throws(JSONError) in
      let members = try cursor.object(required: ["value"], optional: ["name"])
      return Graph.Output(name: try members.optional("name")?.name(), value: try value(members("value"), nodes: count))
    }
    for cursor in headCursors { graph.heads.append(try head(cursor, nodes: count)) }
    graph.remarks = try members("remarks").list { (cursor) throws(JSONError) in
      let members = try cursor.object(required: ["node", "message", "at"])
      return Graph.Remark(
        node: try members("node").namePath(), message: try members("message").string(), span: try span(members("at")))
    }
    if let violation = graph.violation { throw root.failure(violation.description) }
    return graph
  }

  private func checkVersion(_ root: JSONCursor) throws(JSONError) {
    let members = try root.members()
    guard let format = members.first(where: { $0.key == "format" })?.value, (try? format.string()) == GraphJSON.format
    else {
      throw root.failure("this is not the JSON of a graph; one begins with \"format\": \"\(GraphJSON.format)\"")
    }
    guard let version = members.first(where: { $0.key == "version" })?.value else {
      throw root.failure("the key 'version' is missing")
    }
    guard case .int(GraphJSON.version) = version.value else {
      throw version.failure(
        "version \(version.value.kindDescription) is unknown; this cnnc reads version \(GraphJSON.version)")
    }
  }

  private func settings(_ cursor: JSONCursor) throws(JSONError) -> [Graph.Setting] {
    try cursor.list { (cursor) throws(JSONError) in
      let members = try cursor.object(required: ["name", "type", "value"], optional: ["at", "changed"])
      return Graph.Setting(
        name: try members("name").name(), value: try parameterValue(members),
        isChanged: try members.optional("changed")?.bool() ?? false)
    }
  }

  /// Inputs of a graph, at most.
  private static let inputLimit = 64

  /// One input under `input`, or several with names under `inputs`.
  private func inputs(_ members: JSONMembers, _ root: JSONCursor) throws(JSONError) -> [Graph.Input] {
    switch (members.optional("input"), members.optional("inputs")) {
    case (let cursor?, nil): return [Graph.Input(shape: try inputShape(cursor))]
    case (nil, let cursor?):
      return try cursor.list(count: 1...Self.inputLimit) { (cursor) throws(JSONError) in
        let members = try cursor.object(required: ["shape"], optional: ["name"])
        return Graph.Input(name: try members.optional("name")?.name(), shape: try inputShape(members("shape")))
      }
    default: throw root.failure("a graph has either the key 'input' or the key 'inputs'")
    }
  }

  private func inputShape(_ cursor: JSONCursor) throws(JSONError) -> Shape {
    let shape = try GraphJSONShapes.shape(cursor)
    guard (1...4).contains(shape.rank) else {
      throw cursor.failure("an input has 1 to 4 dimensions, not \(shape.rank)")
    }
    for (index, extent) in shape.dimensions.enumerated() {
      if let size = extent.value, !(1...FieldReader.largestInt).contains(size) {
        throw JSONError("\(size) is not between 1 and \(FieldReader.largestInt)", at: "\(cursor.path)[\(index)]")
      }
    }
    return shape
  }

  private func head(_ cursor: JSONCursor, nodes: Int) throws(JSONError) -> Graph.Head {
    let members = try cursor.object(required: ["name", "value"], optional: ["weight"])
    return Graph.Head(
      name: try members("name").name(), weight: try members.optional("weight")?.double(),
      output: try value(members("value"), nodes: nodes))
  }

  /// A value of a graph that has this many nodes before.
  func value(_ cursor: JSONCursor, nodes count: Int) throws(JSONError) -> ValueID {
    let first = 1 - inputCount
    let index = try cursor.int(in: Int.min...Int.max)
    guard (first...count).contains(index) else {
      throw cursor.failure("value \(index) is not there; there are \(first) to \(count)")
    }
    return ValueID(index: index)
  }

  /// `[file, line, column, line, column]`.
  func span(_ cursor: JSONCursor) throws(JSONError) -> Span {
    let elements = try cursor.elements(count: 5...5)
    let file = try elements[0].int(in: 0...Int.max)
    guard file < files.count else { throw elements[0].failure("there is no file \(file); there are \(files.count)") }
    var numbers: [Int] = []
    for element in elements.dropFirst() { numbers.append(try element.int(in: 1...Int(Int32.max))) }
    let start = Position(line: numbers[0], column: numbers[1])
    let end = Position(line: numbers[2], column: numbers[3])
    guard start <= end else { throw cursor.failure("the place ends before it begins") }
    return Span(source: SourceID(index: file), start: start, end: end)
  }

  // MARK: Nodes

  private func readNodes(_ cursor: JSONCursor, into graph: inout Graph) throws(JSONError) {
    for (index, element) in try cursor.elements(count: 0...GraphBuilder.Limit.nodes).enumerated() {
      graph.nodes.append(try node(element, id: index, graph))
    }
  }

  private func node(_ cursor: JSONCursor, id: Int, _ graph: Graph) throws(JSONError) -> Node {
    let members = try cursor.object(
      required: ["path", "kind", "inputs", "output", "at"], optional: ["fields", "origins", "head", "shares"])
    let kind = try members("kind")
    let keyword = try kind.string()
    guard let declaration = LayerRegistry.declaration(keyword) else {
      throw kind.failure("no layer kind '\(keyword.shown)' is known")
    }
    let attributes = try GraphJSONFields(declaration: declaration, reader: self).attributes(members)
    let layer: any LayerKind
    do {
      layer = try declaration.makeLayer(Dictionary(uniqueKeysWithValues: attributes.map { ($0.name, $0.value) }))
    } catch {
      throw cursor.failure("\(keyword): \(error.message)")
    }
    guard layer.expansion.isEmpty else {
      throw kind.failure("\(keyword) consists of other layers and is no node itself")
    }
    let inputsCursor = try members("inputs")
    let inputs = try inputsCursor.list { (cursor) throws(JSONError) in try value(cursor, nodes: id) }
    let counts = declaration.kind.inputCount
    guard counts.contains(inputs.count) else {
      throw inputsCursor.failure("\(keyword) does not take \(inputs.count) inputs")
    }
    let shapes = inputs.map { graph.shape(of: $0) }
    let output = try inferredShape(of: layer, shapes, members, keyword)
    let path = try members("path").namePath()
    return Node(
      id: id, layer: layer, keyword: keyword, attributes: attributes, inputs: inputs, output: output,
      parameters: layer.tensors(for: shapes),
      sharedWith: try members.optional("shares")?.int(in: 0...max(id - 1, 0)), scope: -1,
      name: String(path.split(separator: ".").last ?? ""),
      path: path,
      span: try span(members("at")), head: try members.optional("head")?.int(in: 0...(max(headCount, 1) - 1)),
      macs: layer.macs(for: shapes, output: output))
  }

  private func inferredShape(
    of layer: any LayerKind, _ inputs: [Shape], _ members: JSONMembers, _ keyword: String
  ) throws(JSONError) -> Shape {
    let inferred: Shape
    do {
      inferred = try layer.outputShape(of: inputs)
    } catch {
      throw try members("inputs").failure(error.message)
    }
    let cursor = try members("output")
    let stated = try GraphJSONShapes.shape(cursor)
    guard stated == inferred else {
      throw cursor.failure("\(keyword) makes \(inferred) of its inputs, not \(stated)")
    }
    let largest = ([inferred.elements.value ?? 0] + layer.tensors(for: inputs).map(\.elements)).max() ?? 0
    guard largest <= GraphBuilder.Limit.elements else {
      throw cursor.failure("a tensor of \(keyword) has too many elements")
    }
    return inferred
  }
}
