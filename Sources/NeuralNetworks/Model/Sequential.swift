import Tensors

/// Modules one after the other.
///
/// An element's name is its number, counted from 0, or one of its own, which replaces the number and uses it up: as in
/// PyTorch's Sequential, and as in a numbered list of a spec.
public struct Sequential: Module {
  private struct Element: Sendable {
    var name: String
    var module: any Module
  }

  private var elements: [Element] = []

  /// The given modules, numbered.
  public init(_ modules: any Module...) {
    for module in modules { append(module) }
  }

  /// The modules of a list, numbered.
  public init(_ modules: [any Module]) {
    for module in modules { append(module) }
  }

  /// Adds a module at the end, under its number or a name.
  public mutating func append(_ module: any Module, name: String? = nil) {
    elements.append(Element(name: name ?? String(elements.count), module: module))
  }

  /// How many modules there are.
  public var count: Int { elements.count }

  /// A module by its position.
  public subscript(index: Int) -> any Module {
    get { elements[index].module }
    set { elements[index].module = newValue }
  }

  /// The output of the last module, each applied to the output of the one before.
  public func callAsFunction(_ input: Tensor) -> Tensor { elements.reduce(input) { $1.module($0) } }

  /// Shows each module's parameters under its name.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    for index in elements.indices { visitor.visit(&elements[index].module, elements[index].name) }
  }
}

extension Array: Parameterized where Element: Parameterized {
  /// Shows each element's parameters under its number.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    for index in indices { visitor.visit(&self[index], String(index)) }
  }
}

/// A list of modules of one type is a module: one after the other.
extension Array: Module where Element: Module {
  /// The output of the last module, each applied to the output of the one before.
  public func callAsFunction(_ input: Tensor) -> Tensor { reduce(input) { $1($0) } }
}
