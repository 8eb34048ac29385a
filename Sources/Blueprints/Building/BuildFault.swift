/// Why uses of a block cannot share one type, or a list is no chain: another form is then tried.
enum BuildFault: Error {
  /// Uses differ in a way that no condition covers.
  case unlike(String)
  /// A list whose values do not simply flow from one item to the next.
  case noChain(String)
}
