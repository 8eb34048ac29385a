/// Why source cannot be generated for a network.
package struct GenerationError: Error, Sendable, CustomStringConvertible {
  package var description: String

  package init(_ description: String) { self.description = description }
}
