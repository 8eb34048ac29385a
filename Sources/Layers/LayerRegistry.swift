extension LayerRegistry {
  /// Every kind, in the order of the reference.
  static let kinds: [any LayerKind.Type] = [
    Conv.self,
    BatchNorm.self,
  ]
}
