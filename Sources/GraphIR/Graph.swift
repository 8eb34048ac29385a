import Diagnostics
import Layers
import Shapes

/// A network ready to be reported on, generated or run: every layer a node with its shape, in execution order, and the
/// hierarchy of blocks and lists that they came from.
package struct Graph: Equatable, Sendable {
  package var name: String
  package var summary: String?
  /// The paper or code that the spec names as its source.
  package var citation: String?
  /// The spec's path.
  package var file: String
  /// The variant that was built.
  package var variant: String?
  /// The model's parameters with their values.
  package var settings: [Setting]
  /// What flows in, in the order of the spec; one or more.
  package var inputs: [Input]
  /// The images of a batch; a symbol unless `--batch` says a number.
  package var batch: Extent
  /// In execution order, those of auxiliary heads last.
  package var nodes: [Node]
  /// The hierarchy; the first is the root.
  package var scopes: [Scope]
  package var outputs: [Output]
  package var heads: [Head]
  /// What the compiler added by itself, with the reason.
  package var remarks: [Remark]
  /// The files that spans refer to.
  package var files: [String]

  package struct Input: Hashable, Sendable {
    /// The name that `inputs:` gives; nil for the one input of a spec without.
    package var name: String?
    /// Without the batch.
    package var shape: Shape

    package init(name: String? = nil, shape: Shape) {
      self.name = name
      self.shape = shape
    }
  }

  package struct Setting: Hashable, Sendable {
    package var name: String
    package var value: ParameterValue
    /// Whether a variant or `--set` gave the value.
    package var isChanged: Bool
  }

  package struct Output: Hashable, Sendable {
    /// The name that `outputs:` gives; nil for the single output of a spec without.
    package var name: String?
    package var value: ValueID
  }

  /// A head that exists in training only.
  package struct Head: Hashable, Sendable {
    package var name: String
    /// Its share of the loss.
    package var weight: Double?
    package var output: ValueID
  }

  /// Something the compiler added, such as a projection or an uneven padding.
  package struct Remark: Hashable, Sendable {
    package var node: String
    package var message: String
    package var span: Span
  }
}

/// A tensor that flows: an input of the model, or the output of a node.
package struct ValueID: Hashable, Sendable {
  /// 0 is the model's first input, −1 its second and so on; k + 1 is the output of node k.
  package var index: Int

  package init(index: Int) { self.index = index }

  /// The model's first input.
  package static let input = ValueID(index: 0)

  /// An input of the model by its position.
  package static func input(_ position: Int) -> ValueID { ValueID(index: -position) }

  package static func output(ofNode node: Int) -> ValueID { ValueID(index: node + 1) }

  /// The node that makes the value; nil for an input of the model.
  package var node: Int? { index > 0 ? index - 1 : nil }

  /// The position of the model's input that the value is; nil for the output of a node.
  package var inputPosition: Int? { index > 0 ? nil : -index }
}

