#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The Python that other engines are run by.
enum PythonProgram {
  /// What the option says, else `CNNC_PYTHON`, else `python3`.
  static func path(_ option: String?) -> String {
    if let option, !option.isEmpty { return option }
    if let variable = getenv("CNNC_PYTHON"), variable.pointee != 0 { return String(cString: variable) }
    return "python3"
  }
}
