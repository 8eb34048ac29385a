import Layers
import TrainingRuns

extension Recipe.Objective {
  /// The share that training gives to all classes alike.
  var smoothing: Double { if case .crossEntropy(let smoothing) = self { smoothing } else { 0 } }

  /// The body of the function that gives the mean loss of a batch.
  ///
  /// - Parameter scores: What the network's outputs mean.
  func python(_ scores: ScoreMeaning) -> String {
    let shares = """
          if target.dim() == 1:
              target = F.one_hot(target, CLASSES).float()
      """
    switch self {
    case .crossEntropy(let smoothing):
      let more = smoothing > 0 ? ", label_smoothing=smoothing" : ""
      guard scores == .probabilities else {
        return """
              \"""The mean cross entropy, of logits.\"""
              return F.cross_entropy(output, target\(more))
          """
      }
      return """
            \"""The mean cross entropy, of the probabilities that a softmax gave.\"""
            logarithms = output.clamp_min(1e-30).log()
            return F.cross_entropy(logarithms, target\(more))
        """
    case .meanSquared:
      return """
            \"""The mean of squared differences to 1 for the right classes, 0 for others.\"""
        \(shares)
            return F.mse_loss(output, target)
        """
    case .binaryCrossEntropy:
      let (what, function) =
        scores == .independentProbabilities
        ? ("probabilities", "binary_cross_entropy") : ("logits", "binary_cross_entropy_with_logits")
      return """
            \"""The mean cross entropy of each class by itself, of \(what).\"""
        \(shares)
            return F.\(function)(output, target)
        """
    case .radialBasis(let j):
      return """
            \"""LeNet-5's criterion for distances (LeCun et al. 1998, equation 9).\"""
            own = output.gather(1, target.unsqueeze(1)).squeeze(1)
            others = torch.cat([-output, output.new_full((len(output), 1), -\(j))], dim=1)
            return (own + others.logsumexp(1)).mean()
        """
    }
  }
}