/// A layer in the graph.
///
/// What it is lies behind one reference and its numbers are small, for nodes are copied with every look at them.
package struct Node: Sendable {
  // A network has fewer nodes than these count; -1 stands for none.
  private var storedID: Int32
  private var storedShare: Int32
  private var storedScope: Int32
  private var storedHead: Int32
  package var span: Span
  private var content: Content

  private final class Content: Sendable {
    let layer: any LayerKind
    let keyword: String
    let attributes: [Attribute]
    let inputs: [ValueID]
    let output: Shape
    let parameters: [ParameterSpec]
    let name: String
    let path: String
    let macs: Extent

    init(
      _ layer: any LayerKind, _ keyword: String, _ attributes: [Attribute], _ inputs: [ValueID], _ output: Shape,
      _ parameters: [ParameterSpec], name: String, path: String, _ macs: Extent
    ) {
      self.layer = layer
      self.keyword = keyword
      self.attributes = attributes
      self.inputs = inputs
      self.output = output
      self.parameters = parameters
      self.name = name
      self.path = path
      self.macs = macs
    }

    func called(_ name: String, at path: String) -> Content {
      Content(layer, keyword, attributes, inputs, output, parameters, name: name, path: path, macs)
    }
  }

  package init(
    id: Int, layer: any LayerKind, keyword: String, attributes: [Attribute], inputs: [ValueID], output: Shape,
    parameters: [ParameterSpec], sharedWith: Int? = nil, scope: Int, name: String, path: String, span: Span,
    head: Int? = nil, macs: Extent
  ) {
    storedID = Int32(clamping: id)
    storedShare = Int32(clamping: sharedWith ?? -1)
    storedScope = Int32(clamping: scope)
    storedHead = Int32(clamping: head ?? -1)
    self.span = span
    content = Content(layer, keyword, attributes, inputs, output, parameters, name: name, path: path, macs)
  }

  package var id: Int {
    get { Int(storedID) }
    set { storedID = Int32(clamping: newValue) }
  }

  /// The node whose weights this one uses, the first of all that use them.
  package var sharedWith: Int? {
    get { storedShare < 0 ? nil : Int(storedShare) }
    set { storedShare = Int32(clamping: newValue ?? -1) }
  }

  package var scope: Int {
    get { Int(storedScope) }
    set { storedScope = Int32(clamping: newValue) }
  }

  /// The auxiliary head that the node belongs to.
  package var head: Int? {
    get { storedHead < 0 ? nil : Int(storedHead) }
    set { storedHead = Int32(clamping: newValue ?? -1) }
  }

  package var layer: any LayerKind { content.layer }
  package var keyword: String { content.keyword }
  /// The fields that are set, with where each value came from; kinds' own defaults are left out.
  package var attributes: [Attribute] { content.attributes }
  package var inputs: [ValueID] { content.inputs }
  /// Without the batch.
  package var output: Shape { content.output }
  /// The tensors that the layer computes with; those of an earlier node where `sharedWith` says so.
  package var parameters: [ParameterSpec] { content.parameters }
  /// Multiply-accumulates an image; convolutions and linear layers only.
  package var macs: Extent { content.macs }

  /// The last part of the path.
  package var name: String {
    get { content.name }
    set { rename(newValue, at: path) }
  }

  /// The name that tensors have, up to the dot before `weight`: `layer1.0.conv1`.
  package var path: String {
    get { content.path }
    set { rename(name, at: newValue) }
  }

  private mutating func rename(_ name: String, at path: String) {
    content = content.called(name, at: path)
  }
}

extension Node {
  /// The tensors that the network has because of this node: none where it shares another's.
  package var ownParameters: [ParameterSpec] { sharedWith == nil ? parameters : [] }

  /// What the report prints beside the layer, such as `7×7 /2`.
  package var summary: String { layer.summary(axes: max(1, output.axisCount)) }
}

extension Node: Equatable {
  /// Layers are equal when their kinds and fields are, so those stand for the layer.
  package static func == (left: Node, right: Node) -> Bool {
    left.id == right.id && left.keyword == right.keyword && left.attributes == right.attributes
      && left.inputs == right.inputs && left.output == right.output && left.parameters == right.parameters
      && left.sharedWith == right.sharedWith && left.scope == right.scope && left.name == right.name
      && left.path == right.path && left.span == right.span
      && left.head == right.head && left.macs == right.macs
  }
}

/// A field of a node with where its value came from.
package struct Attribute: Hashable, Sendable {
  package enum Origin: Hashable, Sendable {
    /// Written at the layer.
    case written(Span)
    /// From the file's `defaults:`.
    case defaults(Span)
    /// The compiler's own, with the reason.
    case inferred(String)

    package var isDefault: Bool { if case .defaults = self { true } else { false } }
  }

  package var name: String
  package var value: FieldValue
  package var origin: Origin
}

