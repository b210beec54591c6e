"""Trains the detail network of the hybrid texture model on one CPU core (PyTorch): the mirror of packages/core/src/texture/hybrid.

    python3 train_detail.py DATASET --base packages/models/texture-pca.safetensors --run RUN --minutes 75 -o texture-gan.safetensors

A linear model gives tone and likeness, a small convolutional network the skin's detail. Latent: coefficients of the linear base,
then those of what the detail is like from place to place (how strong, how fine, which way), then the mixture of noise that tells
where pores lie. Trained on patches: first by reconstruction, then adversarially. DATASET is a folder of `ganfit texture unwrap`.
The same command goes on where it stopped; RUN holds the checkpoint, metrics.jsonl and sheets of real people, never to be shared.
"""
import argparse, json, math, os, struct, time, zlib
from pathlib import Path
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

FORMAT = "ganfit-texture-hybrid-1"
EDGE = 64  # Of the coarsest maps; the finest are eight times as large.
TOP, LEFT, ROWS, COLUMNS = 8, 10, 48, 44  # The window of the coarsest map that detail is made for; symmetric across.
CELL = 4  # Coarsest texels across a cell of the descriptor.
STATISTICS = 6  # Logarithmic energy of four bands, of redness, and the direction of lines.
PLANES = 9  # Fixed noise, for each of two channels at each level; the first one always counts.
CONSTANTS = [16, 0, 2, 2]  # Learnt channels that tell where on the face a texel lies, level by level.
WIDTHS = [64, 48, 32, 20]
LEVELS = [64, 128, 256, 512]
FLOOR = 5e-6

# --- Files ------------------------------------------------------------------------------------------------------------


def read_safetensors(path):
    kinds = dict(U8=np.uint8, I8=np.int8, F32=np.float32)
    data = Path(path).read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    metadata = header.pop("__metadata__", {})
    at = lambda e: data[8 + size + e["data_offsets"][0]:8 + size + e["data_offsets"][1]]
    return {k: np.frombuffer(at(e), kinds[e["dtype"]]).reshape(e["shape"]) for k, e in header.items()}, metadata


def write_safetensors(path, tensors, metadata):
    kinds = {np.dtype(np.uint8): "U8", np.dtype(np.int8): "I8", np.dtype(np.float32): "F32"}
    header, parts, at = {"__metadata__": metadata}, [], 0
    for name, x in sorted(tensors.items(), key=lambda item: (-item[1].dtype.itemsize, item[0])):
        parts.append(np.ascontiguousarray(x).tobytes())
        header[name] = dict(dtype=kinds[x.dtype], shape=list(x.shape), data_offsets=[at, at + len(parts[-1])])
        at += len(parts[-1])
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    part = Path(f"{path}.part")
    part.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))
    os.replace(part, path)


