"""Trains the network that sees shape in a crop of a face, on heads drawn on the device as they are needed.

    python3 train_network.py FOLDER -o shape-network.safetensors [--seconds 600] [--batch 512] [--resume checkpoint.pt]

FOLDER is what pack.ts wrote (heads.safetensors may be packed as heads.safetensors.xz), and may hold photos/*.webp, crops of 160 pixels of
photos without labels (their hair and surroundings are used), and
renders/*.webp + renders.f32, crops of 128 pixels of pictures of ../shape-regressor/make-features.ts to measure on.
Needs torch, numpy, Pillow and nvcc (or g++ without a GPU).
"""
import argparse
import copy
import json
import math
import os
import time

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

from heads import SIDE, Heads, pictures
from shape_files import write_safetensors

NARROW = 48
HIDDEN = 256


class Trunk(nn.Module):
    """The identity network's layers from pack-trunk.ts, free to learn."""

    def __init__(self, folder):
        super().__init__()
        plan = json.load(open(os.path.join(folder, "trunk.json")))
        data = np.fromfile(os.path.join(folder, "trunk.f32"), "<f4")
        self.layers, self.input, recipe = plan["layers"], plan["input"], plan["recipe"]
        self.order = [2, 1, 0] if recipe["order"] == "BGR" else [0, 1, 2]
        self.shift, self.gain = recipe["mean"] / 255, 255 / recipe["divisor"]
        self.weights = nn.ParameterDict()
        for layer in self.layers:
            for kind in ("weight", "bias", "slope"):
                if kind in layer:
                    shape, start = layer[kind]["shape"], layer[kind]["start"]
                    values = data[start : start + int(np.prod(shape))].reshape(shape)
                    self.weights[f"{layer['output']}_{kind}"] = nn.Parameter(torch.from_numpy(values.copy()))

    def forward(self, x):
        values = {self.input: (x[:, self.order] - self.shift) * self.gain}
        for layer in self.layers:
            inputs, own = [values[name] for name in layer["inputs"]], layer["output"]
            if layer["op"] == "Conv":
                settings = {name: entry["value"] for name, entry in layer["attributes"].items()}
                bias = self.weights[f"{own}_bias"] if "bias" in layer else None
                out = F.conv2d(inputs[0], self.weights[f"{own}_weight"], bias, settings["strides"], settings["pads"][:2], 1, settings["group"])
            elif layer["op"] == "PRelu":
                out = F.prelu(inputs[0], self.weights[f"{own}_slope"].reshape(-1))
            else:
                out = inputs[0] + inputs[1]
            values[own] = out
        return out


