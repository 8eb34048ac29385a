from pathlib import Path
from typing import Any

import argparse
import lightning
import torch
from lightning.pytorch.callbacks import ModelCheckpoint
from safetensors.torch import load_file
from torch import Tensor
from torch.utils.data import DataLoader, DistributedSampler
from torchvision.transforms import v2
from {{module}} import {{network}}


class Training(lightning.LightningModule):
    """The network with what trains it."""

    def __init__(self, options: argparse.Namespace) -> None:
        super().__init__()
        self.options = options
        self.history = History(options.output)
        self.learned, self.tests = data_sets(options.data)  #? tested
        self.learned = data_sets(options.data)  #? !tested
        self.network = {{network}}()
        if options.weights:
            self.network.load_state_dict(load_file(options.weights), strict=True)
        freeze(self.network)  #? frozen
        self.average = {{network}}().requires_grad_(False)  #? ema
        self.average.load_state_dict(self.network.state_dict())  #? ema
        self.tested = self.average  #? ema
        self.tested = self.network  #? !ema

    def train_dataloader(self) -> DataLoader:
        """This process's part of what is learned from."""
        trainer = self.trainer
        sampler = DistributedSampler(
            self.learned,
            trainer.world_size,
            trainer.global_rank,
            seed=SEED,
            drop_last=True,  #? parts
        )
        return batches(self.learned, self.options, trainer.world_size, sampler)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """What moves the parameters."""
        return make_optimizer(self.network)

    def steps(self) -> int:
        """The steps of an epoch."""
        return self.trainer.num_training_batches // PARTS  #? parts
        return self.trainer.num_training_batches  #? !parts

    def on_train_epoch_start(self) -> None:
        """Begins an epoch; what is drawn in it goes by its number."""
        learn(self.network)  #? learns
        self.network.train()  #? !learns
        self.measures = Measures(self.device)
        world, rank = self.trainer.world_size, self.trainer.global_rank
        self.left = own_images(len(self.learned), rank, world)  #? !parts
        torch.manual_seed((SEED * 1_000_003 + self.current_epoch) * world + rank)

    def training_step(self, batch: tuple[Tensor, Tensor], index: int) -> Tensor:
        """The loss of a batch."""
        images, labels = batch
        target = labels  #? mixed
        images, target = MIX(images, target)  #? mixed
        loss, output = training_loss(self.network, images, target)  #? mixed
        loss, output = training_loss(self.network, images, labels)  #? !mixed
        labels = labels[: self.left]  #? !parts
        self.left -= len(labels)  #? !parts
        self.measures.add(loss.detach(), output[: len(labels)], labels)  #? !parts
        self.measures.add(loss.detach(), output, labels)  #? parts
        return loss

    def optimizer_step(
        self, epoch: int, index: int, optimizer: Any, closure: Any = None
    ) -> None:
        """Moves the parameters at the rate of the step."""
        step, steps = self.global_step, self.steps()
        set_rate(optimizer, self.history.rate(step, steps, self.options.epochs))
        set_momentum(optimizer, momentum(step, steps, self.options.epochs))  #? onecycle
        optimizer.step(closure=closure)
        move_average(self.average, self.network)  #? ema

    def on_train_epoch_end(self) -> None:
        """Tests, writes down what was measured, and keeps the weights."""
        trainer, step = self.trainer, self.global_step
        share_statistics(self.tested)  #? buffers
        train = self.measures.result()
        share = Share(self.tests, trainer.global_rank, trainer.world_size)  #? tested
        loader = batches(share, self.options, trainer.world_size)  #? tested
        test = evaluate(self.tested, loader, self.device)  #? tested
        rate = self.history.rate(step - 1, self.steps(), self.options.epochs)
        first = trainer.is_global_zero
        is_best = self.history.add(train, test, step, rate, first)  #? tested
        is_best = self.history.add(train, step, rate, first)  #? !tested
        if first:
            state, output = self.tested.state_dict(), self.options.output
            if is_best:
                save_weights(state, output / "best" / "model.safetensors")
            save_weights(state, output / "last" / "model.safetensors")
        if self.history.epoch - self.history.best[1] >= PATIENCE:  #? patience
            trainer.should_stop = True  #? patience

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Keeps what is known of the epochs."""
        checkpoint["history"] = self.history.state()

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Goes on from there."""
        vars(self.history).update(checkpoint["history"])


def main() -> None:
    """Trains, and says what was best."""
    options = arguments()
    lightning.seed_everything(SEED, verbose=False)
    training = Training(options)
    if len(training.learned) < BATCH:  #? parts
        raise SystemExit(f"the images do not fill a batch of {BATCH}")  #? parts
    last = options.output / "last"
    trainer = lightning.Trainer(
        max_epochs=options.epochs,
        devices=options.devices,
        strategy="ddp" if options.devices > 1 else "auto",
        accumulate_grad_batches=PARTS,  #? parts
        limit_train_batches=len(training.learned) // BATCH * PARTS,  #? parts
        gradient_clip_val=LARGEST_NORM,  #? clip
        use_distributed_sampler=False,
        callbacks=[
            ModelCheckpoint(last, "state", enable_version_counter=False),
        ],
        logger=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        default_root_dir=options.output,
    )
    trainer.fit(training, ckpt_path=last / "state.ckpt" if options.resume else None)
    if trainer.is_global_zero:
        training.history.finish()


if __name__ == "__main__":
    main()
