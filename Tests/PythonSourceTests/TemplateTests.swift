import PythonSource
import Testing

@Suite("Python from templates")
struct TemplateTests {
  private let template = """
    import math
    import os
    from pathlib import Path

    import torch
    import torch.nn.functional as F
    from torch import Tensor, nn
    from {{module}} import Net


    def unused() -> str:
        return os.sep


    def used(x: Tensor) -> Tensor:  #? files
        return F.relu(x)  #? files !labels
        return F.gelu(x)  #? labels


    @torch.no_grad()
    def main() -> None:
        # A comment's apostrophe is none of a text, nor is os a use.
        used(Net())
        Net().train(flag={{flag}})
    {{lines}}


    if __name__ == "__main__":
        main()
    """

  private func text(_ flags: Set<String>) -> String {
    var template = PythonTemplate(
      flags: flags, values: ["module": "net", "flag": "\"{{flag}} #? x\"", "lines": "    one()\n    two()"])
    template.add(constant: "A", .integer(1))
    template.add(constant: "B", .integer(2))
    template.add(self.template + "\n\n\ndef one() -> int:\n    return B\n")
    return PythonPrinter.print(template.file(from: "main"))
  }

  @Test func whatIsUsedStaysWithItsImports() {
    let text = text(["files"])
    #expect(
      text.hasSuffix(
        """
        import torch
        import torch.nn.functional as F
        from torch import Tensor

        from net import Net

        B = 2


        def used(x: Tensor) -> Tensor:
            return F.relu(x)


        @torch.no_grad()
        def main() -> None:
            # A comment's apostrophe is none of a text, nor is os a use.
            used(Net())
            Net().train(flag="{{flag}} #? x")
            one()
            two()


        if __name__ == "__main__":
            main()


        def one() -> int:
            return B

        """), "\(text)")
  }

  @Test func linesHoldWhereTheirFlagsDo() {
    #expect(text(["files", "labels"]).contains("return F.gelu(x)"))
    #expect(!text(["files", "labels"]).contains("relu"))
    #expect(!text([]).contains("def used"))
  }
}
