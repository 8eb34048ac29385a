import Layers

/// The helpers that a file needs, each once, those that others need before them.
final class HelperList {
  private(set) var helpers: [TorchHelper] = []
  private var names: Set<String> = []

  func add(_ helper: TorchHelper) {
    for needed in helper.needs { add(needed) }
    if names.insert(helper.name).inserted { helpers.append(helper) }
  }
}
