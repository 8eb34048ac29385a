"""The networks that record_zoo.py records: torchvision's, timm's, and those written here after their papers."""
from dataclasses import dataclass, field
from typing import Callable

import timm
import torchvision.models as tv
import torchvision.models.video as video
from torchvision.models import segmentation as seg

from . import attention, detection, enlarging, shared, small, unet


@dataclass
class Network:
    """How a network is built, the spec that describes it, the shapes of its inputs, and what of its results is recorded."""

    build: Callable
    spec: str
    inputs: dict = field(default_factory=lambda: {"input": (3, 224, 224)})
    outputs: Callable = lambda result: result


def square(build, spec, size=224, channels=3, **more):
    return Network(build, spec, {"input": (channels, size, size)}, **more)


def torchvision(name, spec=None, size=224):
    """A network of torchvision's by its name, without weights."""
    return square(lambda: getattr(tv, name)(weights=None), spec or name, size)


def by_timm(name, spec=None, size=224):
    """A network of timm's by its name, without weights."""
    return square(lambda: timm.create_model(name), spec or name, size)


def segmentation(name, spec=None):
    """With its auxiliary head left out; of the results the segmentation."""
    build = lambda: getattr(seg, name)(weights=None, weights_backbone=None)
    return square(build, spec or name, 128, outputs=lambda result: result["out"])


NETWORKS = {
    "squeezenet1_1": torchvision("squeezenet1_1"),
    "mobilenet_v2": torchvision("mobilenet_v2"),
    "mobilenet_v3_large": torchvision("mobilenet_v3_large", "mobilenet_v3"),
    "mobilenet_v3_small": torchvision("mobilenet_v3_small", "mobilenet_v3 mobilenet_v3_small"),
    "shufflenet_v2_x1_0": torchvision("shufflenet_v2_x1_0", "shufflenet_v2"),
    "mnasnet1_0": torchvision("mnasnet1_0", "mnasnet"),
    "regnetx_004": by_timm("regnetx_004", "regnet"),
    "regnety_004": by_timm("regnety_004", "regnet regnety_004"),
    "efficientnet_v2_s": torchvision("efficientnet_v2_s", "efficientnet_v2", 384),
    "convnext_tiny": torchvision("convnext_tiny"),
    "wide_resnet50_2": torchvision("wide_resnet50_2", "resnet50 wide_resnet50_2"),
    "resnext101_32x8d": torchvision("resnext101_32x8d", "resnet50 resnext101_32x8d"),
    "densenet201": torchvision("densenet201", "densenet121 densenet201"),
    "vgg19_bn": torchvision("vgg19_bn", "vgg16 vgg19_bn"),
    "repvgg_a0": by_timm("repvgg_a0", "repvgg"),
    "ghostnet_100": by_timm("ghostnet_100", "ghostnet"),
    "res2net50_26w_4s": by_timm("res2net50_26w_4s", "res2net50"),
    "hrnet_w18_small": by_timm("hrnet_w18_small"),
    "dla34": by_timm("dla34"),
    "cspdarknet53": by_timm("cspdarknet53", size=256),
    "deeplabv3_resnet50": segmentation("deeplabv3_resnet50"),
    "fcn_resnet50": segmentation("fcn_resnet50"),
    "lraspp_mobilenet_v3_large": segmentation("lraspp_mobilenet_v3_large", "lraspp"),
    "unet": square(lambda: unet.UNet(bilinear=False), "unet", 128),
    "unet_bilinear": square(lambda: unet.UNet(bilinear=True), "unet unet_bilinear", 128),
    "espcn": square(lambda: enlarging.ESPCN(3), "espcn", 32, 1),
    "edsr": square(lambda: enlarging.EDSR(16, 64, 2), "edsr", 48),
    "style_transfer": square(enlarging.TransformerNet, "style_transfer", 128),
    "yolov3_tiny": square(detection.YOLOv3Tiny, "yolov3_tiny", 416),
    "yolov8n": square(lambda: detection.YOLOv8(0.33, 0.25, 1024), "yolov8", 320),
    "resnet20_cifar": square(lambda: small.CifarResNet(3), "resnet20_cifar", 32),
    "siamese": Network(shared.Siamese, "siamese", {"left": (1, 105, 105), "right": (1, 105, 105)}),
    "mobilenet_v2_ca": square(attention.MobileNetV2CA, "mobilenet_v2_ca"),
    "r3d_18": Network(lambda: video.r3d_18(weights=None), "r3d_18 clip", {"input": (3, 8, 56, 56)}),
    "m5": Network(small.M5, "m5", {"input": (1, 16000)}),
}
