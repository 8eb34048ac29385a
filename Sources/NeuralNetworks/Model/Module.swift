import Tensors

/// Something with parameters that have names: a layer, a block, a whole network.
public protocol Parameterized: Sendable {
  /// Shows a visitor each parameter with its name, in the order of a state_dict.
  ///
  /// A layer shows its tensors, everything else its layers: `visitor.visit(&conv1, "conv1")`.
  mutating func visitParameters(_ visitor: inout ParameterVisitor)
}

extension Parameterized {
  /// There are none.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {}
}

/// A layer or a block: a value that makes one tensor of one.
///
/// Feature maps are `[N, C, H, W]`, vectors `[N, features]`. A tensor of another shape than the module takes ends the
/// program with a message that says what was expected.
public protocol Module: Parameterized {
  /// The module's output for an input.
  func callAsFunction(_ input: Tensor) -> Tensor
}

/// Goes through parameters and knows their names.
public struct ParameterVisitor {
  /// What a parameter is to training and to files of weights.
  public enum Role: Sendable {
    /// Learned by training.
    case trainable
    /// Statistics that training collects.
    case buffer
    /// Part of the model, and never changed by training.
    case frozen
    /// The same, with values that the model has; a file of weights may lack it.
    case fixed
  }

  private var path: String
  /// What is done to each layer on the way, with its path.
  private let layerBody: ((inout any Layer, String) -> Void)?
  private let body: (String, Role, inout Tensor) -> Void

  /// A visitor that calls a closure with each parameter's name, such as `layer1.0.conv1.weight`.
  public init(_ body: @escaping (_ name: String, _ role: Role, _ tensor: inout Tensor) -> Void) {
    self.init(layers: nil, body)
  }

  init(layers: ((inout any Layer, String) -> Void)?, _ body: @escaping (String, Role, inout Tensor) -> Void) {
    path = ""
    layerBody = layers
    self.body = body
  }

  private func path(to name: String) -> String { path.isEmpty ? name : name.isEmpty ? path : "\(path).\(name)" }

  /// Visits one tensor.
  public func visit(_ tensor: inout Tensor, _ name: String, role: Role = .trainable) {
    body(path(to: name), role, &tensor)
  }

  /// Visits a tensor that may not be there.
  public func visit(_ tensor: inout Tensor?, _ name: String, role: Role = .trainable) {
    guard var value = tensor else { return }
    // The copy must be the only owner while it may change.
    tensor = nil
    visit(&value, name, role: role)
    tensor = value
  }

  /// Visits the parameters of a module; without a name they stand where the module stands.
  public mutating func visit<Visited: Parameterized>(_ module: inout Visited, _ name: String = "") {
    let outer = path
    path = path(to: name)
    module.visitParameters(&self)
    if let layerBody, var layer = module as? any Layer {
      layerBody(&layer, path)
      if let changed = layer as? Visited { module = changed }
    }
    path = outer
  }

  /// Visits a module under the path so far, with the roles that a closure makes of the tensors' own, which are called as
  /// below the module.
  mutating func visit(_ module: inout some Parameterized, roles: @escaping (String, Role) -> Role) {
    let (outer, body) = (path, body)
    var inner = ParameterVisitor(layers: layerBody) { name, role, tensor in
      body(name, roles(outer.isEmpty ? name : String(name.dropFirst(outer.count + 1)), role), &tensor)
    }
    inner.path = outer
    inner.visit(&module)
  }

  /// Visits a module that may not be there.
  public mutating func visit(_ module: inout (some Parameterized)?, _ name: String = "") {
    guard var value = module else { return }
    module = nil
    visit(&value, name)
    module = value
  }

  /// Visits modules that have a name each, made of their index.
  public mutating func visit<Element: Parameterized>(_ modules: inout [Element], naming: (Int) -> String) {
    for index in modules.indices { visit(&modules[index], naming(index)) }
  }
}

extension Parameterized {
  /// The parameters by their names.
  public var parameters: [String: Tensor] {
    var result: [String: Tensor] = [:]
    forEachParameter { name, _, tensor in result[name] = tensor }
    return result
  }

  /// The number of trainable elements.
  public var parameterCount: Int {
    var count = 0
    forEachParameter { _, role, tensor in if role == .trainable { count += tensor.count } }
    return count
  }

  /// Calls a closure with each parameter's name, role and value, in their order.
  public func forEachParameter(_ body: (String, ParameterVisitor.Role, Tensor) -> Void) {
    var copy = self
    withoutActuallyEscaping(body) { body in
      var visitor = ParameterVisitor { name, role, tensor in body(name, role, tensor) }
      copy.visitParameters(&visitor)
    }
  }
}
