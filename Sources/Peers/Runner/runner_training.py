"""Trains a network in PyTorch: stochastic gradient descent without dropout."""

import contextlib
import math

from runner_job import Refused, difference, matched


@contextlib.contextmanager
def nothing_dropped(module):
    """What is dropped at random differs between engines, so nothing is, by functions and modules alike."""
    from torch.nn import functional

    def keep(x, *arguments, **options):
        return x

    places = [(functional, name) for name in dir(functional) if "dropout" in name]
    places += [(module, name) for name in ("drop_path",) if hasattr(module, name)]
    before = [(place, name, getattr(place, name)) for place, name in places]
    for place, name in places:
        if callable(getattr(place, name)):
            setattr(place, name, keep)
    try:
        yield
    finally:
        for place, name, function in before:
            setattr(place, name, function)


# What rounding may make of a number: a few units in the last place of single precision.
ROUNDING = 1e-6
# Few of them meet a relu that turns, and the largest that they come to is what counts.
DRAWS = 4
# How far tensors are moved to where other numbers are next to 0.
MOVE = 1e-3


class TorchTraining:
    """Stochastic gradient descent without dropout."""

    def __init__(self, job, make):
        import torch

        self.settings, self.make, self.names = job["training"], make, job["outputs"]
        self.labels = torch.from_numpy(next(iter(job.arrays("labels").values())))

    def begin(self, dtype, tensors=None, momenta=None):
        """A network and its optimizer, with the tensors and momenta of others where they are given."""
        import torch

        network = self.make(dtype).train()
        if tensors is not None:
            network.load_state_dict(tensors)
        parameters = {name: p for name, p in network.named_parameters() if p.requires_grad}
        optimizer = torch.optim.SGD(
            parameters.values(),
            lr=self.settings["rate"],
            momentum=self.settings["momentum"],
            weight_decay=self.settings["decay"],
        )
        for name, momentum in (momenta or {}).items():
            optimizer.state[parameters[name]]["momentum_buffer"] = momentum.to(dtype, copy=True)
        return network, optimizer

    def step(self, network, optimizer, inputs):
        """A step, and the loss before it."""
        loss = self.loss(network, inputs, self.labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return float(loss.detach())

    def stepped(self, dtype, tensors, momenta, inputs, draws=None):
        """The network behind a step from tensors and momenta, with values that draws put off by rounding."""
        network, optimizer = self.begin(dtype, tensors, momenta)
        if draws is not None:
            round_values(network, draws)
        self.step(network, optimizer, inputs)
        return network

    def loss(self, network, inputs, labels):
        outputs = torch_outputs(network(*inputs), self.names)
        if len(outputs) != len(self.settings["factors"]):
            expected = len(self.settings["factors"])
            raise Refused(f"forward gives {len(outputs)} tensors in training, and the network has {expected} outputs and heads")
        return sum(
            factor * torch_loss(output, labels, scores)
            for output, factor, scores in zip(outputs, self.settings["factors"], self.settings["scores"])
            if factor
        )


def train(job, make, inputs):
    """A few steps, one from a point beside, or what rounding comes to in steps of a job before."""
    training, settings = TorchTraining(job, make), job["training"]
    if settings["point"]:
        step_from_point(job, training, inputs)
    elif settings["rounded_steps"]:
        measure_rounding(job, training, inputs)
    else:
        make_steps(job, training, inputs)


def make_steps(job, training, inputs):
    """Losses, first gradients, tensors and momenta behind each step."""
    import torch

    network, optimizer = training.begin(torch.float32)
    for number in range(1, job["training"]["steps"] + 1):
        add_loss(job, training.step(network, optimizer, inputs))
        if number == 1:
            add(job, "gradient:", network_gradients(network))
        job.write("tensors", number, network_tensors(network))
        job.write("momenta", number, {name: m.numpy() for name, m in torch_momenta(network, optimizer).items()})
    add(job, "trained:", network_tensors(network))


def before_step(job, training, number):
    """The tensors and momenta before a step of the job before."""
    import torch

    tensors, momenta = training.begin(torch.float32)[0].state_dict(), {}
    if number > 1:
        for name, tensor in tensors.items():
            if name.endswith("num_batches_tracked"):
                tensor.fill_(number - 1)
        before = job.written("tensors", number - 1)
        tensors |= {name: torch.from_numpy(value) for name, value in before.items()}
        before = job.written("momenta", number - 1)
        momenta = {name: torch.from_numpy(value) for name, value in before.items()}
    return tensors, momenta


def step_from_point(job, training, inputs):
    """A step from tensors that lie beside those before a step of the job before: they, loss, gradients, and what it leaves."""
    import torch

    point = job["training"]["point"]
    tensors, momenta = before_step(job, training, point["step"])
    draws = torch.Generator().manual_seed(point["seed"])
    tensors = {name: moved(tensor, MOVE, draws) for name, tensor in tensors.items()}
    network, optimizer = training.begin(torch.float32, tensors, momenta)
    job.write("point", "", network_tensors(network))
    add_loss(job, training.step(network, optimizer, inputs))
    add(job, "gradient:", network_gradients(network))
    add(job, "trained:", network_tensors(network))


def measure_rounding(job, training, inputs):
    """How far rounding puts gradients and tensors off in steps of the job before, and some first gradients in double precision."""
    import torch

    if job["training"]["exact_images"]:
        exact_gradients(job, training, inputs)
    for number in job["training"]["rounded_steps"]:
        tensors, momenta = before_step(job, training, number)
        behind, gradients = job.written("tensors", number), {}
        if number == 1:
            network = training.stepped(torch.float32, tensors, momenta, inputs)
            gradients = network_gradients(network)
        for other in rounded_networks(training, tensors, momenta, inputs):
            allow_differences(job, "gradient:", gradients, network_gradients(other))
            allow_differences(job, f"step {number}:", behind, network_tensors(other))
            # Before the next is made.
            del other


def add_loss(job, loss):
    job.report["losses"].append(loss if math.isfinite(loss) else None)


def add(job, kind, values):
    for name, value in values.items():
        job.add(kind + name, value)


def moved(x, share, draws):
    """Numbers, each off by a share of itself at most."""
    import torch

    if not x.is_floating_point():
        return x
    return x * (1 + share * (2 * torch.rand(x.shape, generator=draws) - 1))


def rounded_networks(training, tensors, momenta, inputs):
    """The networks behind a step where numbers are off by rounding, for some draws, and in double precision.

    One after the other, for those of a large network take gigabytes.
    """
    import torch

    for seed in range(DRAWS):
        draws = torch.Generator().manual_seed(seed)
        before = {name: moved(tensor, ROUNDING, draws) for name, tensor in tensors.items()}
        images = [moved(x, ROUNDING, draws) for x in inputs]
        yield training.stepped(torch.float32, before, momenta, images, draws)
    # Where sums cancel, as one less the score of a class that is certain, what is left is rounded alike in every draw.
    yield training.stepped(torch.float64, tensors, momenta, [x.double() for x in inputs])


def round_values(network, draws):
    """Has modules give values that are off by rounding, each number by itself: a norm takes away what images have in common."""
    import torch

    def rounded(module, arguments, output):
        if not isinstance(output, torch.Tensor) or not output.is_floating_point():
            return output
        # Sums round by their largest parts, however little comes of them.
        size = ROUNDING * output.detach().abs().mean()
        return output + size * (2 * torch.rand(output.shape, generator=draws) - 1)

    for module in network.modules():
        if next(module.children(), None) is None:
            module.register_forward_hook(rounded)


def allow_differences(job, kind, values, others):
    """Allows values what others differ by, where the largest counts a thousandth of the largest of all at least."""
    # Gradients of biases before norms are nothing but rounding.
    least = 1e-3 * max((abs(value).max(initial=0) for value in values.values()), default=0)
    for name, value in values.items():
        job.allow(kind + name, difference(others[name], value, least))


def exact_gradients(job, training, inputs):
    """The first gradients of some images in double precision."""
    import torch

    count = job["training"]["exact_images"]
    network, _ = training.begin(torch.float64)
    training.loss(network, [x[:count].double() for x in inputs], training.labels[:count]).backward()
    add(job, "exact:", network_gradients(network))


def network_gradients(network):
    """The gradients behind a step, in the network's own memory."""
    return {name: p.grad.numpy() for name, p in network.named_parameters() if p.grad is not None}


def network_tensors(network):
    """The network's parameters and statistics, in its own memory."""
    return {name: t.numpy() for name, t in network.state_dict().items() if t.is_floating_point()}


def torch_momenta(network, optimizer):
    named = network.named_parameters()
    return {
        name: optimizer.state[p]["momentum_buffer"]
        for name, p in named
        if "momentum_buffer" in optimizer.state.get(p, {})
    }


def torch_outputs(result, names):
    """The outputs in the order of their names, and what heads for training give behind them."""
    import torch

    if isinstance(result, torch.Tensor):
        return [result]
    if isinstance(result, dict):
        known = [name for name in matched(names, list(result)) if name is not None]
        result = [result[name] for name in [*known, *(name for name in result if name not in known)]]
    if not isinstance(result, (list, tuple)):
        raise Refused(f"forward gives a {type(result).__name__}, and no tensor")
    return [output for part in result for output in torch_outputs(part, names)]


def torch_loss(output, labels, scores):
    from torch.nn import functional

    if scores == "numbers":
        return functional.mse_loss(output, labels.to(output.dtype))
    if scores == "logits":
        return functional.cross_entropy(output, labels.long())
    return functional.nll_loss(output.log(), labels.long())