class ShapeNetwork(nn.Module):
    """Crop [b, 3, 128, 128] in [0, 1] to [b, 256] numbers; identity and landmarks are linear in them while it learns."""

    def __init__(self, folder, identities):
        super().__init__()
        self.trunk = Trunk(folder)
        self.narrow = nn.Conv2d(128, NARROW, 1)
        self.hidden = nn.Linear(NARROW * (SIDE // 16) ** 2, HIDDEN)
        self.identity = nn.Linear(HIDDEN, identities)
        self.landmarks = nn.Linear(HIDDEN, 136)

    def features(self, x):
        return F.relu(self.hidden(F.relu(self.narrow(self.trunk(x))).flatten(1)))

    def forward(self, x):
        h = self.features(x)
        return self.identity(h).float(), self.landmarks(h).float()


def quantized(weight):
    """Bytes and a step for each output."""
    flat = weight.detach().float().cpu().numpy().reshape(len(weight), -1)
    step = np.maximum(np.abs(flat).max(1), 1e-8) / 127
    return np.round(flat / step[:, None]).astype("i1").reshape(weight.shape), step.astype("f4")


def export(net, path, metadata):
    arrays = {}

    def put(name, weight, bias):
        arrays[name + ".weight"], arrays[name + ".step"] = quantized(weight)
        arrays[name + ".bias"] = bias.detach().float().cpu().numpy()

    for layer in net.trunk.layers:
        own = layer["output"]
        if layer["op"] == "Conv":
            put(own, net.trunk.weights[own + "_weight"], net.trunk.weights[own + "_bias"])
        elif layer["op"] == "PRelu":
            arrays[own + ".slope"] = net.trunk.weights[own + "_slope"].detach().float().cpu().numpy().reshape(-1)
    put("narrow", net.narrow.weight, net.narrow.bias)
    put("hidden", net.hidden.weight, net.hidden.bias)
    write_safetensors(path, arrays, metadata)


def as_shipped(net):
    """A copy whose weights went through the file's bytes."""
    shipped = copy.deepcopy(net)
    with torch.no_grad():
        weights = [weight for name, weight in shipped.trunk.weights.items() if name.endswith("_weight")]
        for weight in (*weights, shipped.narrow.weight, shipped.hidden.weight):
            steps, step = quantized(weight)
            weight.copy_(torch.from_numpy(steps * step.reshape(-1, *[1] * (weight.dim() - 1))))
    return shipped


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("-o", "--output", required=True)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--decay", type=float, default=0.02)
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--resume")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    heads = Heads(options.folder, device)
    net = ShapeNetwork(options.folder, heads.count).to(device)
    if options.resume:
        net.load_state_dict(torch.load(options.resume, map_location=device))
    mean = copy.deepcopy(net).eval()
    print(sum(p.numel() for p in net.parameters()), "weights,", len(heads.skins), "skins,", 0 if heads.photos is None else len(heads.photos), "photos", flush=True)
    layout = torch.channels_last if options.channels_last else torch.contiguous_format
    net = net.to(memory_format=layout)
    trunk = list(net.trunk.parameters())
    fresh = [p for name, p in net.named_parameters() if not name.startswith("trunk.")]
    groups = [{"params": trunk, "weight_decay": 0, "share": 0.3}, {"params": fresh, "weight_decay": options.decay, "share": 1}]
    optimizer = torch.optim.AdamW(groups, options.rate)
    # Directions of the error and how far heads differ in them; small ones would be learnt last, so they count a little more.
    spread = heads.root.norm(dim=0).clamp_min(1e-3)
    care = spread / spread.sum()
    inverse = torch.linalg.pinv(heads.root)
    flipped = lambda y: (y @ inverse * heads.parity) @ heads.root

    renders, truth = None, None
    if os.path.isdir(os.path.join(options.folder, "renders")):
        renders = torch.from_numpy(pictures(os.path.join(options.folder, "renders", "*.webp"))).to(device).permute(0, 3, 1, 2).float() / 255
        numbers = np.fromfile(os.path.join(options.folder, "renders.f32"), "<f4").reshape(-1, heads.count)
        truth = torch.from_numpy(numbers.copy()).to(device) @ heads.root
    length = lambda d: float(d.norm(dim=1).mean())

    def measure(model):
        model.eval()
        line = []
        with torch.no_grad():
            answer = lambda x: torch.cat([model(part)[0] for part in x.split(200)])
            if renders is not None:
                one = answer(renders)
                both = (one + flipped(answer(renders.flip(3)))) / 2
                line.append("renders %.4f, with mirror %.4f" % (length(one - truth) / length(truth), length(both - truth) / length(truth)))
                line.append("spread %.2f" % length(both - both.mean(0)))
            if heads.photos is not None:
                x = heads.photos[:, :, 16:144, 16:144].float() / 255
                one, other = answer(x), flipped(answer(x.flip(3)))
                both = (one + other) / 2
                line.append("photos: spread %.2f, offset %.2f, against mirror %.2f" % (length(both - both.mean(0)), float(both.mean(0).norm()), length(one - other)))
        return "; ".join(line)

    def save():
        export(mean, options.output, {"format": "ganfit shape network 1", "shape": heads.metadata["shape"], "pictures": str(seen)})
        torch.save(mean.state_dict(), os.path.splitext(options.output)[0] + ".pt")

    x, *_ = heads.batch(64)
    sheet = x.reshape(4, 16, 3, SIDE, SIDE).permute(0, 3, 1, 4, 2).reshape(4 * SIDE, 16 * SIDE, 3)
    Image.fromarray((sheet * 255).byte().cpu().numpy()).save(os.path.splitext(options.output)[0] + ".jpg", quality=85)

    start, step, seen, said, losses, done = time.time(), 0, 0, time.time(), [], 0.0
    while done < 1:
        done = (time.time() - start) / options.seconds
        rate = options.rate * min(1, (step + 1) / 300) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(done, 1))))
        for group in optimizer.param_groups:
            group["lr"] = rate * group["share"]
        x, y, landmarks = heads.batch(options.batch)
        net.train()
        with torch.autocast(device.type, torch.bfloat16):
            found, points = net(x.contiguous(memory_format=layout))
            error = (found - y).norm(dim=1).mean()
            drift = (points - (landmarks.flatten(1) - SIDE / 2) / 8).abs().mean()
            loss = error + ((found - y) / spread).square().matmul(care).mean() + 0.5 * drift
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5)
        optimizer.step()
        step, seen = step + 1, seen + options.batch
        keep = min(0.999, step / (step + 20))
        with torch.no_grad():
            for a, b in zip(mean.state_dict().values(), net.state_dict().values()):
                a.lerp_(b, 1 - keep) if a.is_floating_point() else a.copy_(b)
        if step % 50 == 0:
            losses.append((float(error.detach()), float(drift.detach())))
        if time.time() - said > min(40, options.seconds / 3):
            said = time.time()
            save()
            e, d = np.mean(losses[-20:], 0) if losses else (0, 0)
            print(f"{said - start:.0f} s, {seen} pictures, error {e:.3f} mm, landmarks {8 * d:.2f} px; {measure(mean)}", flush=True)
    save()
    print(f"end: {seen} pictures; {measure(mean)}")
    print(f"as shipped: {measure(as_shipped(mean))}")


main()
