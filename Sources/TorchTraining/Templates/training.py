import argparse
import fnmatch
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, DistributedSampler, Subset
from torchvision.transforms import v2


class RMSpropTF(torch.optim.Optimizer):
    """RMSprop as TensorFlow has it: ε under the root, the average starting at 1."""

    def __init__(
        self,
        params: Any,
        lr: float = 0.01,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
    ) -> None:
        defaults = {"lr": lr, "alpha": alpha, "eps": eps}
        defaults |= {"weight_decay": weight_decay, "momentum": momentum}
        super().__init__(params, defaults)

    @torch.no_grad()
    def step(self, closure: None = None) -> None:
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if not state:
                    state["square_avg"] = torch.ones_like(parameter)
                    state["momentum_buffer"] = torch.zeros_like(parameter)
                gradient = parameter.grad.add(parameter, alpha=group["weight_decay"])
                square = state["square_avg"]
                square.mul_(group["alpha"]).addcmul_(
                    gradient, gradient, value=1 - group["alpha"]
                )
                move = gradient / (square + group["eps"]).sqrt()
                state["momentum_buffer"].mul_(group["momentum"]).add_(move)
                parameter.add_(state["momentum_buffer"], alpha=-group["lr"])


def fits(name: str, pattern: str) -> bool:
    """Whether a pattern is a tensor's name, or that of a layer or block it is in."""
    pattern = pattern.replace("[", "[[]").replace("?", "[?]")
    return any(fnmatch.fnmatchcase(name, end) for end in (pattern, f"{pattern}.*"))


def is_frozen(name: str, otherwise: bool = False) -> bool:
    """Whether a tensor stays as it is: of the patterns that fit, the last holds."""
    for pattern in reversed(FREEZE):
        if fits(name, pattern.removeprefix("!")):
            return not pattern.startswith("!")
    return otherwise


def frozen_layers(network: nn.Module) -> list[nn.Module]:
    """The layers whose statistics stay, since all their tensors do."""
    found = []
    for path, module in network.named_modules():
        own = [name for name, _ in module.named_parameters(path, recurse=False)]
        stays = [is_frozen(name) for name in own]
        statistics = [name for name, _ in module.named_buffers(path, recurse=False)]
        for name in statistics:
            if not name.endswith("num_batches_tracked"):
                stays.append(is_frozen(name, otherwise=bool(own)))
        if statistics and all(stays):
            found.append(module)
    return found


def freeze(network: nn.Module) -> None:
    """Takes what stays as it is out of the gradients."""
    for name, parameter in network.named_parameters():
        if is_frozen(name):
            parameter.requires_grad_(False)


def learn(network: nn.Module) -> None:
    """Puts a network into training mode, but for what stays as it is."""  #? !nodrop
    """Puts layers with tensors into training mode alone: nothing is dropped."""  #? nodrop
    network.train()  #? !nodrop
    for module in network.modules():  #? nodrop
        own = [*module.parameters(recurse=False), *module.buffers(recurse=False)]  #? nodrop
        module.train(bool(own))  #? nodrop
    network.training = True  #? nodrop heads
    for module in frozen_layers(network):  #? frozen
        module.eval()  #? frozen


def rate_factor(name: str) -> float:
    """What a tensor's learning rate is multiplied by: the first pattern holds."""
    return next((rate for pattern, rate in RATES.items() if fits(name, pattern)), 1.0)


def parameter_groups(network: nn.Module) -> list[dict[str, Any]]:
    """The parameters that learn, those together that have the same rate and decay."""  #? rates selective
    """The parameters that learn, those together that have the same rate."""  #? rates !selective
    """The parameters that learn: those that decay, and the others."""  #? !rates selective
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}  #? rates selective
    groups: dict[float, list[nn.Parameter]] = {}  #? !rates selective
    groups: dict[float, list[nn.Parameter]] = {}  #? rates !selective
    for path, module in network.named_modules():
        for name, parameter in module.named_parameters(path, recurse=False):
            if not parameter.requires_grad:
                continue
            decays = {{decays}}  #? selective
            decay = WEIGHT_DECAY if decays else 0.0  #? selective
            key = (rate_factor(name), decay)  #? rates selective
            groups.setdefault(key, []).append(parameter)  #? rates selective
            groups.setdefault(decay, []).append(parameter)  #? !rates selective
            groups.setdefault(rate_factor(name), []).append(parameter)  #? rates !selective
    return [  #? rates selective
        {"params": members, "factor": factor, "weight_decay": decay}  #? rates selective
        for (factor, decay), members in groups.items()  #? rates selective
    ]  #? rates selective
    return [{"params": p, "weight_decay": decay} for decay, p in groups.items()]  #? !rates selective
    return [{"params": p, "factor": factor} for factor, p in groups.items()]  #? rates !selective


