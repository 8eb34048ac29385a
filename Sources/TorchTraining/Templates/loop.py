import argparse
import os
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.distributed.checkpoint.state_dict import (
    StateDictOptions,
    get_model_state_dict,
    get_optimizer_state_dict,
    set_model_state_dict,
    set_optimizer_state_dict,
)
from torch.distributed.fsdp import fully_shard
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, Dataset, DistributedSampler, Subset
from torchvision.transforms import v2
from {{module}} import {{network}}{{blocks}}


def start() -> tuple[int, int, torch.device]:
    """The place of this process among all, how many there are, and its device."""
    rank = int(os.environ.get("RANK", "0"))
    world = int(os.environ.get("WORLD_SIZE", "1"))
    device = torch.device("cpu")
    if torch.cuda.is_available():
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(device)
    if world > 1:  #? ddp
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")  #? ddp
    backend = "nccl" if device.type == "cuda" else "gloo"  #? fsdp
    if world > 1:  #? fsdp
        dist.init_process_group(backend)  #? fsdp
    else:  #? fsdp
        store = dist.HashStore()  #? fsdp
        dist.init_process_group(backend, store=store, rank=0, world_size=1)  #? fsdp
    return rank, world, device


def shard(network: nn.Module) -> None:
    """Divides the parameters among the processes, block by block."""
    for module in list(network.modules()):  #? blocks
        if isinstance(module, BLOCKS):  #? blocks
            fully_shard(module)  #? blocks
    fully_shard(network)


def whole_state(network: nn.Module) -> dict[str, Tensor]:
    """All tensors of a divided network, for the first process."""
    options = StateDictOptions(full_state_dict=True, cpu_offload=True)
    return get_model_state_dict(network, options=options)


