import ArgumentParser

/// `--memory 4GB`, `--memory 512MiB`.
struct ByteCount: ExpressibleByArgument {
  var bytes: Int

  init?(argument: String) {
    let number = argument.prefix { $0.isNumber || $0 == "." }
    let units = [
      "": 1.0, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "KIB": 1024, "MIB": 1_048_576, "GIB": 1_073_741_824,
    ]
    guard let value = Double(number), let unit = units[argument.dropFirst(number.count).uppercased()],
      value * unit >= 1, value * unit < 1e18
    else { return nil }
    bytes = Int(value * unit)
  }
}

/// `--memory low`, `--memory 4GB`: how a step of training is planned, or what it must fit into.
enum TrainingMemoryOption: ExpressibleByArgument {
  case use(MemoryUse)
  case limit(ByteCount)

  init?(argument: String) {
    if let use = MemoryUse(argument: argument) {
      self = .use(use)
    } else if let count = ByteCount(argument: argument) {
      self = .limit(count)
    } else {
      return nil
    }
  }
}
