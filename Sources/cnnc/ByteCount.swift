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