class Run:
    """A run of training in one of the processes."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.rank, self.world, self.device = start()
        torch.manual_seed(SEED)
        training, testing = data_sets(options.data)  #? tested
        training = data_sets(options.data)  #? !tested
        self.sampler = DistributedSampler(
            training,
            self.world,
            self.rank,
            seed=SEED,
            drop_last=True,  #? parts
        )
        self.loader = batches(training, options, self.world, self.sampler)
        if len(self.loader) == 0:  #? parts
            raise SystemExit(f"the images do not fill a batch of {BATCH}")  #? parts
        share = Share(testing, self.rank, self.world)  #? tested
        self.tests = batches(share, options, self.world)  #? tested
        self.network = {{network}}().to(self.device)
        if options.weights:
            self.network.load_state_dict(load_file(options.weights), strict=True)
        freeze(self.network)  #? frozen
        self.average = {{network}}().to(self.device)  #? ema
        self.average.load_state_dict(self.network.state_dict())  #? ema
        self.tested = self.average  #? ema
        self.tested = self.network  #? !ema
        self.parallel: nn.Module = self.network  #? ddp
        if self.world > 1:  #? ddp
            # Each process normalizes by its own part of a batch (no SyncBatchNorm).  #? ddp norms
            ids = [self.device.index] if self.device.type == "cuda" else None  #? ddp
            self.parallel = DistributedDataParallel(self.network, device_ids=ids)  #? ddp
        # Each process normalizes by its own part of a batch (no SyncBatchNorm).  #? fsdp norms
        shard(self.network)  #? fsdp
        shard(self.average)  #? fsdp ema
        self.optimizer = make_optimizer(self.network)
        self.history = History(options.output)
        if options.resume:
            self.load()

    def train_epoch(self) -> dict[str, float]:
        """Makes the steps of an epoch."""
        learn(self.network)  #? learns
        self.network.train()  #? !learns
        epoch = self.history.epoch
        self.sampler.set_epoch(epoch)
        # What is drawn depends on the place in the run alone, also where it went on.
        torch.manual_seed((SEED * 1_000_003 + epoch) * self.world + self.rank)
        measures = Measures(self.device)
        left = own_images(len(self.loader.dataset), self.rank, self.world)  #? !parts
        steps, epochs = len(self.loader), self.options.epochs
        step = epoch * steps
        for images, labels in self.loader:
            images, labels = images.to(self.device), labels.to(self.device)
            target = labels  #? mixed
            images, target = MIX(images, target)  #? mixed
            set_rate(self.optimizer, self.history.rate(step, steps, epochs))
            set_momentum(self.optimizer, momentum(step, steps, epochs))  #? onecycle
            self.optimizer.zero_grad()
            values = [v.chunk(PARTS) for v in (images, target, labels)]  #? parts mixed
            parts = zip(*values, strict=True)  #? parts mixed
            for part, (image, target, label) in enumerate(parts):  #? parts mixed
            parts = zip(images.chunk(PARTS), labels.chunk(PARTS), strict=True)  #? parts !mixed
            for part, (image, label) in enumerate(parts):  #? parts !mixed
                last = part == PARTS - 1  #? parts
                if self.world > 1:  #? parts ddp
                    self.parallel.require_backward_grad_sync = last  #? parts ddp
                self.network.set_requires_gradient_sync(last)  #? parts fsdp
                loss, output = training_loss(self.parallel, image, target)  #? parts mixed ddp
                loss, output = training_loss(self.network, image, target)  #? parts mixed fsdp
                loss, output = training_loss(self.parallel, image, label)  #? parts !mixed ddp
                loss, output = training_loss(self.network, image, label)  #? parts !mixed fsdp
                (loss / PARTS).backward()  #? parts
                measures.add(loss.detach(), output, label)  #? parts
            loss, output = training_loss(self.parallel, images, target)  #? !parts mixed ddp
            loss, output = training_loss(self.network, images, target)  #? !parts mixed fsdp
            loss, output = training_loss(self.parallel, images, labels)  #? !parts !mixed ddp
            loss, output = training_loss(self.network, images, labels)  #? !parts !mixed fsdp
            loss.backward()  #? !parts
            nn.utils.clip_grad_norm_(self.network.parameters(), LARGEST_NORM)  #? clip
            self.optimizer.step()
            move_average(self.average, self.network)  #? ema
            labels = labels[:left]  #? !parts
            left -= len(labels)  #? !parts
            measures.add(loss.detach(), output[: len(labels)], labels)  #? !parts
            step += 1
        share_statistics(self.tested)  #? buffers
        return measures.result()

    def run(self) -> None:
        """Trains to the end."""
        history, steps, epochs = self.history, len(self.loader), self.options.epochs
        while history.epoch < epochs:
            train = self.train_epoch()
            test = evaluate(self.tested, self.tests, self.device)  #? tested
            step = (history.epoch + 1) * steps
            rate = history.rate(step - 1, steps, epochs)
            is_best = history.add(train, test, step, rate, self.rank == 0)  #? tested
            is_best = history.add(train, step, rate, self.rank == 0)  #? !tested
            self.save(is_best)
            if history.epoch - history.best[1] >= PATIENCE:  #? patience
                break  #? patience

    def save(self, is_best: bool) -> None:
        """Writes the weights that are tested, and what a run goes on from."""
        tested = whole_state(self.tested)  #? fsdp
        network = whole_state(self.network)  #? fsdp
        options = StateDictOptions(full_state_dict=True, cpu_offload=True)  #? fsdp keeps
        optimizer = get_optimizer_state_dict(  #? fsdp keeps
            self.network, self.optimizer, options=options  #? fsdp keeps
        )  #? fsdp keeps
        if self.rank != 0:
            return
        output = self.options.output
        tested = self.tested.state_dict()  #? ddp
        if is_best:
            save_weights(tested, output / "best" / "model.safetensors")
        save_weights(tested, output / "last" / "model.safetensors")
        state = {
            "history": self.history.state(),
            "network": self.network.state_dict(),  #? ddp
            "average": self.average.state_dict(),  #? ema ddp
            "optimizer": self.optimizer.state_dict(),  #? ddp keeps
            "network": network,  #? fsdp
            "average": tested,  #? ema fsdp
            "optimizer": optimizer,  #? fsdp keeps
        }
        save_state(state, output / "last" / "state.pt")

    def load(self) -> None:
        """Goes on where a run was left after an epoch."""
        path = self.options.output / "last" / "state.pt"
        state = torch.load(path, map_location="cpu", weights_only=True)
        vars(self.history).update(state["history"])
        self.network.load_state_dict(state["network"])  #? ddp
        self.average.load_state_dict(state["average"])  #? ddp ema
        self.optimizer.load_state_dict(state["optimizer"])  #? ddp keeps
        options = StateDictOptions(full_state_dict=True, cpu_offload=True)  #? fsdp
        set_model_state_dict(self.network, state["network"], options=options)  #? fsdp
        set_model_state_dict(self.average, state["average"], options=options)  #? fsdp ema
        set_optimizer_state_dict(  #? fsdp keeps
            self.network, self.optimizer, state["optimizer"], options=options  #? fsdp keeps
        )  #? fsdp keeps


def main() -> None:
    """Trains, and says what was best."""
    run = Run(arguments())
    run.run()
    if dist.is_initialized():
        dist.destroy_process_group()
    if run.rank == 0:
        run.history.finish()


if __name__ == "__main__":
    main()