def make_optimizer(network: nn.Module) -> torch.optim.Optimizer:
    """What moves the parameters that learn."""
    groups = parameter_groups(network)  #? rates
    groups = parameter_groups(network)  #? !rates selective
    groups = [p for p in network.parameters() if p.requires_grad]  #? !rates !selective
{{optimizer}}


{{schedule}}


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """Gives an optimizer its learning rate."""
    for group in optimizer.param_groups:
        group["lr"] = rate * group["factor"]  #? rates
        group["lr"] = rate  #? !rates


def set_momentum(optimizer: torch.optim.Optimizer, momentum: float) -> None:
    """Gives an optimizer its momentum."""
    for group in optimizer.param_groups:
        group["momentum"] = momentum  #? !adam
        group["betas"] = (momentum, group["betas"][1])  #? adam


def loss_of(output: Tensor, target: Tensor, smoothing: float = 0.0) -> Tensor:  #? smoothing
def loss_of(output: Tensor, target: Tensor) -> Tensor:  #? !smoothing
{{loss}}


def training_loss(
    network: nn.Module, images: Tensor, target: Tensor
) -> tuple[Tensor, Tensor]:
    """What becomes smaller, and what the network gives."""
    output, *heads = network(images)  #? heads
    output = network(images)  #? !heads
    output = output["{{output}}"]  #? outputs
    loss = loss_of(output, target{{smoothing}})
    for head, weight in zip(heads, HEADS, strict=True):  #? heads
        loss = loss + weight * loss_of(head, target{{smoothing}})  #? heads
    return loss, output.detach()


class Measures:
    """Sums over images, of their losses and of what is right."""

    def __init__(self, device: torch.device) -> None:
        self.sums = torch.zeros(4, dtype=torch.float64, device=device)
        self.kept: list[tuple[Tensor, Tensor]] = []  #? several
        self.has_several = False  #? several

    def add(self, loss: Tensor, output: Tensor, target: Tensor) -> None:
        """Adds a batch: its mean loss, what the network gives, what is right."""
        if target.dim() == 2:  #? several
            self.has_several = True  #? several
            given, own = output > THRESHOLD, target > 0.5  #? several
            first, second = (given & own).sum(), given.sum() + own.sum()  #? several
        else:  #? several
            own = output.gather(1, target.unsqueeze(1))  #? several
            rank = (output > own).sum(1)  #? several
            first, second = (rank < 1).sum(), (rank < 5).sum()  #? several
        own = output.gather(1, target.unsqueeze(1))  #? !several
        rank = (output < own).sum(1)  #? !several distances
        rank = (output > own).sum(1)  #? !several !distances
        first, second = (rank < 1).sum(), (rank < 5).sum()  #? !several
        count = len(target)
        # The mean over no images is no number.
        total = count * loss.item() if count > 0 else 0.0
        self.sums += self.sums.new_tensor([total, first, second, count])

    def keep(self, output: Tensor, target: Tensor) -> None:  #? several
        """Keeps what a batch's average precisions are made of."""  #? several
        if target.dim() == 2:  #? several
            self.kept.append((output.float().cpu(), target.cpu()))  #? several
 #? several
    def result(self) -> dict[str, float]:
        """The means over all images of all processes."""
        if dist.is_initialized():
            dist.all_reduce(self.sums)
        loss, first, second, count = self.sums.tolist()
        if self.has_several:  #? several
            row = {"loss": loss / count}  #? several
            if self.kept:  #? several
                row["map"] = self.precision()  #? several
            row["f1"] = 2 * first / second if second else 0.0  #? several
            return row  #? several
        return {"loss": loss / count, "top1": first / count, "top5": second / count}

    def precision(self) -> float:  #? several
        """The mean of the labels' average precisions, of all processes' images."""  #? several
        output = torch.cat([output for output, _ in self.kept])  #? several
        target = torch.cat([target for _, target in self.kept])  #? several
        if dist.is_initialized():  #? several
            parts: list[Any] = [None] * dist.get_world_size()  #? several
            dist.all_gather_object(parts, (output, target))  #? several
            output = torch.cat([part[0] for part in parts])  #? several
            target = torch.cat([part[1] for part in parts])  #? several
        own = [k for k in range(target.shape[1]) if target[:, k].any()]  #? several
        each = [average_precision(output[:, k], target[:, k]) for k in own]  #? several
        return sum(each) / len(each) if each else 0.0  #? several


