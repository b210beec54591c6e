"""Trains the progressive GAN of skin textures on a GPU (PyTorch 2), the mirror of packages/core/src/texture/gan.

Architecture and names of weights are those of the TypeScript code: latents on the hypersphere, equalised learning rate,
LeakyReLU 0.2, PixelNorm, nearest upsampling, fade-in (Karras et al. 2018). The file it exports is what `loadGenerator` reads.

    python3 train_gan.py DATA --run RUN --out OUT --digest HEX --phases 64:60s:glo,64:60s,128:140s,256:380s,512:end --seconds 1200

DATA is a folder of `ganfit texture pack`: square pictures (png, jpg, webp) in the UV layout; files whose name holds "confidence"
are passed over. RUN keeps the full checkpoint: the same command again goes on where it stopped. OUT receives what is worth
carrying away, anew every few minutes (--every).
"""
import argparse, io, json, math, os, struct, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

# --- Architecture -----------------------------------------------------------------------------------------------------


def levels(res):
    return [2**k for k in range(2, int(math.log2(res)) + 1)]


def generator_shapes(widths, latent):
    shapes = {}
    for i, (res, c) in enumerate(zip(levels(4 << (len(widths) - 1)), widths)):
        if i == 0:
            shapes |= {"4.dense.weight": (16 * c, latent), "4.dense.bias": (c,)}
            shapes |= {"4.conv.weight": (c, c, 3, 3), "4.conv.bias": (c,)}
        else:
            shapes |= {f"{res}.conv0.weight": (c, widths[i - 1], 3, 3), f"{res}.conv0.bias": (c,)}
            shapes |= {f"{res}.conv1.weight": (c, c, 3, 3), f"{res}.conv1.bias": (c,)}
        shapes |= {f"{res}.rgb.weight": (3, c, 1, 1), f"{res}.rgb.bias": (3,)}
    return shapes


def discriminator_shapes(widths):
    shapes = {}
    for i, (res, c) in enumerate(zip(levels(4 << (len(widths) - 1)), widths)):
        shapes |= {f"{res}.rgb.weight": (c, 3, 1, 1), f"{res}.rgb.bias": (c,)}
        if i == 0:
            shapes |= {"4.conv.weight": (c, c + 1, 3, 3), "4.conv.bias": (c,)}
            shapes |= {"4.dense0.weight": (c, 16 * c), "4.dense0.bias": (c,)}
            shapes |= {"4.dense1.weight": (1, c), "4.dense1.bias": (1,)}
        else:
            shapes |= {f"{res}.conv0.weight": (c, c, 3, 3), f"{res}.conv0.bias": (c,)}
            shapes |= {f"{res}.conv1.weight": (widths[i - 1], c, 3, 3), f"{res}.conv1.bias": (widths[i - 1],)}
    return shapes


def gain(name, shape):
    """He's constant, which the equalised learning rate multiplies at run time."""
    fan_in = math.prod(shape[1:])
    root = math.sqrt(2) / 4 if name == "4.dense.weight" else 1 if name == "4.dense1.weight" or shape[0] == 3 else math.sqrt(2)
    return root / math.sqrt(fan_in)


def effective(raw):
    return {k: w * gain(k, w.shape) if k.endswith("weight") else w for k, w in raw.items()}


def initial(shapes, device):
    return {k: (torch.randn if k.endswith("weight") else torch.zeros)(s, device=device).requires_grad_() for k, s in shapes.items()}


def activate(x, bias):
    """LeakyReLU 0.2 and PixelNorm. Squares are summed in float32; all else stays in x's precision, since memory sets the pace."""
    y = F.leaky_relu(x + bias.view(1, -1, 1, 1).to(x.dtype), 0.2)
    norm = torch.linalg.vector_norm(y, dim=1, keepdim=True, dtype=torch.float32)
    return y * torch.rsqrt(norm.square() / y.shape[1] + 1e-8).to(y.dtype)