/// A level of the hierarchy: a block, a list or a combinator with what is in it, in the order of the spec.
package struct Scope: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case root
    /// A block with `layers:`: a level of names, and a Swift type.
    case module(block: String, arguments: [Argument])
    /// A block with `seq:`, a list written in place.
    case blockList(block: String, arguments: [Argument])
    case list
    /// `layers:` in place of a block: a level of names that numbers nothing.
    case level
    case loop
    /// `repeat`: its children are the copies.
    case copies
    case branches(join: String)
    case split(join: String)
    case residual
    case gate
    case append
    /// What a combinator applies, or one branch.
    case body
    case shortcut(String)
    case head(String)
    /// A layer kind that consists of others, such as separable_conv.
    case composite(String)
  }

  package enum Child: Hashable, Sendable {
    case node(Int)
    case scope(Int)
  }

  package var id: Int
  package var parent: Int?
  package var kind: Kind
  /// The name it has in paths; nil for a level that adds nothing to them.
  package var name: String?
  /// The path of the names within, without a trailing dot; empty at the root.
  package var path: String
  package var span: Span
  package var input: ValueID
  /// What flows into a block with several inputs beside the first.
  package var furtherInputs: [ValueID] = []
  /// The name by which the spec refers to what a residual, gate or append makes; in paths its body has it.
  package var givenName: String?
  package var output: ValueID
  package var children: [Child] = []
  /// The scope that is expanded here once more, with the same weights.
  package var sharedWith: Int?
}

extension Scope {
  /// What flows in, in the order of the block's inputs.
  package var inputs: [ValueID] { [input] + furtherInputs }

  /// The path of `givenName`.
  var givenPath: String? { givenName.map { path.isEmpty ? $0 : "\(path).\($0)" } }
}

extension Graph {
  /// The shape of a value, without the batch.
  package func shape(of value: ValueID) -> Shape {
    value.node.map { nodes[$0].output } ?? inputs[value.inputPosition ?? 0].shape
  }

  /// The first input's shape, without the batch.
  package var input: Shape { inputs[0].shape }

  /// Whether a value is one of the graph's, with the outputs of `count` nodes.
  package func has(_ value: ValueID, ofFirst count: Int) -> Bool { (1 - inputs.count...count).contains(value.index) }

  /// The node whose weights a node uses: itself, unless they are shared.
  package func owner(of node: Node) -> Node { node.sharedWith.map { nodes[$0] } ?? node }

  /// The shapes that flow into a node.
  package func inputShapes(of node: Node) -> [Shape] { node.inputs.map { shape(of: $0) } }

  /// The nodes of the network itself, without its auxiliary heads.
  package var mainNodes: ArraySlice<Node> {
    // Those of the heads stand last.
    nodes[..<(nodes.last?.head == nil ? nodes.count : nodes.firstIndex { $0.head != nil } ?? nodes.count)]
  }

  /// The nodes of each auxiliary head.
  package var headNodes: [ArraySlice<Node>] {
    var first = mainNodes.endIndex
    return heads.indices.map { head in
      let start = first
      while first < nodes.count, nodes[first].head == head { first += 1 }
      return nodes[start..<first]
    }
  }

  /// A node by its path.
  package func node(at path: String) -> Node? { nodes.first { $0.path == path } }

  /// Where something is written: `resnet50.yaml:24`; nil for what is in no file.
  package func location(of span: Span) -> String? {
    let file = span.source.index
    return files.indices.contains(file) ? "\(files[file]):\(span.start.line)" : nil
  }

  /// What a path stands for, as `from:` has it: a layer's value, or that of a block, list or combinator of that name.
  ///
  /// Nil for paths that nothing has, and for the parts of auxiliary heads.
  package func value(named path: String) -> ValueID? {
    // A combinator's name is its body's too, be that a list or a layer, and stands for what the two together make.
    if let scope = scopes.first(where: { $0.givenPath == path && !isInHead($0) }) { return scope.output }
    if let node = mainNodes.first(where: { $0.path == path }) { return .output(ofNode: node.id) }
    return scopes.first { $0.name != nil && $0.path == path && !isInHead($0) }?.output
  }

  private func isInHead(_ scope: Scope) -> Bool {
    var current: Int? = scope.id
    while let id = current {
      if case .head = scopes[id].kind { return true }
      current = scopes[id].parent
    }
    return false
  }

  /// The nodes below a scope, in execution order.
  package func nodes(in scope: Scope) -> [Node] {
    var result: [Node] = []
    var open: [Scope.Child] = [.scope(scope.id)]
    while let child = open.popLast() {
      switch child {
      case .node(let id): result.append(nodes[id])
      case .scope(let id): open.append(contentsOf: scopes[id].children.reversed())
      }
    }
    return result
  }
}