class Base:
    """The linear model (`pcaModel`): latents -> textures of 64 to 512 texels, cut to the window."""

    def __init__(self, path):
        file, self.metadata = read_safetensors(path)
        self.parities = torch.from_numpy(file["parities"].astype(np.float32))
        self.count, self.size = len(self.parities), int(self.metadata["size"])
        self.color = torch.tensor(json.loads(self.metadata["detailColor"])).view(1, 3, 1, 1)
        half = self.told(np.frombuffer(zlib.decompress(file["mean"].tobytes()), np.uint8), self.size // 2)
        half = torch.from_numpy(half.reshape(1, 3, self.size, self.size // 2).astype(np.float32)) / 127.5 - 1
        self.mean = torch.cat([half, half.flip(3)], 3)
        self.levels = []
        for level in json.loads(self.metadata["levels"]):
            r, c = level["resolution"], level["channels"]
            stored = np.frombuffer(zlib.decompress(file[f"level{r}"].tobytes()), np.int8).reshape(self.count, c, r, r // 2)
            half = torch.from_numpy(stored.astype(np.float32) * file[f"level{r}.scale"][:, None, None, None])
            self.levels.append(torch.cat([half, half.flip(3) * self.parities.view(-1, 1, 1, 1)], 3))

    @staticmethod
    def told(differences, width):
        """Undoes the forecast of LOCO-I (`pca-file.ts`)."""
        out, d = [0] * len(differences), differences.tolist()
        for i in range(len(d)):
            left = out[i - 1] if i % width else out[i - width] if i else 0
            above = left if i < width else out[i - width]
            corner = above if i < width or i % width == 0 else out[i - width - 1]
            out[i] = (d[i] + max(min(left, above), min(max(left, above), left + above - corner))) & 255
        return np.array(out, np.uint8)

    def __call__(self, z, levels=None):
        """-> {resolution: [N, 3, rows, columns]}"""
        planes = [torch.einsum("nk,kchw->nchw", z, level) for level in self.levels]
        planes = [p if p.shape[1] == 3 else p * self.color for p in planes]
        out = {}
        for r in levels or LEVELS:
            x = F.avg_pool2d(self.mean, self.size // r)
            for p in planes:
                if p.shape[-1] <= r:
                    x = x + F.interpolate(p, size=(r, r), mode="bilinear", align_corners=False)
            out[r] = window(x)
        return out

    def stored(self, z):
        parts = [{r: x.half() for r, x in self(part).items()} for part in z.split(16)]
        return {r: torch.cat([p[r] for p in parts]) for r in LEVELS}


def window(x):
    s = x.shape[-1] // EDGE
    return x[..., TOP * s:(TOP + ROWS) * s, LEFT * s:(LEFT + COLUMNS) * s]


# --- Noise: whole numbers only, so that every machine makes the same ---------------------------------------------------


def noise_planes(resolution):
    """[2, PLANES, rows, columns] of deviation 1: the four bytes of a hash of each texel's number, summed (`noisePlanes`)."""
    s = resolution // EDGE
    count = 2 * PLANES * ROWS * s * COLUMNS * s
    x = (np.arange(count, dtype=np.uint64) + np.uint64(resolution << 22)).astype(np.uint32)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x7FEB352D)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0x846CA68B)
    x ^= x >> np.uint32(16)
    total = sum(((x >> np.uint32(8 * k)) & np.uint32(255)).astype(np.float32) for k in range(4))
    return torch.from_numpy((total - 510) / np.float32(math.sqrt(4 * (256**2 - 1) / 12))).view(2, PLANES, ROWS * s, COLUMNS * s)


def fast(x):
    return x.contiguous(memory_format=torch.channels_last)


# --- Generator --------------------------------------------------------------------------------------------------------


def generator_shapes():
    shapes = {}
    for i, (r, c, places) in enumerate(zip(LEVELS, WIDTHS, CONSTANTS)):
        before = WIDTHS[i - 1] if i else 0
        inside = before + 3 + places + (2 if i else STATISTICS)
        shapes[f"{r}.conv0.weight"], shapes[f"{r}.conv0.bias"] = (c, inside, 3, 3), (c,)
        shapes[f"{r}.conv1.weight"], shapes[f"{r}.conv1.bias"] = (c, c, 3, 3), (c,)
        if i == 0:
            shapes[f"{r}.conv2.weight"], shapes[f"{r}.conv2.bias"] = (c, c, 3, 3), (c,)
        else:
            shapes[f"{r}.gain.weight"], shapes[f"{r}.gain.bias"] = (2, before, 1, 1), (2,)
            shapes[f"{r}.rgb.weight"], shapes[f"{r}.rgb.bias"] = (3, c, 1, 1), (3,)
        if places:
            shapes[f"{r}.constant"] = (places, ROWS * r // EDGE, COLUMNS * r // EDGE)
    return shapes


def initial_generator():
    w = {}
    for name, shape in generator_shapes().items():
        if name.endswith("weight"):
            scale = 0.1 if "rgb" in name else 0.3 if "gain" in name else math.sqrt(2)
            w[name] = torch.randn(shape) * scale / math.sqrt(math.prod(shape[1:]))
        elif name.endswith("constant"):
            w[name] = torch.randn(shape) * (0.5 if name.startswith(f"{EDGE}.") else 0.1)
        else:
            w[name] = torch.ones(shape) if "gain" in name else torch.zeros(shape)
    return {k: v.requires_grad_() for k, v in w.items()}


def generate(w, bases, description, noise, cut=lambda x, r: x, trim=lambda x, by: x):
    """Residuals {128, 256, 512: [N, 3, h, w]} of the window, or of a patch of it.

    bases: {r: [N, 3, h, w]}; description [N, STATISTICS, 48, 44]; noise {r: [N, 2, h, w]}; `cut` takes a patch's part of constants,
    `trim` takes the margin off that the border of a patch has spoilt.
    """
    lrelu = lambda x: F.leaky_relu(x, 0.2)
    conv = lambda x, name: lrelu(F.conv2d(x, w[f"{name}.weight"], w[f"{name}.bias"], padding=1))
    n = description.shape[0]
    places = lambda r: [cut(w[f"{r}.constant"].expand(n, -1, -1, -1), r)] if f"{r}.constant" in w else []
    r = LEVELS[0]
    x = fast(torch.cat([bases[r], description] + places(r), 1))
    x = trim(conv(conv(conv(x, f"{r}.conv0"), f"{r}.conv1"), f"{r}.conv2"), 3)
    out, residual = {}, None
    for r in LEVELS[1:]:
        x = F.interpolate(x, scale_factor=2, mode="nearest")
        gain = F.conv2d(x, w[f"{r}.gain.weight"], w[f"{r}.gain.bias"])
        x = fast(torch.cat([x, bases[r], noise[r] * gain] + places(r), 1))
        x = trim(conv(conv(x, f"{r}.conv0"), f"{r}.conv1"), 2)
        own = F.conv2d(x, w[f"{r}.rgb.weight"], w[f"{r}.rgb.bias"])
        if residual is not None:
            own = own + trim(F.interpolate(residual, scale_factor=2, mode="bilinear", align_corners=False), 2)
        out[r] = residual = own
    return out


# --- What detail is like ----------------------------------------------------------------------------------------------

LUMA = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)
RED = torch.tensor([1.0, -1.0, 0.0]).view(1, 3, 1, 1)
BINOMIAL = torch.tensor([1.0, 4, 6, 4, 1]).div(16)
BINOMIAL = (BINOMIAL[:, None] * BINOMIAL[None]).view(1, 1, 5, 5)


def band(x):
    n, c, h, w = x.shape
    flat = F.pad(x.reshape(n * c, 1, h, w), (2, 2, 2, 2), mode="replicate")
    return x - F.conv2d(flat, BINOMIAL).view(n, c, h, w)


def statistics(residual):
    """[N, 3, h, w] at 512 -> local energies [N, 7, h / 8, w / 8]: four bands of brightness, redness, across, down."""
    luma, red = (residual * LUMA).sum(1, keepdim=True), (residual * RED).sum(1, keepdim=True)
    parts, factor = [], 1
    for k in range(4):
        b = band(luma)
        parts.append(F.avg_pool2d(b.square(), 8 // factor) if factor < 8 else b.square())
        if k == 1:
            dx, dy = F.pad(b[..., 1:] - b[..., :-1], (0, 1)), F.pad(b[..., 1:, :] - b[..., :-1, :], (0, 0, 0, 1))
            along = [F.avg_pool2d(d.square(), 8 // factor) for d in (dx, dy)]
        if k == 2:
            redness = F.avg_pool2d(band(red).square(), 8 // factor)
        luma, red, factor = F.avg_pool2d(luma, 2), F.avg_pool2d(red, 2), factor * 2
    return torch.cat(parts + [redness] + along, 1)


def cells_of(residual, seen):
    """Energies [N, 7, rows, columns] of cells, of what was seen for sure, and which cells count (`describeDetail`)."""
    inside = 1 - F.max_pool2d((seen <= 0.8).float(), 9, 1, 4)
    w = (F.avg_pool2d(inside, 8) > 0.99).float()
    share = F.avg_pool2d(w, CELL)
    return F.avg_pool2d(statistics(residual * seen) * w, CELL) / share.clamp_min(1e-6), (share > 0.2).float()[:, 0]


def described(energies):
    """Local energies -> [N, STATISTICS, ...], logarithmic."""
    e = torch.log(energies + FLOOR)
    return torch.cat([e[:, :5], e[:, 5:6] - e[:, 6:7]], 1)


# --- Data -------------------------------------------------------------------------------------------------------------


def project(base, maps, weights, residual):
    """[N, 3, 64, 64] of -1 to 1 with weights [N, 64, 64] -> [N, K]: `projectTexture` with a tenth of its prior, so that latents
    of people are spread nearly as widely as those of new ones."""
    basis = base.levels[0].reshape(base.count, -1)
    mean = F.avg_pool2d(base.mean, base.size // EDGE).reshape(-1)
    out = []
    for x, trust in zip(maps, weights):
        t = trust.expand(3, -1, -1).reshape(-1)
        known = t > 0.01
        own, t = basis[:, known], t[known]
        gram = (own * t) @ own.T + 4.8 * residual**2 * torch.eye(base.count)
        out.append(torch.linalg.solve(gram, own @ (t * (x.reshape(-1) - mean)[known])))
    return torch.stack(out)


class Data:
    """Windows of real maps as bytes, of their bases, what is seen of them, and their latents."""

    def __init__(self, folder, base, cache):
        if not cache.exists():
            self.make(Path(folder), base, cache)
        stored = torch.load(cache)
        self.__dict__.update(stored)

    def make(self, folder, base, cache):
        entries = {}
        for line in (folder / "index.jsonl").read_text().splitlines():
            entry = json.loads(line)
            entries[entry["id"]] = entry
        entries = [e for _, e in sorted(entries.items()) if e["accepted"] and not e["heldOut"] and e.get("texture")]
        maps, seen, small, trust = [], [], [], []
        for e in entries:
            x = torch.from_numpy(np.asarray(Image.open(folder / e["texture"]).convert("RGB")).copy()).permute(2, 0, 1)
            c = torch.from_numpy(np.asarray(Image.open(folder / e["confidence"]).convert("RGB")).copy()).permute(2, 0, 1)
            maps.append(window(x).clone())
            seen.append(window(c[0]).clone())
            t = c[0].float() / 255 + 0.4 * c[1].float() / 255
            f = x.float() / 127.5 - 1
            w = F.avg_pool2d(t[None, None], 8)[0, 0]
            small.append(F.avg_pool2d((f * t)[None], 8)[0] / w.clamp_min(1e-6))
            trust.append(w)
        z = project(base, small, trust, float(base.metadata["residual"]))
        maps, seen = torch.stack(maps), torch.stack(seen)
        bases = base.stored(z)
        # The mirror images are people, too.
        energies, weights = [], []
        for i in range(len(maps)):
            residual = (maps[i].float() / 127.5 - 1 - bases[512][i].float())[None]
            e, w = cells_of(residual, seen[i].float()[None, None] / 255)
            energies.append(e)
            weights.append(w)
        d, w = described(torch.cat(energies)), torch.cat(weights)
        d, w, z2 = torch.cat([d, d.flip(3)]), torch.cat([w, w.flip(2)]), torch.cat([z, z * base.parities])
        total = w.sum(0).clamp_min(1)
        middle = (d * w[:, None]).sum(0) / total
        # Where hardly anybody was seen, the mean of the whole face.
        known = (total > 60).float()
        overall = (middle * known).sum((1, 2), keepdim=True) / known.sum()
        middle = torch.where(known[None] > 0, middle, overall.expand_as(middle))
        w = w * known
        scale = (((d - middle).square() * w[:, None]).sum((0, 2, 3)) / w.sum()).sqrt()
        x = ((d - middle) / scale[:, None, None] * w[:, None]).reshape(len(d), -1)
        mask = w[:, None].expand_as(d).reshape(len(d), -1) > 0
        filled = x.clone()
        for _ in range(4):
            u, s, v = torch.linalg.svd(filled, full_matrices=False)
            rank = 40
            shrunk = s[:rank] ** 2 / (s[:rank] ** 2 + s[rank] ** 2)
            filled = torch.where(mask, x, (u[:, :rank] * s[:rank] * shrunk) @ v[:rank])
        folds = torch.arange(len(z)).repeat(2) % 5
        best = None
        for ridge in (100.0, 300.0, 1000.0, 3000.0, 10000.0):
            miss = 0.0
            for f in range(5):
                a, b = z2[folds != f], filled[folds != f]
                t = torch.linalg.solve(a.T @ a + ridge * torch.eye(base.count), a.T @ b)
                miss += float((filled[folds == f] - z2[folds == f] @ t).square().sum())
            if best is None or miss < best[0]:
                best = (miss, ridge)
        told = torch.linalg.solve(z2.T @ z2 + best[1] * torch.eye(base.count), z2.T @ filled)
        rest = filled - z2 @ told
        u, s, v = torch.linalg.svd(rest, full_matrices=False)
        count = 512 - base.count - (PLANES - 1)
        n = len(z2)
        spread = v[:count] * (s[:count, None] / math.sqrt(n))
        codes = u[:, :count] * math.sqrt(n)
        print(f"{len(maps)} maps; ridge {best[1]}; told by base {1 - best[0] / float(filled.square().sum()):.3f} (held out); "
              f"{count} codes hold {float(s[:count].square().sum() / s.square().sum()):.3f} of the rest; first {[round(float(q), 3) for q in (s.square() / s.square().sum())[:6]]}; "
              f"spread of base latents {float(z.square().mean().sqrt()):.3f}", flush=True)
        usual = (seen.float().mean(0) + seen.float().mean(0).flip(1)) / 510
        cells = F.avg_pool2d(usual[None, None], 8)[0, 0]
        soft = F.avg_pool2d(F.pad(((cells - 0.1) / 0.25).clamp(0, 1)[None, None], (1, 1, 1, 1)), 3, 1)[0, 0]
        torch.save(dict(ids=[e["id"] for e in entries], maps=maps, seen=seen, bases=bases, latents=z2, codes=codes, told=told, spread=spread,
                        middle=middle, scale=scale, mask=soft), f"{cache}.part")
        os.replace(f"{cache}.part", cache)


# --- Discriminator ----------------------------------------------------------------------------------------------------

CRITIC = [(8, 24, 1), (24, 40, 2), (40 + 6, 48, 1), (48, 80, 2), (80, 96, 1), (96, 128, 2), (128, 128, 1), (128, 1, 1)]


def initial_critic():
    w = {"place": torch.randn(6, ROWS, COLUMNS) * 0.5}
    for i, (a, b, _) in enumerate(CRITIC):
        w |= {f"{i}.weight": torch.randn(b, a, 3, 3) * math.sqrt((2 if i < 7 else 1) / (9 * a)), f"{i}.bias": torch.zeros(b)}
    return {k: v.requires_grad_() for k, v in w.items()}


def criticize(w, x, mask, place):
    """[N, 3, 96, 96] with what counts of it -> scores [N]: patch by patch, averaged over what counts."""
    luma = (x * LUMA).sum(1, keepdim=True)
    # Pores are a hundredth of the range of tones: unless they are brought to the same size, nothing is learnt of them for hours.
    around = F.interpolate(F.avg_pool2d(x, 8), scale_factor=8, mode="bilinear", align_corners=False)
    x = fast(torch.cat([x * mask, 8 * (x - around) * mask, 25 * band(luma) * mask, mask - 0.5], 1))
    for i, (_, _, stride) in enumerate(CRITIC):
        if i == 2:
            x = torch.cat([x, F.interpolate(place, scale_factor=4, mode="nearest")], 1)
        x = F.conv2d(x, w[f"{i}.weight"], w[f"{i}.bias"], stride=stride, padding=1)
        if i < len(CRITIC) - 1:
            x = F.leaky_relu(x, 0.2)
    m = F.avg_pool2d(mask, 8)
    return (x * m).sum((1, 2, 3)) / m.sum((1, 2, 3)).clamp_min(1)


# --- Training ---------------------------------------------------------------------------------------------------------

PATCH = 12  # Of 64; 96 texels of 512.
MARGIN = {64: 5, 128: 4, 256: 4, 512: 4}  # Of a patch at each level, in its own texels, before its layers.


class Trainer:
    def __init__(self, args):
        self.args, self.run = args, Path(args.run)
        self.run.mkdir(parents=True, exist_ok=True)
        self.base = Base(args.base)
        self.data = Data(args.data, self.base, self.run / "data.pt")
        self.noise = {r: noise_planes(r) for r in LEVELS[1:]}
        torch.manual_seed(1)
        self.g, self.d = initial_generator(), initial_critic()
        self.ema = {k: v.detach().clone() for k, v in self.g.items()}
        self.og = torch.optim.Adam(self.g.values(), lr=args.rate, betas=(0.5, 0.99))
        self.od = torch.optim.Adam(self.d.values(), lr=args.rate, betas=(0.0, 0.99))
        self.steps, self.spent = 0, 0.0
        z = torch.randn(args.pool, self.base.count, generator=torch.Generator().manual_seed(7))
        self.pool = dict(latents=z, bases=self.base.stored(z))
        if (self.run / "checkpoint.pt").exists():
            saved = torch.load(self.run / "checkpoint.pt")
            for mine, theirs in ((self.g, saved["g"]), (self.d, saved["d"]), (self.ema, saved["ema"])):
                for k, v in mine.items():
                    v.data.copy_(theirs[k])
            self.og.load_state_dict(saved["og"])
            self.od.load_state_dict(saved["od"])
            self.steps, self.spent = saved["steps"], saved["spent"]
            torch.set_rng_state(saved["rng"])

    def save(self):
        state = dict(g=self.g, d=self.d, ema=self.ema, og=self.og.state_dict(), od=self.od.state_dict(), steps=self.steps, spent=self.spent, rng=torch.get_rng_state())
        torch.save(state, self.run / "checkpoint.part")
        os.replace(self.run / "checkpoint.part", self.run / "checkpoint.pt")

    def description(self, latents, codes):
        d = self.data
        x = (latents @ d.told + codes @ d.spread).view(-1, STATISTICS, ROWS // CELL, COLUMNS // CELL)
        return F.interpolate(x, scale_factor=CELL, mode="bilinear", align_corners=False)

    def mixed(self, r, pattern):
        weights = torch.cat([torch.ones(len(pattern), 1), pattern], 1)
        weights = weights / weights.square().sum(1, keepdim=True).sqrt()
        return torch.einsum("np,cpij->ncij", weights, self.noise[r])

    def spots(self, n):
        """People, mirrored or not, and corners (in texels of 64) of patches of them that are seen for the most part."""
        d, found = self.data, []
        while len(found) < n:
            i, flip = int(torch.randint(len(d.maps), ())), bool(torch.rand(()) < 0.5)
            y, x = int(torch.randint(ROWS - PATCH + 1, ())), int(torch.randint(COLUMNS - PATCH + 1, ()))
            seen = d.seen[i].flip(1) if flip else d.seen[i]
            if float(seen[8 * y:8 * y + 96:6, 8 * x:8 * x + 96:6].float().mean()) > 0.55 * 255:
                found.append((i, flip, y, x))
        return found

    def cut_many(self, maps, spots, r, margin=True):
        """Patches of maps [[C, h, w]], with their margins; beyond the window lie zeros."""
        s, m = r // EDGE, MARGIN[r] if margin else 0
        size = PATCH * s + 2 * m
        out = torch.zeros(len(spots), maps[0].shape[0], size, size)
        for n, ((_, flip, y, x), a) in enumerate(zip(spots, maps)):
            top, left, h, w = y * s - m, x * s - m, a.shape[1], a.shape[2]
            t0, l0, t1, l1 = max(top, 0), max(left, 0), min(top + size, h), min(left + size, w)
            out[n, :, t0 - top:t1 - top, l0 - left:l1 - left] = a[:, t0:t1, l0:l1]
        return out

    def batch(self, spots):
        d = self.data
        turn = lambda a, flip: a.flip(-1) if flip else a
        real = self.cut_many([turn(d.maps[i], f) for i, f, _, _ in spots], spots, 512, False) / 127.5 - 1
        mask = self.cut_many([turn(d.seen[i], f)[None] for i, f, _, _ in spots], spots, 512, False) / 255
        own = torch.tensor([i + (len(d.maps) if f else 0) for i, f, _, _ in spots])
        bases = {r: self.cut_many([turn(d.bases[r][i], f) for i, f, _, _ in spots], spots, r) for r in LEVELS}
        return real, mask, d.latents[own], d.codes[own], bases

    def fake(self, w, spots, latents, codes, bases):
        """-> textures [N, 3, 96, 96], residuals by level, description [N, 6, 12, 12] of the patch."""
        n = len(spots)
        pattern = torch.randn(n, PLANES - 1)
        noises = {r: self.mixed(r, pattern) for r in LEVELS[1:]}
        whole = self.description(latents, codes)
        description = self.cut_many(list(whole), spots, 64)
        noise = {r: self.cut_many(list(noises[r]), spots, r) for r in LEVELS[1:]}
        cut = lambda x, r: self.patches(x, spots, r)
        trim = lambda x, by: x[..., by:-by, by:-by]
        out = generate(w, bases, description, noise, cut, trim)
        residual = {r: trim(x, (x.shape[-1] - PATCH * r // EDGE) // 2) for r, x in out.items()}
        m = MARGIN[512]
        plain = bases[512][..., m:-m, m:-m]
        wanted = description[..., MARGIN[64]:-MARGIN[64], MARGIN[64]:-MARGIN[64]]
        return plain + residual[512], residual, plain, wanted

    def patches(self, x, spots, r, margin=True):
        s, m = r // EDGE, MARGIN[r] if margin else 0
        size = PATCH * s + 2 * m
        x = F.pad(x, (m, m, m, m))
        return torch.stack([x[n, :, y * s:y * s + size, xx * s:xx * s + size] for n, (_, _, y, xx) in enumerate(spots)])

    def wrong_statistics(self, residual, wanted, spots):
        d = self.data
        middle = F.interpolate(d.middle[None], scale_factor=CELL, mode="bilinear", align_corners=False)
        middle = self.patches(middle.expand(len(spots), -1, -1, -1), spots, 64, False)
        e = F.avg_pool2d(statistics(residual), 5, 1)
        miss = (described(e) - (middle + wanted * d.scale.view(1, -1, 1, 1))[..., 2:-2, 2:-2]) / d.scale.view(1, -1, 1, 1)
        return F.smooth_l1_loss(miss, torch.zeros_like(miss))

    def reconstruction(self, residual, truth, mask):
        """L1 over Laplacian bands, where it was seen."""
        weight, loss, miss, m = 1.0, 0.0, residual[512] - truth, mask
        for k in range(4):
            part = band(miss) if k < 3 else miss
            loss = loss + weight * (part.abs() * m).sum() / m.sum() / 3
            miss, m = F.avg_pool2d(miss, 2), F.avg_pool2d(m, 2)
        return loss

    @staticmethod
    def unlike(made, real, mask, filters=16, scales=3):
        """How far small patches are apart in distribution: sliced Wasserstein distance along random filters (Elnekave & Weiss 2022)."""
        loss = 0.0
        for _ in range(scales):
            f = torch.randn(filters, 3, 5, 5)
            f = f - f.mean((2, 3), keepdim=True)
            f = f / f.square().sum((1, 2, 3), keepdim=True).sqrt()
            m = -F.max_pool2d(-mask, 5, 1)
            a, b = ((F.conv2d(fast(x), f) * m).flatten(2)[..., ::2].sort(2).values for x in (made, real))
            spread = b.square().mean(2, keepdim=True).sqrt() + 0.004
            loss = loss + ((a - b).abs() / spread).mean() / scales
            made, real, mask = F.avg_pool2d(made, 2), F.avg_pool2d(real, 2), F.avg_pool2d(mask, 2)
        return loss

    @staticmethod
    def coarse(residual):
        return sum((residual[r] - F.avg_pool2d(residual[512].detach(), 512 // r)).abs().mean() for r in (128, 256))

    def warm(self):
        spots = self.spots(self.args.batch)
        real, mask, latents, codes, bases = self.batch(spots)
        _, residual, plain, wanted = self.fake(self.g, spots, latents, codes, bases)
        told = self.reconstruction(residual, real - plain, mask)
        wrong = self.wrong_statistics(residual[512], wanted, spots)
        loss = told + self.coarse(residual) + 0.003 * wrong
        self.og.zero_grad()
        loss.backward()
        self.og.step()
        return dict(told=float(told.detach()), wrong=float(wrong.detach()))

    def adversarial(self):
        n = self.args.batch
        spots = self.spots(n)
        real, mask, latents, codes, bases = self.batch(spots)
        # Half of the batch are new people, at the same places.
        k = n // 2
        who = torch.randint(len(self.pool["latents"]), (k,))
        latents = torch.cat([self.pool["latents"][who], latents[k:]])
        codes = torch.cat([torch.randn(k, codes.shape[1]), codes[k:]])
        bases = {r: torch.cat([self.cut_many([self.pool["bases"][r][i] for i in who], spots[:k], r), bases[r][k:]]) for r in LEVELS}
        fake, residual, plain, wanted = self.fake(self.g, spots, latents, codes, bases)
        place = self.patches(self.d["place"].expand(n, -1, -1, -1), spots, 64, False)
        light = 1 + 0.1 * torch.randn(n, 1, 1, 1)
        tint = 0.1 * torch.randn(n, 3, 1, 1)
        seen = lambda x: x * light + tint
        # The critic.
        penalize = self.steps % 8 == 0
        shown = seen(real).requires_grad_(penalize)
        a, b = criticize(self.d, shown, mask, place), criticize(self.d, seen(fake.detach()), mask, place)
        loss = F.softplus(-a).mean() + F.softplus(b).mean()
        penalty = 0.0
        if penalize:
            slope = torch.autograd.grad(a.sum(), shown, create_graph=True)[0].square().sum((1, 2, 3)).mean()
            penalty, loss = float(slope.detach()), loss + 0.5 * self.args.r1 * 8 * slope
        self.od.zero_grad()
        loss.backward()
        self.od.step()
        # The generator.
        fixed = {k: v.detach() for k, v in self.d.items()}
        score = criticize(fixed, seen(fake), mask, place.detach())
        wrong = self.wrong_statistics(residual[512], wanted, spots)
        truth = real[k:] - plain[k:]
        m = F.avg_pool2d(mask[k:], 4)
        held = ((F.avg_pool2d(residual[512][k:] - truth, 4).abs() * m).sum() / m.sum() / 3)
        new = F.avg_pool2d(residual[512][:k], 32).abs().mean()
        args = self.args
        unlike = self.unlike(fake[k:], real[k:].detach(), mask[k:])
        g = F.softplus(-score).mean() + args.sliced * unlike + args.statistics * wrong + args.anchor * held + args.anchor * 0.5 * new + 10 * self.coarse(residual)
        self.og.zero_grad()
        g.backward()
        self.og.step()
        return dict(real=float(a.mean().detach()), fake=float(b.mean().detach()), penalty=penalty, score=float(score.mean().detach()), wrong=float(wrong.detach()), unlike=float(unlike.detach()), held=float(held.detach()))

    def train(self):
        args, log = self.args, open(self.run / "metrics.jsonl", "a")
        total, warm = args.minutes * 60, args.warm * 60
        sums, count, told, tick = {}, 0, time.time(), time.time()
        sheet = self.spent
        while self.spent < total:
            is_warm = self.spent < warm
            fresh = self.spent - warm
            done = self.spent / total
            rate = args.rate * (1.0 if is_warm else min(1.0, max(0.1, fresh / 60)) * (0.15 + 0.85 * 0.5 * (1 + math.cos(math.pi * max(0.0, (done - 0.4) / 0.6)))))
            self.og.param_groups[0]["lr"], self.od.param_groups[0]["lr"] = rate, 0.7 * rate
            now = self.warm() if is_warm else self.adversarial()
            decay = 0.5 ** (args.batch / (1000 * args.ema))
            with torch.no_grad():
                for k, v in self.g.items():
                    self.ema[k].lerp_(v, 1 - max(0.0, min(decay, 1 - 1 / (1 + self.steps))))
            self.steps += 1
            for k, v in now.items():
                sums[k] = sums.get(k, 0.0) + v
            count += 1
            self.spent += time.time() - tick
            tick = time.time()
            if tick - told > 20:
                line = dict(step=self.steps, phase="warm" if is_warm else "adversarial", minutes=round(self.spent / 60, 2), perSecond=round(count * args.batch / (tick - told), 1), rate=round(rate, 6),
                            **{k: round(v / count * (8 if k == "penalty" else 1), 5) for k, v in sums.items()})
                if not all(math.isfinite(v) for v in line.values() if not isinstance(v, str)):
                    raise SystemExit("not finite: start again from the checkpoint with a smaller --rate")
                log.write(json.dumps(line) + "\n")
                log.flush()
                print(line, flush=True)
                self.save()
                sums, count, told = {}, 0, tick
            if self.spent - sheet > 60 * args.every or self.spent >= total:
                sheet = self.spent
                self.sheet(self.run / f"sheet-{int(self.spent / 60):03d}.png")
                export(self, args.output or self.run / "texture-gan.safetensors")
                tick = time.time()
        self.save()

    @torch.no_grad()
    def whole(self, w, latents, codes, pattern, resolution=512):
        """Windows [N, 3, 384, 352] with detail."""
        bases = self.base(latents)
        noise = {r: self.mixed(r, pattern) for r in LEVELS[1:]}
        residual = generate(w, bases, self.description(latents, codes), noise)[resolution]
        mask = F.interpolate(self.data.mask[None, None], size=residual.shape[2:], mode="bilinear", align_corners=False)
        return bases[resolution] + mask * residual, bases[resolution]

    @torch.no_grad()
    def sheet(self, path):
        """Rows: three people (real, base, with detail), then random people (base, with detail)."""
        d, state = self.data, torch.get_rng_state()
        torch.manual_seed(3)
        own = [5, 250, 520]
        pattern = torch.randn(3, PLANES - 1)
        made, plain = self.whole(self.ema, d.latents[own], d.codes[own], pattern)
        rows = [torch.cat([d.maps[i].float() / 127.5 - 1 for i in own], 2), torch.cat(list(plain), 2), torch.cat(list(made), 2)]
        made, _ = self.whole(self.ema, torch.randn(3, self.base.count), torch.randn(3, d.codes.shape[1]), pattern)
        rows += [torch.cat(list(made), 2)]
        torch.set_rng_state(state)
        picture = ((torch.cat(rows, 1).clamp(-1, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()
        Image.fromarray(picture).save(path)


# --- The file ---------------------------------------------------------------------------------------------------------


def to_bytes(x, rows):
    x = x.detach().reshape(rows, -1)
    scale = x.abs().amax(1).clamp_min(1e-12) / 127
    return (x / scale[:, None]).round().to(torch.int8).numpy(), scale.float().numpy()


def export(trainer, path):
    args, tensors = trainer.args, {}

    def pack(name, x, rows):
        data, scale = to_bytes(x, rows)
        tensors[name], tensors[f"{name}.scale"] = data.reshape(x.shape), scale

    for name, x in trainer.ema.items():
        if name.endswith("bias") or "rgb" in name or "gain" in name:
            tensors[name] = x.detach().numpy().astype(np.float32)
        else:
            pack(name, x, x.shape[0])
    pack("told", trainer.data.told, trainer.base.count)
    pack("spread", trainer.data.spread, trainer.data.spread.shape[0])
    for name in ("middle", "scale"):
        tensors[name] = getattr(trainer.data, name).numpy().astype(np.float32)
    tensors["mask"] = (trainer.data.mask * 255).round().byte().numpy()
    tensors["base"] = np.frombuffer(Path(args.base).read_bytes(), np.uint8)
    metadata = dict(format=FORMAT, name=args.name, topologyDigest=trainer.base.metadata["topologyDigest"], license=trainer.base.metadata.get("license", "terms unknown"),
                    window=json.dumps([TOP, LEFT, ROWS, COLUMNS]), edge=str(EDGE), widths=json.dumps(WIDTHS), constants=json.dumps(CONSTANTS), cell=str(CELL), planes=str(PLANES),
                    colorSpace="srgb", colorRange="-1,1")
    write_safetensors(path, tensors, metadata)


def stored(path):
    """The tensors of a file of `export`, as the layers see them."""
    file, _ = read_safetensors(path)
    scaled = lambda k, x: x * file[f"{k}.scale"].reshape(-1, *[1] * (x.ndim - 1))
    return {k: torch.from_numpy((scaled(k, x) if f"{k}.scale" in file else x).astype(np.float32)) for k, x in file.items() if k != "base"}


def rebase(args):
    """Puts the network of a file of `export` on another linear base: what is told by the old one's components is told by the
    new one's where they show the same at 64 texels, by least squares over the window. The network is not trained again."""
    file, metadata = read_safetensors(args.model)
    before = Path(f"{args.output}.base")
    before.write_bytes(file["base"].tobytes())
    old, new = Base(before), Base(args.base)
    before.unlink()
    whole = lambda base: window(base.levels[0]).reshape(base.count, -1).double()
    shared = torch.linalg.lstsq(whole(old).T, whole(new).T).solution
    told = file["told"] * file["told.scale"].reshape(-1, 1)
    data, scale = to_bytes(torch.from_numpy((shared.T.numpy() @ told).astype(np.float32)), new.count)
    tensors = dict(file) | {"told": data.reshape(new.count, -1), "told.scale": scale, "base": np.frombuffer(Path(args.base).read_bytes(), np.uint8)}
    if args.shares:
        metadata = metadata | {"shares": json.dumps(args.shares)}
    write_safetensors(args.output, tensors, metadata)


def fixture(args):
    """A tiny model with random weights, latents and what they give, for the parity test of the TypeScript code."""
    globals().update(EDGE=8, TOP=1, LEFT=2, ROWS=4, COLUMNS=4, CELL=2, PLANES=3, CONSTANTS=[2, 0, 1, 1], WIDTHS=[6, 5, 4, 3], LEVELS=[8, 16, 32, 64])
    torch.manual_seed(5)
    t = Trainer.__new__(Trainer)
    t.args, t.base = args, Base(args.base)
    cells = STATISTICS * (ROWS // CELL) * (COLUMNS // CELL)
    t.ema = {k: v.detach() + 0.1 * torch.randn(v.shape) for k, v in initial_generator().items()}
    t.data = argparse.Namespace(told=torch.randn(t.base.count, cells), spread=torch.randn(3, cells), mask=torch.rand(ROWS, COLUMNS),
                                middle=torch.randn(STATISTICS, ROWS // CELL, COLUMNS // CELL) - 6, scale=torch.rand(STATISTICS) + 0.5)
    export(t, args.output)
    w = stored(args.output)
    t.data = argparse.Namespace(told=w["told"], spread=w["spread"], mask=w["mask"] / 255, codes=None)
    t.noise = {r: noise_planes(r) for r in LEVELS[1:]}
    z = torch.randn(2, t.base.count + 3 + PLANES - 1)
    parts = z.split([t.base.count, 3, PLANES - 1], 1)
    file, metadata = read_safetensors(args.output)
    file["expected.latent"] = z.numpy()
    for r in LEVELS[1:]:
        file[f"expected.{r}"] = t.whole(w, *parts, resolution=r)[0].numpy()
    residual, seen = 0.2 * torch.randn(1, 3, ROWS * 8, COLUMNS * 8), torch.ones(1, 1, ROWS * 8, COLUMNS * 8)
    seen[..., 20:, 18:] = 0.5
    energies, counts = cells_of(residual, seen)
    file |= {"expected.residual": residual.numpy(), "expected.seen": seen.numpy(), "expected.description": described(energies).numpy(), "expected.counts": counts.numpy()}
    write_safetensors(args.output, file, metadata)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("data", help="folder of `ganfit texture unwrap`, or the word fixture, or rebase")
    add("--base", required=True, help="the linear model, of `ganfit texture train-pca`")
    add("--run", default="run")
    add("-o", "--output")
    add("--shares", type=lambda text: [float(x) for x in text.split(",")], help="of rebase: shares of the detail's bands of 1, 2, 4 texels that are kept, in brightness; all of it as it is by default")
    add("--model", help="of rebase: the file whose network is put on another base")
    add("--name", default="texture-gan")
    add("--minutes", type=float, default=75)
    add("--warm", type=float, default=12, help="minutes of reconstruction before the adversarial phase")
    add("--every", type=float, default=4, help="minutes between sheets")
    add("--batch", type=int, default=8)
    add("--rate", type=float, default=1e-3)
    add("--r1", type=float, default=0.05)
    add("--ema", type=float, default=1, help="half-life of the averaged generator, thousands of patches")
    add("--statistics", type=float, default=0.2, help="weight of the local energies that the latent asks for")
    add("--sliced", type=float, default=2, help="weight of the sliced Wasserstein distance from the real patch of the same person and place")
    add("--anchor", type=float, default=10, help="weight of what details of eight texels and more must be like")
    add("--pool", type=int, default=300, help="random bases")
    add("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    if args.data == "fixture":
        fixture(args)
    elif args.data == "rebase":
        rebase(args)
    else:
        Trainer(args).train()