def generate(w, z, res, alpha=1.0, features=None):
    """[N, latent] -> [N, 3, res, res], sRGB in [-1, 1]. `alpha` fades the last level in."""
    z = z * torch.rsqrt(z.square().mean(1, keepdim=True) + 1e-8)
    c = w["4.dense.bias"].shape[0]
    x = (z @ w["4.dense.weight"].T).view(-1, c, 4, 4).to(w["4.conv.weight"].dtype).contiguous(memory_format=torch.channels_last)
    x = activate(x, w["4.dense.bias"])
    x = activate(F.conv2d(x, w["4.conv.weight"], padding=1), w["4.conv.bias"])
    before = None
    if features is not None:
        features[4] = x
    for r in levels(res)[1:]:
        before = x
        x = F.interpolate(x, scale_factor=2, mode="nearest")
        x = activate(F.conv2d(x, w[f"{r}.conv0.weight"], padding=1), w[f"{r}.conv0.bias"])
        x = activate(F.conv2d(x, w[f"{r}.conv1.weight"], padding=1), w[f"{r}.conv1.bias"])
        if features is not None:
            features[r] = x
    rgb = lambda x, r: F.conv2d(x, w[f"{r}.rgb.weight"].to(x.dtype)).float() + w[f"{r}.rgb.bias"].float().view(1, -1, 1, 1)
    y = rgb(x, res)
    if alpha < 1 and before is not None:
        y = torch.lerp(F.interpolate(rgb(before, res // 2), scale_factor=2, mode="nearest"), y, alpha)
    return y


def discriminate(w, y, res, alpha=1.0):
    """[N, 3, res, res] -> scores [N]. The standard deviation is taken over groups of 4 neighbours of the batch."""
    dtype = w["4.conv.weight"].dtype
    lrelu = lambda x, b: F.leaky_relu(x + b.view(1, -1, 1, 1).to(x.dtype), 0.2)
    rgb = lambda y, r: lrelu(F.conv2d(y.to(dtype).contiguous(memory_format=torch.channels_last), w[f"{r}.rgb.weight"]), w[f"{r}.rgb.bias"])
    x = rgb(y, res)
    for r in reversed(levels(res)[1:]):
        x = lrelu(F.conv2d(x, w[f"{r}.conv0.weight"], padding=1), w[f"{r}.conv0.bias"])
        x = lrelu(F.conv2d(x, w[f"{r}.conv1.weight"], padding=1), w[f"{r}.conv1.bias"])
        x = F.avg_pool2d(x, 2)
        if r == res and alpha < 1:
            x = torch.lerp(rgb(F.avg_pool2d(y, 2), r // 2), x, alpha)
    n, c = x.shape[:2]
    g = math.gcd(n, 4)
    s = x.float().reshape(n // g, g, c, 4, 4)
    s = (s.var(1, unbiased=False) + 1e-8).sqrt().mean((1, 2, 3))
    x = torch.cat([x, s.repeat_interleave(g).view(n, 1, 1, 1).expand(n, 1, 4, 4).to(x.dtype)], 1)
    x = lrelu(F.conv2d(x, w["4.conv.weight"], padding=1), w["4.conv.bias"])
    x = F.leaky_relu(x.reshape(n, -1).float() @ w["4.dense0.weight"].float().T + w["4.dense0.bias"].float(), 0.2)
    return (x @ w["4.dense1.weight"].float().T + w["4.dense1.bias"].float())[:, 0]


# --- Data -------------------------------------------------------------------------------------------------------------


def load_pictures(folder, res, device):
    files = sorted(f for f in Path(folder).rglob("*") if f.suffix.lower() in (".png", ".jpg", ".jpeg", ".webp") and "confidence" not in f.name)
    assert files, f"{folder} must hold pictures"

    def load(f):
        im = Image.open(f).convert("RGB")
        return np.asarray(im if im.size == (res, res) else im.resize((res, res), Image.LANCZOS))

    with ThreadPoolExecutor(16) as pool:
        data = np.stack(list(pool.map(load, files)))
    return torch.from_numpy(data).permute(0, 3, 1, 2).contiguous().to(device)


def read_safetensors(path):
    kinds = dict(U8=np.uint8, I8=np.int8, F32=np.float32)
    data = Path(path).read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    header.pop("__metadata__", None)
    at = lambda e: data[8 + size + e["data_offsets"][0]:8 + size + e["data_offsets"][1]]
    return {k: torch.from_numpy(np.frombuffer(at(e), kinds[e["dtype"]]).copy()).view(e["shape"]) for k, e in header.items()}


FLOOR = 0.01  # Added to linear colors before their logarithm.
LIKE = 0.18  # Tones (logarithmic) within about this distance are alike enough to lend each other parts of the face.
LENT = 0.5  # Chance of each region to be lent.
OTHER_DETAIL = 0.35  # Chance that pores and wrinkles of the whole face come of somebody else.
CODED = 64  # Maps are coded at this resolution.
CELLS = 32  # Coarser than a cell of the map is tone, finer is detail: 9 mm in the face.


def to_linear(s):
    return torch.where(s <= 0.04045, s / 12.92, ((s.clamp_min(0) + 0.055) / 1.055) ** 2.4)


def to_srgb(x):
    return torch.where(x <= 0.0031308, x * 12.92, 1.055 * x.clamp_min(1e-6) ** (1 / 2.4) - 0.055)


def enlarge(x, res):
    return x if x.shape[-1] == res else F.interpolate(x, size=(res, res), mode="bicubic", align_corners=False)


def cells_of(x):
    return F.avg_pool2d(x, x.shape[-1] // CELLS) if x.shape[-1] > CELLS else x


def soft(x, most):
    return most * torch.tanh(x / most)


class Reals:
    """All maps as bytes on the GPU, averaged down to the resolution of the phase, and new people mixed of them as they are drawn.

    The recipes are those of packages/core/src/texture/mix: people of similar tone lend each other eyes, nose, forehead or lower
    face by seamless cloning, or the fine detail of the whole face; tones move towards another person's; half are mirrored.
    """

    def __init__(self, full, mirror, mix, regions=None):
        self.full, self.mirror, self.mix, self.device = full, mirror, mix, full.device
        self.area = None
        if regions is not None:
            regions = {k: v.to(self.device).float() / 255 for k, v in regions.items()}
            self.area = regions["nose"].maximum(regions["forehead"]).maximum(regions["lower"])[None, None]
        if mix <= 0:
            return
        assert regions is not None, "mixing needs regions.safetensors of `ganfit texture pack` beside the maps; or take --mix 0"
        self.masks = torch.stack([v for k, v in sorted(regions.items()) if k != "skin"])[:, None]
        self.logs = torch.log(to_linear(torch.arange(256, device=self.device) / 255) + FLOOR)
        face = F.interpolate(self.area, size=full.shape[-2:], mode="bilinear")[0, 0] > 0.5
        # Medians of the face, person by person.
        self.tones = self.logs[torch.stack([m[:, face][:, ::7].float().median(1).values for m in full]).round().long()]
        likeness = torch.exp(-torch.cdist(self.tones, self.tones).square() / (2 * LIKE**2))
        likeness.fill_diagonal_(0)
        # Who has no like mixes with itself.
        likeness += 1e-3 * torch.eye(len(full), device=self.device)
        self.likeness = likeness

    def at(self, res):
        f = self.full.shape[-1] // res
        parts = [F.avg_pool2d(p.float(), f).round().byte() for p in self.full.split(32)] if f > 1 else [self.full]
        self.data = torch.cat(parts)
        self.evened = Evened(self.data[:: max(1, len(self.data) // 64)].float() / 127.5 - 1)
        if self.mix > 0:
            self.region = F.interpolate(self.masks, size=(res, res), mode="bilinear", antialias=res < 256, align_corners=False)

    def face(self, res):
        """Weights [1, 1, R, R] of texels: 1 in the face, a quarter elsewhere, where little of a map was seen."""
        if self.area is None:
            return torch.ones(1, 1, res, res, device=self.device)
        area = F.interpolate(self.area, size=(res, res), mode="bilinear", antialias=res < self.area.shape[-1], align_corners=False)
        return 0.25 + 0.75 * area.clamp(0, 1)

    def partners(self, i):
        return torch.multinomial(self.likeness[i], 1)[:, 0]

    def colors(self, i):
        return self.logs[self.data[i].long()]

    def mixed(self, i):
        """[N] people -> [N, 3, R, R] new ones, sRGB in [-1, 1]."""
        n, res = len(i), self.data.shape[-1]
        chance = lambda p: torch.rand(n, 1, 1, 1, device=self.device) < p
        x = self.colors(i)
        if res > CELLS:
            other = self.colors(torch.where(chance(OTHER_DETAIL).view(-1), self.partners(i), i))
            x = other + enlarge(cells_of(x) - cells_of(other), res)
        # At least one region changes hands, else nobody new is made.
        lent = torch.rand(n, len(self.region), device=self.device) < LENT
        lent[torch.arange(n), torch.randint(len(self.region), (n,), device=self.device)] |= ~lent.any(1)
        for k, mask in enumerate(self.region):
            who = lent[:, k].nonzero()[:, 0]
            if len(who) == 0:
                continue
            other = self.colors(self.partners(i[who]))
            # The membrane: only the region's border speaks; its difference is carried inward through coarser and coarser cells.
            border = ((mask > 0.02) & (mask < 0.6)).float()[None]
            levels = [(cells_of((x[who] - other) * border), cells_of(border))]
            while levels[-1][0].shape[-1] > 1:
                levels.append(tuple(F.avg_pool2d(v, 2) for v in levels[-1]))
            values, weight = levels.pop()
            membrane = values / (weight + 1e-8)
            for values, weight in reversed(levels):
                membrane = (values + 0.02 * F.interpolate(membrane, scale_factor=2, mode="bilinear", align_corners=False)) / (weight + 0.02)
            # What differs in color along the border may be a brow, a shade or hair: it may tint the region only a little.
            mean = levels[0][0].sum((2, 3), keepdim=True) / (levels[0][1].sum((2, 3), keepdim=True) + 1e-8)
            luma = (membrane - mean).mean(1, keepdim=True)
            membrane = mean + soft(luma, 0.35) + soft(membrane - mean - luma, 0.08)
            laid = other + enlarge(membrane, res)
            # A flushed nose or a shadow of a beard on somebody pale would be nobody's: broad differences in color are limited too.
            broad = cells_of(laid - x[who])
            broad = F.avg_pool2d(broad, 2) if broad.shape[-1] > 8 else broad
            color = broad - broad.mean(1, keepdim=True)
            laid = laid - enlarge(color - soft(color, 0.1), res)
            x[who] = x[who] + mask * (laid - x[who])
        shift = torch.rand(n, 1, device=self.device) * (self.tones[self.partners(i)] - self.tones[i])
        return to_srgb((torch.exp(x + shift.view(n, 3, 1, 1)) - FLOOR).clamp(0, 1)) * 2 - 1

    @torch.no_grad()
    def draw(self, n, alpha=1.0):
        i = torch.randint(len(self.data), (n,), device=self.device)
        x = self.data[i].float() / 127.5 - 1
        if self.mix > 0:
            new = (torch.rand(n, device=self.device) < self.mix).nonzero()[:, 0]
            if len(new):
                x[new] = self.mixed(i[new])
        if self.mirror:
            x = torch.where(torch.rand(n, 1, 1, 1, device=self.device) < 0.5, x.flip(3), x)
        return faded(x, alpha)


def faded(x, alpha):
    return x if alpha >= 1 else torch.lerp(F.interpolate(F.avg_pool2d(x, 2), scale_factor=2, mode="nearest"), x, alpha)


class Evened:
    """Pictures with all their Laplacian bands brought to one size, which the discriminator sees.

    Pores are a hundredth of the range of tones: a discriminator that sees colors as they are learns nothing of them for hours.
    """

    def __init__(self, x, deviation=0.2):
        """`x` [N, 3, R, R]: real pictures in [-1, 1], whose bands tell how much each is to be raised."""
        self.gains, self.deviation = [], deviation
        for band, low in self.bands(x):
            self.gains.append(min(16.0, max(1.0, deviation / float(band.square().mean().sqrt().clamp_min(1e-6)))))

    @staticmethod
    def bands(x):
        while x.shape[-1] > 8:
            low = F.avg_pool2d(x, 2)
            yield x - F.interpolate(low, scale_factor=2, mode="bilinear", align_corners=False), low
            x = low

    def __call__(self, x):
        found = list(zip(self.bands(x), self.gains))
        if not found:
            return x
        y = found[-1][0][1]
        for (band, _), gain in reversed(found):
            y = F.interpolate(y, scale_factor=2, mode="bilinear", align_corners=False) + gain * band
        return y


def usual(full, share):
    """Which maps stay when those with the least usual patches of color, and those with the least alike halves, are left out."""
    small = torch.cat([F.adaptive_avg_pool2d(p.float() / 255, 24) for p in full.split(32)])
    x = torch.log(to_linear(small) + FLOOR)
    x = x - x.flatten(2).median(2).values[:, :, None, None]
    color = x - x.mean(1, keepdim=True)
    patches = (color - color.median(0).values).abs().amax(1).flatten(1).topk(6).values.mean(1)
    halves = (x - x.flip(3)).abs().mean(1).flatten(1).topk(12).values.mean(1)
    keep = torch.ones(len(full), dtype=torch.bool, device=full.device)
    for score in (patches, halves):
        keep[score.topk(int(share * len(full))).indices] = False
    return keep


def open_reals(args, res, device):
    marks = Path(args.data) / "regions.safetensors"
    full = load_pictures(args.data, res, device)
    if args.drop > 0:
        full = full[usual(full, args.drop)]
    return Reals(full, args.mirror, args.mix, read_safetensors(marks) if marks.exists() else None)


class Codes:
    """The latent of any map: its whitened principal components, and random numbers for all that they leave open.

    One free latent for each map (generative latent optimization) is learnt by heart with so few maps. A linear code exists for
    people mixed a moment ago, too, so that reconstruction is asked for all over the space: what the generator then gives back of
    a stranger is at least what a linear model does. The components are turned, so that no number of the latent stands for more
    than another.
    """

    def __init__(self, reals, latent, count, device, draws=1280):
        self.res = min(CODED, reals.full.shape[-1])
        reals.at(self.res)
        own = reals.data.float() / 127.5 - 1
        x = torch.cat([own, own.flip(3)] + ([reals.draw(64) for _ in range(draws // 64)] if reals.mix > 0 else []))
        self.weight = reals.face(self.res).sqrt()
        x = (x * self.weight).flatten(1)
        self.mean = x.mean(0)
        x = (x - self.mean).double()
        values, vectors = torch.linalg.eigh(x @ x.T)
        k = min(count, latent, int((values > 1e-6 * values[-1]).sum()))
        # Rows of the basis give components of deviation 1.
        self.basis = (vectors[:, -k:].T @ x * (math.sqrt(len(x)) / values[-k:, None])).float()
        self.turn = torch.linalg.qr(torch.randn(latent, latent, device=device))[0]
        # How loud each number is to be in the first layer at the start: a head's tone would else be one of 512 whispers.
        self.loud = torch.full((latent,), 0.5 * float(values[-k] / values[-1]) ** 0.5, device=device)
        self.loud[:k] = (values[-k:] / values[-1]).float() ** 0.5
        self.loud *= math.sqrt(latent) / self.loud.norm()

    def first_layer(self, raw):
        """[outputs, latent] -> the same, listening to what matters for a picture first."""
        return (raw * self.loud) @ self.turn

    @torch.no_grad()
    def __call__(self, x):
        """[N, 3, R, R] in [-1, 1], R not below the codes' resolution -> latents [N, latent]."""
        x = (F.avg_pool2d(x, x.shape[-1] // self.res) * self.weight).flatten(1)
        c = (x - self.mean) @ self.basis.T
        return torch.cat([c, torch.randn(len(x), len(self.turn) - c.shape[1], device=x.device)], 1) @ self.turn


def reconstruction(y, x, weight, levels=5):
    """L1 of the pictures and of their Laplacian bands, the fine ones as loud as the coarse ones."""
    y = y - x
    loss = (y.abs() * weight).mean() / weight.mean()
    while levels > 0 and y.shape[-1] >= 8:
        low = F.avg_pool2d(y, 2)
        band = y - F.interpolate(low, scale_factor=2, mode="bilinear", align_corners=False)
        loss = loss + 2 * (band.abs() * weight).mean() / weight.mean()
        y, weight, levels = low, F.avg_pool2d(weight, 2), levels - 1
    return loss


def augment(x, p):
    """Differentiable augmentation with probability p (Karras et al. 2020): light, contrast, saturation, a small shift and zoom."""
    if p <= 0:
        return x
    n, dev = x.shape[0], x.device
    on = lambda q=1.0: (torch.rand(n, 1, 1, 1, device=dev) < p * q).float()
    amount = lambda s: on() * torch.randn(n, 1, 1, 1, device=dev) * s
    x = x + amount(0.15)
    m = x.mean((1, 2, 3), keepdim=True)
    x = m + (x - m) * amount(0.2).exp()
    grey = x.mean(1, keepdim=True)
    x = grey + (x - grey) * amount(0.3).exp()
    shift = on().view(n, 1) * (torch.rand(n, 2, device=dev) - 0.5) * 0.25
    zoom = (amount(0.06)).exp().view(n)
    theta = torch.zeros(n, 2, 3, device=dev)
    theta[:, 0, 0] = theta[:, 1, 1] = zoom
    theta[:, :, 2] = shift
    return F.grid_sample(x, F.affine_grid(theta, x.shape, align_corners=False), padding_mode="reflection", align_corners=False)


def pierce(x, p):
    """A hole with probability p / 2, the last of the augmentations: its edge should not be louder than skin."""
    if p <= 0:
        return x
    n, dev = x.shape[0], x.device
    at = torch.rand(n, 2, 1, 1, device=dev)
    axis = (torch.arange(x.shape[2], device=dev) + 0.5) / x.shape[2]
    hole = ((axis.view(1, -1, 1) - at[:, 0]).abs() < 0.17) & ((axis.view(1, 1, -1) - at[:, 1]).abs() < 0.17)
    return x * (1 - hole[:, None].float() * (torch.rand(n, 1, 1, 1, device=dev) < p / 2).float())


# --- Training ---------------------------------------------------------------------------------------------------------


class Trainer:
    def __init__(self, args, device):
        self.args, self.device = args, device
        self.res = 4 << (len(args.widths) - 1)
        self.g = initial(generator_shapes(args.widths, args.latent), device)
        self.d = initial(discriminator_shapes(args.critic_widths), device)
        self.ema = {k: v.detach().clone() for k, v in self.g.items()}
        opt = lambda w: torch.optim.Adam(list(w.values()), lr=args.rate, betas=(0.0, 0.99), eps=1e-8, fused=device == "cuda")
        self.opt_g, self.opt_d = opt(self.g), opt(self.d)
        self.images, self.steps, self.p, self.sign = 0, 0, args.augment, 0.0
        self.phase, self.done = 0, 0.0  # Number of the phase and how much of it is behind us, in [0, 1].
        self.dtype = torch.bfloat16 if args.bf16 else torch.float32
        self.since = args.warm  # Steps since reconstruction and the discriminator's lead.
        self.codes, self.lead = None, 0  # What codes maps, and steps for which the discriminator still learns alone.
        self.near = torch.zeros((), device=device)  # The last reconstruction's loss.

    def cast(self, raw):
        # The convolutions' weights in the mixed precision, the two dense layers of the latent and the score in float32.
        out = {}
        for k, w in effective(raw).items():
            out[k] = w.to(self.dtype).contiguous(memory_format=torch.channels_last) if w.dim() == 4 else w
        return out

    def latents(self, n):
        return torch.randn(n, self.args.latent, device=self.device)

    def step(self, reals, res, alpha, batch, rate):
        a, n = self.args, batch
        self.batch = n
        # Adam remembers the small slopes of reconstruction: at full rate the first adversarial steps would undo it.
        self.since = 0 if self.lead > 0 else self.since + 1
        for o, r in ((self.opt_g, rate * min(1.0, self.since / a.warm)), (self.opt_d, rate)):
            for group in o.param_groups:
                group["lr"], group["betas"] = r, (0.0, 0.99)
        drawn = reals.draw(n, alpha)
        # Half of the pictures judged are random people, half those whose maps were drawn: fits live near these.
        half = n // 2 if self.codes and a.anchor > 0 else 0
        latents = lambda: torch.cat([self.codes(drawn[:half]), self.latents(n - half)]) if half else self.latents(n)
        even = reals.evened if a.even else lambda y: y
        seen = lambda y: pierce(even(augment(y, self.p)), self.p)
        # Discriminator.
        real = seen(drawn)
        with torch.no_grad():
            fake = seen(generate(self.cast(self.g), latents(), res, alpha))
        w = self.cast(self.d)
        scores = discriminate(w, torch.cat([real, fake]), res, alpha)
        on_real, on_fake = scores[:n], scores[n:]
        if a.loss == "wgan-gp":
            loss_d = on_fake.mean() - on_real.mean() + 1e-3 * on_real.square().mean()
            t = torch.rand(n, 1, 1, 1, device=self.device)
            between = torch.lerp(real, fake, t).requires_grad_()
            slope = torch.autograd.grad(discriminate(w, between, res, alpha).sum(), between, create_graph=True)[0]
            loss_d = loss_d + 10 * (slope.square().sum((1, 2, 3)).sqrt() - 1).square().mean()
        else:
            loss_d = F.softplus(-on_real).mean() + F.softplus(on_fake).mean()
            if self.steps % a.lazy == 0:
                k = max(4, n // 2)
                leaf = real[:k].detach().requires_grad_()
                slope = torch.autograd.grad(discriminate(w, leaf, res, alpha).sum(), leaf, create_graph=True)[0]
                # gamma grows with the number of pixels that share it, as in StyleGAN2-ADA's heuristic 0.0002 res² / batch.
                gamma = a.r1 * res**2 / n
                loss_d = loss_d + a.lazy * gamma / 2 * slope.square().sum((1, 2, 3)).mean()
        self.opt_d.zero_grad(set_to_none=True)
        loss_d.backward()
        self.opt_d.step()
        self.images += n
        self.steps += 1
        with torch.no_grad():
            # Adaptive augmentation: p follows the sign of the scores of real maps towards 0.6.
            self.sign = torch.lerp(on_real.detach().sign().mean(), torch.as_tensor(self.sign, device=self.device), 0.95)
            if a.adapt and self.steps % 8 == 0:
                self.p = float(np.clip(self.p + math.copysign(8 * n / (a.adapt * 1000), float(self.sign) - 0.6), 0, 0.8))
        if self.lead > 0:
            self.lead -= 1
            return loss_d.detach(), on_fake.detach().mean()
        # Generator. The discriminator's weights are constants here.
        w = {k: v.detach() for k, v in self.cast(self.d).items()}
        y = generate(self.cast(self.g), latents(), res, alpha)
        score = discriminate(w, seen(y), res, alpha)
        loss_g = -score.mean() if a.loss == "wgan-gp" else F.softplus(-score).mean()
        total = loss_g
        if half:
            # What is finer than a code can know is left to the discriminator: asking for it would only blur.
            near = self.distance(reals, y[:half], drawn[:half])
            total = loss_g + a.anchor * near
            self.near = near.detach()
        self.descend_g(total)
        return loss_d.detach(), loss_g.detach()

    def descend_g(self, loss):
        self.opt_g.zero_grad(set_to_none=True)
        loss.backward()
        self.opt_g.step()
        with torch.no_grad():
            beta = 0.5 ** (self.batch / min(self.args.ema * 1000, max(1, 0.05 * self.images)))
            torch._foreach_mul_(list(self.ema.values()), beta)
            torch._foreach_add_(list(self.ema.values()), [v.detach() for v in self.g.values()], alpha=1 - beta)

    def distance(self, reals, y, x):
        """How far pictures are from the maps that they should be, up to the resolution of the anchor."""
        f = max(1, x.shape[-1] // self.args.anchor_size)
        if f > 1:
            y, x = F.avg_pool2d(y, f), F.avg_pool2d(x, f)
        return reconstruction(y, x, reals.face(x.shape[-1]))

    def reconstruct(self, reals, res, alpha, batch, rate):
        """A step of reconstruction: maps from their codes, no discriminator."""
        assert res >= self.codes.res, f"reconstruction must be at {self.codes.res} or more, where maps are coded"
        self.batch = batch
        for group in self.opt_g.param_groups:
            group["lr"], group["betas"] = rate, (0.9, 0.99)
        x = reals.draw(batch, alpha)
        loss = self.distance(reals, generate(self.cast(self.g), self.codes(x), res, alpha), x)
        self.near = loss.detach()
        self.descend_g(loss)
        self.images += batch
        self.steps += 1
        self.lead = self.args.lead
        return loss.detach(), loss.detach()

    def state(self):
        return dict(g=self.g, d=self.d, ema=self.ema, opt_g=self.opt_g.state_dict(), opt_d=self.opt_d.state_dict(), images=self.images,
                    steps=self.steps, p=self.p, phase=self.phase, done=self.done, lead=self.lead, codes=self.codes and vars(self.codes), rng=torch.get_rng_state(), cuda=torch.cuda.get_rng_state() if self.device == "cuda" else None)

    def save(self, path):
        torch.save(self.state(), f"{path}.part")
        os.replace(f"{path}.part", path)

    def load(self, path):
        s = torch.load(path, map_location=self.device, weights_only=False)
        with torch.no_grad():
            for mine, theirs in ((self.g, s["g"]), (self.d, s["d"]), (self.ema, s["ema"])):
                for k in mine:
                    mine[k].copy_(theirs[k])
        self.opt_g.load_state_dict(s["opt_g"])
        self.opt_d.load_state_dict(s["opt_d"])
        self.restore_counts(s)
        torch.set_rng_state(s["rng"].cpu())
        if s["cuda"] is not None and self.device == "cuda":
            torch.cuda.set_rng_state(s["cuda"].cpu())

    # A checkpoint that fits through narrow doors: half precision, one generator (the average), and of Adam's second moments the
    # product of their means along outputs and inputs (Shazeer and Stern 2018); they are forgotten within 100 steps anyway.
    def save_small(self, folder):
        half = lambda w: {k: v.detach().half().cpu() for k, v in w.items()}

        def factors(v):
            v = v.reshape(len(v), -1)
            return v.mean(1).cpu(), (v.mean(0) / v.mean().clamp_min(1e-30)).cpu()

        moments = lambda w, o: {k: (*factors(o.state[p]["exp_avg_sq"]), float(o.state[p]["step"])) for k, p in w.items() if p in o.state}
        torch.save(half(self.ema), folder / "small-g.pt")
        torch.save(half(self.d), folder / "small-d.pt")
        # Of the weights of texels in the basis half precision is enough.
        codes = self.codes and {k: v.half().cpu() if k == "basis" else v.cpu() if torch.is_tensor(v) else v for k, v in vars(self.codes).items()}
        torch.save(dict(images=self.images, steps=self.steps, p=self.p, phase=self.phase, done=self.done, lead=self.lead, codes=codes, g=moments(self.g, self.opt_g), d=moments(self.d, self.opt_d)), folder / "small-rest.pt")

    def load_small(self, folder):
        rest = torch.load(folder / "small-rest.pt", map_location=self.device)
        with torch.no_grad():
            for w, file in ((self.g, "small-g.pt"), (self.ema, "small-g.pt"), (self.d, "small-d.pt")):
                for k, v in torch.load(folder / file, map_location=self.device).items():
                    w[k].copy_(v)
        for w, o, moments in ((self.g, self.opt_g, rest["g"]), (self.d, self.opt_d, rest["d"])):
            for k, (rows, columns, step) in moments.items():
                second = (rows[:, None] * columns[None]).view(w[k].shape).clone()
                o.state[w[k]] = dict(step=torch.tensor(step, device=self.device), exp_avg=torch.zeros_like(w[k]), exp_avg_sq=second)
        self.restore_counts(rest)

    def restore_counts(self, s):
        self.images, self.steps, self.p, self.phase, self.done, self.lead = (s[k] for k in ("images", "steps", "p", "phase", "done", "lead"))
        self.stored_codes = s["codes"]

    def open_codes(self, reals):
        stored = getattr(self, "stored_codes", None)
        if stored is None:
            self.codes = Codes(reals, self.args.latent, self.args.codes, self.device)
            with torch.no_grad():
                for w in (self.g, self.ema):
                    w["4.dense.weight"].copy_(self.codes.first_layer(w["4.dense.weight"]))
            return
        self.codes = Codes.__new__(Codes)
        vars(self.codes).update({k: v.float().to(self.device) if torch.is_tensor(v) else v for k, v in stored.items()})


# --- What comes out ---------------------------------------------------------------------------------------------------


@torch.no_grad()
def refit_lower(w, res, latent, device, count=256):
    """Fits the toRGB of each lower level anew, by least squares on the averaged-down result: the lower resolutions of the trained
    network then show the same face, for the coarse steps of a fit."""
    w = {k: v.float() for k, v in w.items()}
    sums = {}
    for _ in range(count // 8):
        features = {}
        y = generate(w, torch.randn(8, latent, device=device), res, features=features)
        for r, x in features.items():
            if r == res:
                continue
            t = F.avg_pool2d(y, res // r).permute(0, 2, 3, 1).reshape(-1, 3).double()
            a = x.permute(0, 2, 3, 1).reshape(-1, x.shape[1]).double()
            a = torch.cat([a, torch.ones_like(a[:, :1])], 1)
            s = sums.setdefault(r, [0, 0])
            s[0], s[1] = s[0] + a.T @ a, s[1] + a.T @ t
    for r, (ata, atb) in sums.items():
        x = torch.linalg.solve(ata + 1e-6 * ata.diagonal().mean() * torch.eye(len(ata), device=device), atb)
        w[f"{r}.rgb.weight"] = x[:-1].T.float().reshape(w[f"{r}.rgb.weight"].shape).contiguous()
        w[f"{r}.rgb.bias"] = x[-1].float().contiguous()
    return w


def quantize(w):
    """Bytes with one scale for each output channel, for all but the small tensors. Returns the file's tensors and what they stand for."""
    stored, seen = {}, {}
    for k, v in w.items():
        v = v.detach().float().cpu()
        if k.endswith("weight") and "rgb" not in k:
            scale = v.abs().amax(tuple(range(1, v.dim())), keepdim=True).clamp_min(1e-12) / 127
            q = (v / scale).round().clamp(-127, 127)
            stored[k], stored[f"{k}.scale"], seen[k] = q.to(torch.int8), scale.flatten(), q * scale
        else:
            stored[k] = seen[k] = v
    return stored, seen


def write_safetensors(path, tensors, metadata):
    kinds = {torch.int8: "I8", torch.float32: "F32"}
    header, body, at = {"__metadata__": metadata}, io.BytesIO(), 0
    for k, v in sorted(tensors.items(), key=lambda kv: (-kv[1].element_size(), kv[0])):
        data = v.contiguous().numpy().tobytes()
        header[k] = dict(dtype=kinds[v.dtype], shape=list(v.shape), data_offsets=[at, at + len(data)])
        body.write(data)
        at += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    Path(f"{path}.part").write_bytes(struct.pack("<Q", len(text)) + text + body.getvalue())
    os.replace(f"{path}.part", path)


def export(path, raw, args, res, name, device):
    """Writes the file that `loadGenerator` reads, up to the resolution reached, and returns the weights that it stands for."""
    w = {k: v for k, v in effective(raw).items() if int(k.split(".")[0]) <= res}
    if res > 4:
        w = refit_lower(w, res, args.latent, device)
    stored, seen = quantize(w)
    count = len(levels(res))
    write_safetensors(path, stored, dict(format="ganfit-texture-gan-1", name=name, latentSize=str(args.latent), resolution=str(res),
                                         widths=json.dumps(args.widths[:count]), topologyDigest=args.digest, license=args.license, colorSpace="srgb", colorRange="-1,1"))
    return {k: v.to(device) for k, v in seen.items()}


def picture(x, columns):
    x = ((x.float().clamp(-1, 1) + 1) * 127.5).round().byte().cpu().numpy().transpose(0, 2, 3, 1)
    rows = [np.concatenate(list(x[i:i + columns]), 1) for i in range(0, len(x), columns)]
    return Image.fromarray(np.concatenate(rows, 0))


@torch.no_grad()
def sheets(trainer, w, res, out, reals):
    """Samples: 40 small, 3 in full size; 8 real maps, and what their codes give back."""
    torch.manual_seed(1)
    z = trainer.latents(40)
    y = torch.cat([generate(w, part, res) for part in z.split(8)])
    small = lambda y: F.avg_pool2d(y, max(1, res // 192)) if res > 192 else y
    real = reals.data[torch.randint(len(reals.data), (8,), device=reals.data.device)].float() / 127.5 - 1
    again = generate(w, trainer.codes(real), res) if trainer.codes and res >= trainer.codes.res else real[:0]
    save(picture(torch.cat([small(y), small(real), small(again)]), 8), out / "samples.jpg", 88)
    save(picture(torch.cat([y[:3], real[:3], again[:3]]), 3), out / "samples-full.jpg", 90)


def save(image, path, quality):
    image.save(f"{path}.part", "JPEG", quality=quality)
    os.replace(f"{path}.part", path)


def deliver(trainer, args, res, reals, out, device):
    """Writes the generator and its samples without disturbing the run; returns the weights that the file stands for."""
    with torch.random.fork_rng(devices=[torch.cuda.current_device()] if device == "cuda" else []):
        torch.manual_seed(3)
        seen = export(out / "texture-gan.safetensors", trainer.ema, args, res, args.name, device)
        sheets(trainer, seen, res, out, reals)
    return seen


def bands(x, count=5):
    """Laplacian bands, finest first."""
    found = []
    while len(found) < count and x.shape[-1] >= 32:
        low = F.avg_pool2d(x, 2)
        found.append(x - F.interpolate(low, scale_factor=2, mode="bilinear", align_corners=False))
        x = low
    return found


@torch.no_grad()
def measure(trainer, w, res, reals, count=512):
    """Per Laplacian band, finest first: sliced Wasserstein distance of 7x7 patches, and the energy of samples over that of real maps."""
    fake = torch.cat([generate(w, trainer.latents(8), res) for _ in range(count // 8)])
    index = torch.arange(count, device=fake.device) % len(reals.data)
    real = reals.data[index].float() / 127.5 - 1
    directions = F.normalize(torch.randn(147, 256, device=fake.device), dim=0)

    def patches(x):
        at = torch.randint(x.shape[-1] - 7, (2, x.shape[0], 32), device=x.device)
        grid = torch.arange(7, device=x.device)
        rows, cols = (at[0][..., None] + grid)[..., :, None], (at[1][..., None] + grid)[..., None, :]
        return x.permute(0, 2, 3, 1)[torch.arange(x.shape[0], device=x.device)[:, None, None, None], rows, cols].reshape(-1, 147)

    result = []
    for a, b in zip(bands(fake), bands(real)):
        torch.manual_seed(2)
        pa = patches(a)
        torch.manual_seed(2)
        pb = patches(b)
        scale = pb.std()
        pa, pb = ((p / scale) @ directions for p in (pa, pb))
        result.append([round(float((pa.sort(0).values - pb.sort(0).values).abs().mean()) * 1e3, 1), round(float(a.square().mean() / b.square().mean()), 3)])
    return result


# --- The run ----------------------------------------------------------------------------------------------------------

BATCH = {4: 128, 8: 128, 16: 128, 32: 128, 64: 128, 128: 64, 256: 64, 512: 32}


def train(args, device):
    run, out = Path(args.run), Path(args.out)
    run.mkdir(parents=True, exist_ok=True)
    out.mkdir(parents=True, exist_ok=True)
    start = time.time()
    t = Trainer(args, device)
    reals = open_reals(args, t.res, device)
    if (run / "checkpoint.pt").exists():
        t.load(run / "checkpoint.pt")
    elif args.small and (Path(args.small) / "small-g.pt").exists():
        t.load_small(Path(args.small))
    print(f"{len(reals.full)} maps, {sum(v.numel() for v in t.g.values()) / 1e6:.1f} + {sum(v.numel() for v in t.d.values()) / 1e6:.1f} M weights, from image {t.images}", flush=True)
    phases = [(int(r), 0.0 if k == "end" else float(k[:-1]), k[-1], "glo" in how) for r, k, *how in (p.split(":") for p in args.phases.split(","))]
    if args.anchor > 0 or any(glo for *_, glo in phases):
        t.open_codes(reals)
    log = open(out / "metrics.jsonl", "a")
    res, saved, delivered = phases[0][0], time.time(), time.time()
    t.save(run / "checkpoint.pt")
    for i, (res, length, unit, glo) in list(enumerate(phases))[min(t.phase, len(phases) - 1):]:
        if t.phase != i:
            t.phase, t.done = i, 0.0
            t.save(run / "checkpoint.pt")
        reals.at(res)
        # A phase that lasts to the end shares what is left of the time, so that its rate falls as far as it should.
        if unit == "d":
            length, unit = max(1.0, args.seconds - (time.time() - start)) / max(1e-3, 1 - t.done), "s"
        batch = args.batch or BATCH[res]
        told, seen, tick = time.time(), t.images, time.time()
        while t.done < 1 and time.time() - start < args.seconds:
            grown = i > 0 and phases[i - 1][0] < res
            alpha = min(1.0, t.done / args.fade) if grown and args.fade > 0 else 1.0
            # The rate falls along a cosine in the last phase only.
            rate = args.rate * (0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * t.done * (i == len(phases) - 1))))
            if glo:
                # Without an opponent a rate several times as high is borne, and learns in a minute what else takes ten.
                rate = args.rate * (1 + (args.glo_rate - 1) * 0.5 * (1 + math.cos(math.pi * min(1.0, t.done))))
            losses = (t.reconstruct if glo else t.step)(reals, res, alpha, batch, rate)
            now = time.time()
            t.done, tick = t.done + (batch / 1000 if unit == "k" else now - tick) / length, now
            if now - told > 10:
                line = dict(images=t.images, res=res, done=round(t.done, 2), d=round(float(losses[0]), 3), g=round(float(losses[1]), 3), near=round(float(t.near), 4), p=round(t.p, 3),
                            sign=round(float(t.sign), 2), perSecond=round((t.images - seen) / (now - told)), at=round(now - start))
                log.write(json.dumps(line) + "\n")
                log.flush()
                print(line, flush=True)
                told, seen = now, t.images
                if not math.isfinite(line["d"] + line["g"]):
                    print("not finite: back to the last checkpoint with half the rate", flush=True)
                    args.rate /= 2
                    t.load(run / "checkpoint.pt")
                    if t.phase != i:
                        t.phase, t.done = i, 0.0
                elif now - saved > 100:
                    t.save(run / "checkpoint.pt")
                    saved = now
                if now - delivered > args.every:
                    deliver(t, args, res, reals, out, device)
                    delivered = time.time()
                    # The clock of the phase does not run meanwhile, but for the last one's, which must be over in time.
                    tick = now if i == len(phases) - 1 else delivered
        if time.time() - start >= args.seconds:
            break
    t.save(run / "checkpoint.pt")
    t.save_small(out)
    seen = deliver(t, args, res, reals, out, device)
    for what, w in (("stored", seen), ("float", effective(t.ema))):
        line = dict(images=t.images, what=what, bands=measure(t, w, res, reals))
        log.write(json.dumps(line) + "\n")
        print(line, flush=True)
    print(f"done at {time.time() - start:.0f} s", flush=True)


def show(args, device):
    """A sheet of 64 pictures to train on, as they are drawn at the last resolution."""
    torch.manual_seed(1)
    res = 4 << (len(args.widths) - 1)
    reals = open_reals(args, res, device)
    reals.at(res)
    x = torch.cat([reals.draw(8) for _ in range(8)])
    picture(F.avg_pool2d(x, max(1, res // 256)), 8).save(args.show)


def benchmark(args, device):
    """Seconds until everything is tuned, then images per second and peak memory, at some resolutions, on random pictures."""
    t = Trainer(args, device)
    marks = {k: torch.randint(0, 255, (64, 64), dtype=torch.uint8) for k in ("eyes", "nose", "forehead", "lower", "skin")}
    reals = Reals(torch.randint(0, 255, (64, 3, t.res, t.res), device=device, dtype=torch.uint8), True, args.mix, marks)
    t.open_codes(reals)
    for res in [r for r in args.resolutions if r <= t.res]:
        reals.at(res)
        batch = args.batch or BATCH[res]
        torch.cuda.reset_peak_memory_stats()
        begin, t.steps = time.time(), 0
        for i in range(9):
            t.step(reals, res, 1.0, batch, 1e-3)
        torch.cuda.synchronize()
        ready, t.steps = time.time(), 0
        for i in range(16):
            t.step(reals, res, 1.0, batch, 1e-3)
        torch.cuda.synchronize()
        print(f"{res:4d} batch {batch:4d}: ready after {ready - begin:4.1f} s, {16 * batch / (time.time() - ready):6.0f} images/s, {torch.cuda.max_memory_allocated() / 2**30:5.1f} GiB", flush=True)


def fixture(args):
    """Random weights, a latent and what they give, for the parity test of the TypeScript code."""
    torch.manual_seed(4)
    res = 4 << (len(args.widths) - 1)
    raw = {k: torch.randn(s) * (1 if k.endswith("weight") else 0.1) for k, s in generator_shapes(args.widths, args.latent).items()}
    critic = {k: torch.randn(s) * (1 if k.endswith("weight") else 0.1) for k, s in discriminator_shapes(args.widths).items()}
    z = torch.randn(4, args.latent)
    w, c = effective(raw), effective(critic)
    y = generate(w, z, res, 0.3)
    stored = {f"generator.{k}": v for k, v in w.items()} | {f"discriminator.{k}": v for k, v in c.items()}
    stored |= dict(latent=z, faded=y, full=generate(w, z, res), scores=discriminate(c, y, res), fadedScores=discriminate(c, y, res, 0.3))
    Path(args.out).mkdir(parents=True, exist_ok=True)
    write_safetensors(Path(args.out) / "tiny-gan.safetensors", stored, dict(widths=json.dumps(args.widths), latentSize=str(args.latent)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    numbers = lambda text: [int(x) for x in text.split(",")]
    add("data", help="folder of maps, or the word benchmark or fixture")
    add("--run", default="run")
    add("--out", default="out")
    add("--small", help="folder with a small checkpoint to start from, if RUN has none")
    add("--name", default="texture-gan")
    add("--digest", default="")
    add("--resolutions", type=numbers, default=[32, 128, 256, 512], help="of the benchmark")
    add("--show", help="only draw a sheet of the pictures trained on into this file")
    add("--license", default="terms unknown", help="under which heads made with it stand, written into the file")
    add("--latent", type=int, default=512)
    add("--widths", type=numbers, default=[256, 256, 256, 256, 128, 64, 32, 16], help="channels from 4x4 up")
    add("--critic-widths", type=numbers, default=None)
    add("--phases", default="64:60s:glo,64:60s,128:140s,256:380s,512:end", help="resolution:length, in seconds (s) or thousands of images (k), the last one may take what is left (end); resolution:length:glo reconstructs instead")
    add("--fade", type=float, default=0.3, help="share of a phase in which it fades in")
    add("--seconds", type=float, default=560)
    add("--batch", type=int, default=0)
    add("--rate", type=float, default=2e-3)
    add("--glo-rate", type=float, default=5, help="times the rate at which phases of reconstruction begin; they end with the rate")
    add("--loss", choices=["r1", "wgan-gp"], default="r1")
    add("--r1", type=float, default=5e-4, help="R1 gamma times batch over resolution squared")
    add("--lazy", type=int, default=8, help="R1 every so many steps")
    add("--ema", type=float, default=10, help="half-life of the averaged generator, thousands of images")
    add("--augment", type=float, default=0.1, help="first probability of an augmentation")
    add("--adapt", type=float, default=100, help="thousands of images in which it may go from 0 to 1; 0 keeps it")
    add("--no-mirror", dest="mirror", action="store_false")
    add("--mix", type=float, default=0.7, help="share of the maps drawn that are new people mixed of old ones; 0 takes the maps as they are")
    add("--drop", type=float, default=0.04, help="share of the maps left out for unusual patches of color, and as many for unlike halves")
    add("--codes", type=int, default=448, help="principal components in a map's latent; the rest of it is noise")
    add("--lead", type=int, default=200, help="steps for which the discriminator learns alone after a phase of reconstruction")
    add("--warm", type=int, default=500, help="steps in which the generator's rate rises after that")
    add("--anchor", type=float, default=300, help="weight of the reconstruction of maps at their latents in adversarial phases")
    add("--anchor-size", type=int, default=128, help="resolution up to which they are reconstructed")
    add("--no-even", dest="even", action="store_false", help="show the discriminator colors as they are, not bands of one size")
    add("--every", type=float, default=150, help="seconds between two deliveries into OUT")
    add("--no-bf16", dest="bf16", action="store_false")
    add("--tune", action="store_true", help="let cuDNN try its algorithms for each new shape; 10 s and more at each resolution")
    add("--compile", action="store_true", help="compile the activation")
    args = parser.parse_args()
    args.critic_widths = args.critic_widths or args.widths
    torch.manual_seed(0)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = args.tune
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if args.compile:
        activate = torch.compile(activate, dynamic=True)
    if args.data == "fixture":
        fixture(args)
    elif args.data == "benchmark":
        benchmark(args, device)
    elif args.show:
        show(args, device)
    else:
        train(args, device)
