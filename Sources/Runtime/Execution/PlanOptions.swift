import Kernels
import Tensors

/// How a plan is made.
public struct PlanOptions: Hashable, Sendable {
  /// How convolutions are computed.
  public enum Algorithm: String, Hashable, Sendable, CaseIterable {
    /// Each layer by what is fastest for its sizes, Winograd's and Strassen's methods among it.
    case automatic
    /// By definition, which rounds least and packs the smallest weights.
    case direct
  }

  /// When weights are brought into the order in which kernels read them.
  public enum Packing: String, Hashable, Sendable, CaseIterable {
    /// When the plan is made, into memory of their own: runs are fastest.
    case once
    /// In each run, a layer at a time, into memory that the layers share: a plan takes little more memory than the file
    /// of weights that it is mapped from, and its first run ends soonest.
    case eachRun
  }

  /// Threads of a run; nil for `CNNC_NUM_THREADS`, the cgroup's quota or the processors, whichever says so first.
  public var threads: Int?
  /// Whether neighbouring operations become one step; without, each is a step of its own, for debugging.
  public var fuses: Bool
  /// How convolutions are computed.
  public var algorithm: Algorithm
  /// When weights are packed.
  public var packing: Packing
  /// Whether a step of training makes values of its forward pass that cost little again in the backward pass, instead of
  /// keeping them: the same bits in less memory and somewhat more time. At inference it says nothing.
  public var recomputes: Bool
  /// Whether the plan is run on paper to see that no step reads what another has overwritten.
  public var verifies: Bool
  /// The instruction set of the inner loops; nil for `CNNC_ISA`, else the widest that this processor has.
  package var instructionSet: InstructionSet?
  /// Measured choices of algorithms; the rule chooses for the convolutions that it lacks, and for all without it. It
  /// has no say where `algorithm` is `direct`.
  package var tuning: TuningTable?
  /// Whether the plan keeps what the graph was after each pass, to be looked at.
  package var keepsPasses = false
  /// How many of the first steps run for a few images at a time, as far as they can; an estimate says without.
  package var roundSteps: Int?

  /// Options, the standard ones but for those given.
  public init(
    threads: Int? = nil, fuses: Bool = true, algorithm: Algorithm = .automatic, packing: Packing = .once,
    verifies: Bool = false, recomputes: Bool = false
  ) {
    self.algorithm = algorithm
    self.packing = packing
    self.threads = threads
    self.verifies = verifies
    self.recomputes = recomputes
    self.fuses = fuses
  }

  /// Options for a plan that runs once, or must take little memory: what each run packs is the weights as they are, not
  /// Winograd's and Strassen's larger ones.
  public static let oneRun = PlanOptions(algorithm: .direct, packing: .eachRun)

  /// The loops of the instruction set.
  func loops() throws(PlanError) -> Loops {
    let requested = try InstructionSet.requested
    let set = instructionSet ?? requested ?? .best
    guard let loops = set.loops else { throw .missingInstructionSet(set.rawValue) }
    return loops
  }
}

/// Why a network cannot be planned.
public enum PlanError: Error, Hashable, Sendable {
  /// A value would have more than two billion elements.
  case tooLarge(path: String, shape: [Int])
  /// The system refuses memory: what it is for, the layer that needs most of it, and how much.
  case outOfMemory(String, largest: String?, AllocationError)
  /// A parameter of the network was not given.
  case missingParameter(String)
  /// A parameter has another shape in the network.
  case parameterShape(String, expected: [Int], found: [Int])
  /// `CNNC_ISA` names an instruction set that this processor lacks.
  case missingInstructionSet(String)
  /// `CNNC_ISA` names none.
  case unknownInstructionSet(String)
}

extension PlanError: CustomStringConvertible {
  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .tooLarge(let path, let shape):
      "the value of '\(path)' would have \(shape.map(String.init).joined(separator: "×")) elements, more than 2^31"
    case .outOfMemory(let purpose, let path, let error):
      "\(error) for \(purpose) of the plan" + (path.map { ", of which '\($0)' needs most" } ?? "")
    case .missingParameter(let path): "the parameter '\(path)' is missing"
    case .parameterShape(let path, let expected, let found):
      "the parameter '\(path)' is \(found), but the network's is \(expected)"
    case .missingInstructionSet(let name):
      "this processor has no \(name); unset CNNC_ISA, or choose one of \(Self.available)"
    case .unknownInstructionSet(let name): "CNNC_ISA is '\(name)', but there are \(Self.available)"
    }
  }

  private static var available: String {
    InstructionSet.allCases.filter { $0.loops != nil }.map(\.rawValue).joined(separator: ", ")
  }
}