def average_precision(scores: Tensor, target: Tensor) -> float:
    """The average precision of a label, as scikit-learn has it."""
    scores, order = scores.sort(descending=True)
    right = target[order].cumsum(0)
    ends = torch.cat([scores[1:] != scores[:-1], torch.tensor([True])])
    precision = right[ends] / torch.arange(1, len(scores) + 1)[ends]
    found = right[ends].diff(prepend=torch.zeros(1))
    return ((precision * found).sum() / right[-1]).item()


@torch.no_grad()
def evaluate(
    network: nn.Module, loader: DataLoader, device: torch.device
) -> dict[str, float]:
    """What a network makes of the images that it is tested on."""
    network.eval()
    measures = Measures(device)
    rank = dist.get_rank() if dist.is_initialized() else 0
    left = own_images(len(loader.dataset.dataset), rank, loader.dataset.step)
    for images, target in loader:
        output = network(images.to(device))
        output = output["{{output}}"]  #? outputs
        output, target = output[:left], target[:left].to(device)
        left -= len(target)
        measures.add(loss_of(output, target), output, target)
        measures.keep(output, target)  #? several
    return measures.result()


def save_weights(state: dict[str, Tensor], path: Path) -> None:
    """Writes a file of weights beside its place, then renames it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.part")
    tensors = {
        name: tensor.detach().cpu().contiguous()
        for name, tensor in state.items()
        if not name.endswith("num_batches_tracked")
    }
    save_file(tensors, beside)
    beside.replace(path)


def save_state(state: dict[str, Any], path: Path) -> None:
    """Writes what a run goes on from beside its place, then renames it."""
    beside = path.with_name(f"{path.name}.part")
    torch.save(state, beside)
    beside.replace(path)


class Share(Dataset):
    """Every so-and-so-many-th of some samples, as many for each process."""

    def __init__(self, dataset: Dataset, rank: int, step: int) -> None:
        self.dataset = dataset
        self.rank = rank
        self.step = step

    def __len__(self) -> int:
        return math.ceil(len(self.dataset) / self.step)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        place = self.rank + index * self.step
        return self.dataset[min(place, len(self.dataset) - 1)]


def own_images(count: int, rank: int, world: int) -> int:
    """How many of so many images are a process's own.

    Where processes have not as many, the last of some is one that another has.
    """
    return len(range(rank, count, world))


def batches(
    samples: Dataset, options: argparse.Namespace, world: int, sampler: Any = None
) -> DataLoader:
    """The batches of one of so many processes."""
    if len(samples) == 0:
        what = "test on" if sampler is None else "learn from"
        raise SystemExit(f"{options.data} has no images to {what}")
    if BATCH % (world * PARTS):  #? parts
        raise SystemExit(f"a batch of {BATCH} is not for {world} processes")  #? parts
    if BATCH % world:  #? !parts
        raise SystemExit(f"a batch of {BATCH} is not for {world} processes")  #? !parts
    return DataLoader(
        samples,
        batch_size=BATCH // world,  #? !lightning
        batch_size=BATCH // world,  #? lightning !parts
        batch_size=BATCH // world // PARTS,  #? lightning parts
        sampler=sampler,
        drop_last=sampler is not None,  #? parts
        num_workers=options.workers,
        pin_memory=torch.cuda.is_available(),
    )


@torch.no_grad()
def share_statistics(network: nn.Module) -> None:
    """Makes running statistics the mean of what the processes have."""
    if dist.is_initialized() and dist.get_world_size() > 1:
        for buffer in network.buffers():
            if buffer.is_floating_point():
                dist.all_reduce(buffer)
                buffer /= dist.get_world_size()


@torch.no_grad()
def move_average(average: nn.Module, network: nn.Module) -> None:
    """Moves an average towards a network, its statistics too."""
    state = network.state_dict()
    for name, mean in average.state_dict().items():
        if mean.is_floating_point():
            mean.lerp_(state[name], 1 - AVERAGE_DECAY)
        else:
            mean.copy_(state[name])


class History:
    """What is known of the epochs that are over."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self.epoch = 0
        self.losses: list[float] = []  #? plateau
        self.best: tuple[float, int] | None = None
        self.best_row: dict[str, float] = {}  #? expect

    def state(self) -> dict[str, Any]:
        """What a run goes on from."""
        return {name: value for name, value in vars(self).items() if name != "output"}

    def rate(self, step: int, steps: int, epochs: int) -> float:
        """The learning rate of a step, of so many in an epoch."""
        return learning_rate(step, steps, epochs, self.losses)  #? plateau
        return learning_rate(step, steps, epochs)  #? !plateau

    def add(
        self,
        train: dict[str, float],
        test: dict[str, float],  #? tested
        step: int,
        rate: float,
        writes: bool,
    ) -> bool:
        """Notes down an epoch, and gives whether it is the best."""
        if not math.isfinite(train["loss"]):
            raise SystemExit(f"the loss is {train['loss']}")
        self.epoch += 1
        score = test["map"] if "map" in test else test["top1"]  #? tested several
        score = test["top1"]  #? tested !several
        score = -train["loss"]  #? !tested
        self.losses.append(test["loss"])  #? plateau tested
        self.losses.append(train["loss"])  #? plateau !tested
        is_best = self.best is None or score > self.best[0]
        if is_best:
            self.best = (score, self.epoch)
            self.best_row = test  #? expect
        row = {"epoch": self.epoch, "step": step, "lr": rate}
        row |= {f"train_{name}": value for name, value in train.items()}
        row |= {f"val_{name}": value for name, value in test.items()}  #? tested
        if writes:
            self.write(row)
            texts = [f"{name} {value:.6g}" for name, value in row.items()]
            print("  ".join(texts), flush=True)
        return is_best

    def write(self, row: dict[str, float]) -> None:
        """Adds a row to the log, in place of what stands there from it on."""
        path = self.output / "log.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [",".join(row)]
        if self.epoch > 1 and path.exists():
            lines = path.read_text().splitlines()[: self.epoch]
        lines.append(",".join(f"{value:.8g}" for value in row.values()))
        path.write_text("\n".join(lines) + "\n")

    def finish(self) -> None:
        """Says what was best."""
        if self.best is not None:
            score, epoch = self.best
            print(f"best: {score:.6g} after epoch {epoch}")  #? tested
            print(f"best: a loss of {-score:.6g} after epoch {epoch}")  #? !tested
        for name, wanted in EXPECTED.items():  #? expect
            reached = self.best_row.get(name, wanted)  #? expect
            if reached < wanted:  #? expect
                raise SystemExit(f"{name} is {reached:.4g}, less than {wanted}")  #? expect


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Trains {{network}}.")
    parser.add_argument("--data", type=Path, default=Path(DATA))
    parser.add_argument("--weights", type=Path, help="a file to begin with")
    parser.add_argument("-o", "--output", type=Path, default=Path(OUTPUT))
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--resume", action="store_true", help="go on with the run")
    parser.add_argument("--workers", type=int, default=0, help="processes for data")
    parser.add_argument("--devices", type=int, default=1, help="processes")  #? lightning
    options = parser.parse_args()
    state = options.output / "last" / "state.pt"  #? !lightning
    state = options.output / "last" / "state.ckpt"  #? lightning
    for path in filter(None, [options.data, options.weights]):
        if not path.exists():
            parser.error(f"there is no {path}")
    if options.resume and not state.exists():
        parser.error(f"there is no {state} to go on from")
    if state.exists() and not options.resume:
        parser.error(f"{options.output} has a run; --resume goes on, -o begins another")
    return options
