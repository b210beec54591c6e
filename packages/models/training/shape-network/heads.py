"""Draws random heads on the device: shape, skin, light, camera, then surroundings and a camera's flaws.

The scenes are those of ../shape-regressor/scene.ts and picture.ts, thousands a second; render.cu draws them.
"""
import ctypes
import glob
import math
import os
import subprocess
import sys

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
from shape_files import metric, read_safetensors

# The 112-pixel crop of ArcFace, its pixel centers at + 0.5, drawn at 0.95 in a crop of 128: core's SHAPE_CROP.
ARCFACE = np.float32([38.2946, 51.6963, 73.5318, 51.5014, 56.0252, 71.7366, 41.5493, 92.3655, 70.7299, 92.2041]) + 0.5
SIDE = 128
TEMPLATE = (0.95 * (ARCFACE.reshape(5, 2) - 56) + 64 + np.float32([0, -2])).astype("f4")
FINE = 2
PHOTO = 300
HAIR = [[25, 20, 18], [60, 42, 30], [95, 70, 45], [160, 130, 90], [150, 150, 150], [210, 205, 200]]
HARMONIC_FACTORS = [0.282095] + [0.488603 * 2 / 3] * 3 + [1.092548 / 4] * 2 + [0.315392 / 4, 1.092548 / 4, 0.546274 / 4]


def renderer(device):
    """Builds render.cu for the device, or for one core where there is none."""
    cuda = device.type == "cuda"
    path = "/tmp/librender-%s.so" % device.type
    build = ["nvcc", "-O3", "--extended-lambda", "-use_fast_math", "-shared", "-Xcompiler", "-fPIC", "-arch=native"] if cuda else ["g++", "-x", "c++", "-O2", "-fPIC", "-shared"]
    subprocess.run([*build, os.path.join(HERE, "render.cu"), "-o", path], check=True)
    return ctypes.CDLL(path)


def pictures(pattern):
    return np.stack([np.asarray(Image.open(path).convert("RGB")) for path in sorted(glob.glob(pattern))])


class Heads:
    def __init__(self, folder, device):
        arrays, self.metadata = read_safetensors(os.path.join(folder, "heads.safetensors"))
        step = float(self.metadata["step"])
        put = lambda name, dtype=None: torch.from_numpy(arrays[name].copy()).to(device, dtype)
        self.device, self.library = device, renderer(device)
        for name in ("normals", "rasterize", "shade"):
            getattr(self.library, name).restype = None
        self.mean = put("mean").reshape(-1)
        self.modes = torch.cat([put("identity", torch.float32), put("expression", torch.float32)]) * step
        self.count, self.vertices = len(arrays["identity"]), len(arrays["mean"])
        self.moods = len(arrays["expression"])
        self.triangles, self.uv_triangles, self.uv = put("triangles"), put("uvTriangles"), put("uv")
        self.part_of, self.color = put("partOf"), put("color")
        self.textures, self.texture_at = put("textures"), put("textureAt", torch.int64)
        self.texture_side = put("textureSide")
        self.irises, self.parts = arrays["textureAt"].shape
        corners = arrays["triangles"][arrays["landmarkTriangles"]]
        self.landmark_corners = torch.from_numpy(corners.astype("i8")).to(device)
        self.landmark_weights = put("landmarkBarycentrics")
        order = np.argsort(arrays["triangles"].reshape(-1), kind="stable")
        counts = np.bincount(arrays["triangles"].reshape(-1), minlength=self.vertices)
        self.around = torch.from_numpy((order // 3).astype("i4")).to(device)
        self.first = torch.from_numpy(np.r_[0, np.cumsum(counts)].astype("i4")).to(device)
        self.skins = torch.from_numpy(pictures(os.path.join(folder, "skins", "*.webp"))).to(device)
        names = sorted(glob.glob(os.path.join(folder, "skins", "*.webp")))
        self.even = torch.tensor([0.0 if "-raw" in name else 1.0 for name in names], device=device)
        self.photos = None
        if os.path.isdir(os.path.join(folder, "photos")):
            photos = pictures(os.path.join(folder, "photos", "*.webp"))
            self.photos = torch.from_numpy(photos).to(device).permute(0, 3, 1, 2).contiguous()
        root = metric(arrays)
        # Eigenvectors come with either sign; a checkpoint must mean the same on another machine.
        root *= np.sign(root[np.abs(root).argmax(0), np.arange(len(root))])
        self.root = torch.from_numpy(root.astype("f4")).to(device)
        self.parity = put("parity")
        self.template = torch.from_numpy(TEMPLATE).to(device)
        self.scene_length = self.library.sceneLength()

    # Random numbers, one for each picture: [b, ...].
    def normal(self, b, *shape):
        return torch.randn(b, *shape, device=self.device)

    def uniform(self, b, *shape):
        return torch.rand(b, *shape, device=self.device)

    def scenes(self, b):
        """Coefficients, cameras and the numbers that the shader reads."""
        n, u, one = self.normal, self.uniform, torch.ones(b, device=self.device)
        identity = n(b, self.count)
        expression = n(b, self.moods) * torch.where(u(b, 1) < 0.35, 1.0, 0.5)
        yaw = torch.where(u(b) < 0.5, 1.7 * (u(b) - 0.5), 0.25 * n(b))
        pitch, roll = 0.14 * n(b), 0.1 * n(b)
        focal = 50 / 43.27 * math.hypot(PHOTO, PHOTO) * torch.exp(0.3 * n(b))
        distance = 190 * focal / (0.52 * PHOTO) * torch.exp(0.12 * n(b))
        c, s, zero = torch.cos(yaw), torch.sin(yaw), torch.zeros_like(yaw)
        turn_y = torch.stack([c, zero, s, zero, one, zero, -s, zero, c], 1).reshape(b, 3, 3)
        vector = torch.stack([pitch, zero, roll], 1)
        angle = vector.norm(dim=1).clamp_min(1e-9)
        x, y, z = (vector / angle[:, None]).unbind(1)
        skew = torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], 1).reshape(b, 3, 3)
        eye = torch.eye(3, device=self.device)
        rotation = (eye + torch.sin(angle)[:, None, None] * skew + (1 - torch.cos(angle))[:, None, None] * skew @ skew) @ turn_y
        aside = 0.03 * n(b, 2) * (distance * PHOTO / focal)[:, None]
        translation = torch.cat([aside, -distance[:, None]], 1)

        skin = torch.randint(len(self.skins), (b,), device=self.device)
        even = self.even[skin]
        tint = (torch.exp(0.2 * n(b, 1)) * torch.exp(0.08 * n(b, 3))) ** 0.45
        gamma = torch.exp(0.15 * n(b))
        level = torch.exp(0.15 * n(b))
        strength = torch.where(even > 0, 0.2 + 0.65 * u(b), 0.1 + 0.6 * u(b))
        hue = torch.stack([1 + 0.08 * n(b), one, 1 + 0.08 * n(b)], 1).clamp_min(0.5)
        ambient = (level * (1 - strength))[:, None] / hue
        lamp = (level * strength)[:, None] * hue
        position = 800 * torch.stack([n(b), 0.4 + 0.6 * n(b), 1.6 + 0.4 * n(b)], 1)
        swing = 3.5 * torch.where(even > 0, 0.4, 0.25)
        spread = swing[:, None] * n(b, 9) * torch.tensor([1.0] * 4 + [0.3] * 5, device=self.device)
        spread = spread + torch.tensor([0, 0.4, 1] + [0] * 6, device=self.device)
        spread[:, 0] = 2.84
        harmonics = level[:, None, None] * spread[:, :, None] * (1 + 0.06 * n(b, 9, 3))
        harmonics = harmonics * torch.tensor(HARMONIC_FACTORS, device=self.device)[:, None]
        shine = 0.04 + torch.where(u(b) < 0.4, 0.12 * u(b), zero)
        numbers = [
            skin.float()[:, None], torch.randint(self.irises, (b, 1), device=self.device).float(), gamma[:, None], tint,
            rotation.reshape(b, 9), translation, (u(b, 1) < 0.65).float(), ambient, lamp, position, shine[:, None],
            6 + 14 * u(b, 1), harmonics.reshape(b, 27),
        ]  # fmt: skip
        scene = torch.cat(numbers, 1).contiguous()
        assert scene.shape[1] == self.scene_length
        return identity, expression, rotation, translation, focal, scene

    def render(self, b):
        """Identities, RGBA crops [b, 4, 128, 128] and landmarks in them, as a detector that errs a little cuts them out."""
        identity, expression, rotation, translation, focal, scene = self.scenes(b)
        vertices = (self.mean + torch.cat([identity, expression], 1) @ self.modes).reshape(b, -1, 3).contiguous()
        seen = vertices @ rotation.transpose(1, 2) + translation[:, None]
        depth = -seen[..., 2]
        pixels = torch.stack([seen[..., 0], -seen[..., 1]], 2) * (focal[:, None] / depth)[..., None]
        corners = pixels[:, self.landmark_corners]
        landmarks = (corners * self.landmark_weights[None, :, :, None]).sum(2)
        eyes = [landmarks[:, k : k + 6].mean(1) for k in (36, 42)]
        five = torch.stack([*eyes, landmarks[:, 30], landmarks[:, 48], landmarks[:, 54]], 1)
        unit = (eyes[0] - landmarks[:, 33]).norm(dim=1) + (eyes[1] - landmarks[:, 33]).norm(dim=1)
        error = 0.0075 * torch.exp(0.5 * self.normal(b, 1, 1)) * self.normal(b, 5, 2) + 0.0045 * self.normal(b, 1, 2)
        five = five + unit[:, None, None] * error
        # Similarity by complex numbers: the least-squares map of the five points to the template.
        z, w = torch.view_as_complex(five.contiguous()), torch.view_as_complex(self.template.contiguous())
        zm, wm = z.mean(1, keepdim=True), w.mean()
        a = ((z - zm).conj() * (w - wm)).sum(1, keepdim=True) / (z - zm).abs().square().sum(1, keepdim=True)
        into = lambda points: torch.view_as_real(a * (torch.view_as_complex(points.contiguous()) - zm) + wm)
        landmarks = into(landmarks)
        projected = torch.cat([FINE * into(pixels), 1 / depth[..., None]], 2).contiguous()

        stream = torch.cuda.current_stream().cuda_stream if self.device.type == "cuda" else 0
        V, T, side = self.vertices, len(self.triangles), SIDE * FINE
        where = lambda tensor: ctypes.c_void_p(tensor.data_ptr())
        long = ctypes.c_long
        normal = torch.empty_like(vertices)
        self.library.normals(long(b), long(V), where(vertices), where(self.triangles), where(self.first), where(self.around), where(normal), ctypes.c_void_p(stream))
        nearest = torch.zeros(b, side, side, dtype=torch.int64, device=self.device)
        self.library.rasterize(long(b), long(V), long(T), side, where(projected), where(self.triangles), where(nearest), ctypes.c_void_p(stream))
        out = torch.empty(b, 4, SIDE, SIDE, device=self.device)
        self.library.shade(
            long(b), long(V), SIDE, FINE, where(nearest), where(vertices), where(normal), where(projected), where(self.triangles),
            where(self.uv_triangles), where(self.uv), where(self.part_of), self.parts, where(self.skins), self.skins.shape[1],
            where(self.textures), where(self.texture_at), where(self.texture_side), where(self.color), where(scene), where(out),
            ctypes.c_void_p(stream),
        )  # fmt: skip
        return identity, out, landmarks

    def noise(self, b, cells, channels=1, stretch=1):
        """Smooth noise in [0, 1]: [b, channels, 128, 128]."""
        grid = self.uniform(b, channels, max(2, cells // stretch) + 1, cells + 1)
        return F.interpolate(grid, (SIDE, SIDE), mode="bilinear", align_corners=True)

    def colors(self, b):
        return ((30 + 200 * self.uniform(b, 1) + 25 * self.normal(b, 3)).clamp(0, 255) / 255)[:, :, None, None]

    def picture(self, rgba, landmarks):
        """Lays heads before surroundings and spoils them as cameras do: [b, 3, 128, 128] in [0, 1], nothing clipped yet."""
        b, u = len(rgba), self.uniform
        per = lambda value: value[:, None, None, None]
        chance = lambda p: per((u(b) < p).float())
        at = torch.arange(SIDE, device=self.device) + 0.5
        y, x = torch.meshgrid(at, at, indexing="ij")
        x, y = x[None, None], y[None, None]
        brow, chin = (landmarks[:, 19] + landmarks[:, 24]) / 2, landmarks[:, 8]
        length = (brow - chin).norm(dim=1)
        up = (brow - chin) / length[:, None]
        center = brow + 0.15 * up * length[:, None]
        dx, dy = x - per(center[:, 0]), y - per(center[:, 1])
        along = dx * per(up[:, 0]) + dy * per(up[:, 1])
        across = dx * per(up[:, 1]) - dy * per(up[:, 0])
        L = per(length)
        rgb, covered = rgba[:, :3], rgba[:, 3:]
        # Surroundings and hair.
        near, far, third = self.colors(b), self.colors(b), self.colors(b)
        plain = chance(0.35)
        mixture = plain * (y / SIDE) + (1 - plain) * self.noise(b, 3 + int(torch.randint(12, (1,))))
        patch = (1 - plain) * 0.5 * torch.round(self.noise(b, 2 + int(torch.randint(5, (1,)))))
        back = near * mixture + far * (1 - mixture) + patch * (third - far)
        hair = torch.tensor(HAIR, device=self.device)[torch.randint(len(HAIR), (b,), device=self.device)] / 255
        strands = self.noise(b, 40, stretch=6)
        hair = hair[:, :, None, None] * (0.7 + 0.5 * per(u(b))) * (0.6 + 0.8 * strands)
        hairy, fringe, long = chance(0.6), chance(0.35), chance(0.4)
        radius = L * (0.75 + 0.15 * per(self.normal(b)))
        round_head = (dx.square() + dy.square()).sqrt() + 0.08 * L * (self.noise(b, 9) - 0.5)
        behind = hairy * torch.maximum((round_head < radius).float(), long * (along < 0).float() * (across.abs() < 0.95 * radius).float())
        edge = L * (0.22 + 0.2 * per(u(b))) - L * (0.05 + 0.22 * fringe) + 0.3 * per(self.normal(b)) * across.abs()
        ragged = along - edge + 0.05 * L * strands + 0.1 * L * (self.noise(b, 12) - 0.5)
        front = hairy * torch.sigmoid(ragged / (0.02 * L))
        back = behind * hair + (1 - behind) * back
        # Hair and surroundings of photos, which lie in their crops as heads do in these.
        if self.photos is not None:
            chosen = torch.randint(len(self.photos), (b,), device=self.device)
            photo = self.jitter(self.photos[chosen].float() / 255, 0.06)
            real = chance(0.4)
            outside = torch.maximum((along > -0.25 * L).float(), (across.abs() > 0.85 * L).float()) * real
            back = outside * photo + (1 - outside) * back
            hair = real * photo + (1 - real) * hair
            front = torch.where(real > 0, torch.sigmoid(ragged / (0.02 * L)) * chance(0.8), front)
        rgb = rgb * covered + back * (1 - covered)
        rgb = front * hair + (1 - front) * rgb
        # Glasses, and things before the rim of the face.
        glasses = chance(0.1)
        dark = per((20 + 60 * u(b)) / 255)
        thickness = (0.012 + 0.012 * per(u(b))) * L
        wide, high = L * (0.23 + 0.03 * per(self.normal(b))), L * (0.16 + 0.02 * per(self.normal(b)))
        for eye in (36, 42):
            middle = landmarks[:, eye : eye + 6].mean(1)
            ring = (((x - per(middle[:, 0])) / wide).square() + ((y - per(middle[:, 1])) / high).square()).sqrt()
            frame = glasses * (((ring - 1).abs() * wide) < thickness).float()
            rgb = frame * dark + (1 - frame) * rgb
        angle = 2 * math.pi * per(u(b))
        x0 = per((brow + chin)[:, 0] / 2) + 0.75 * L * torch.cos(angle)
        y0 = per((brow + chin)[:, 1] / 2) + 0.75 * L * torch.sin(angle)
        disc = chance(0.1) * (((x - x0).square() + (y - y0).square()).sqrt() < (0.2 + 0.2 * per(u(b))) * L).float()
        rgb = disc * self.colors(b) * (0.8 + 0.4 * self.noise(b, 8)) + (1 - disc) * rgb
        return self.develop(rgb)

    def develop(self, rgb):
        """Lens, sensor and file: blur, small pictures, contrast, casts, gray, grain, blocks."""
        b, u = len(rgb), self.uniform
        per = lambda value: value[:, None, None, None]
        chance = lambda p: per((u(b) < p).float())
        kernel = torch.tensor([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]], device=self.device).repeat(3, 1, 1, 1) / 16
        soft = F.conv2d(F.pad(rgb, (1, 1, 1, 1), mode="replicate"), kernel, groups=3)
        amount = per(u(b)) * 0.7 + chance(0.2) * 0.6
        rgb = rgb + amount * (soft - rgb)
        # A third of the pictures come smaller; groups share a size.
        parts = []
        for group in rgb.chunk(8):
            if float(torch.rand(1)) < 0.35:
                side = int(SIDE * (0.22 + 0.7 * float(torch.rand(1))))
                group = F.interpolate(group, (side, side), mode="bilinear", antialias=True) if group.is_cuda else F.interpolate(group, (side, side), mode="area")
                group = group + 0.02 * float(torch.rand(1)) * torch.randn_like(group)
                group = F.interpolate(group, (SIDE, SIDE), mode="bilinear")
            parts.append(group)
        rgb = torch.cat(parts)
        luma = (rgb * torch.tensor([0.3, 0.59, 0.11], device=self.device)[:, None, None]).sum(1, keepdim=True)
        gray = chance(0.06)
        rgb = gray * luma + (1 - gray) * rgb
        cast = torch.exp(0.07 * self.normal(b, 3))[:, :, None, None]
        contrast, offset = torch.exp(0.15 * per(self.normal(b))), 0.5 + 0.05 * per(self.normal(b))
        rgb = (rgb * cast - 0.5) * contrast + offset
        grain = per((1 + 5 * u(b).square()) / 255)
        return (rgb + grain * torch.randn_like(rgb)).clamp(0, 1)

    def jitter(self, photos, amount):
        """Crops of 128 pixels out of photos of 160, a little moved, turned and scaled."""
        b = len(photos)
        scale = SIDE / photos.shape[-1] * torch.exp(amount * 0.5 * self.normal(b))
        angle, shift = amount * self.normal(b), amount * 0.5 * self.normal(b, 2)
        c, s = scale * torch.cos(angle), scale * torch.sin(angle)
        theta = torch.stack([c, -s, shift[:, 0], s, c, shift[:, 1]], 1).reshape(b, 2, 3)
        grid = F.affine_grid(theta, (b, 3, SIDE, SIDE), align_corners=False)
        return F.grid_sample(photos, grid, padding_mode="border", align_corners=False)

    def batch(self, b):
        """Pictures [b, 3, 128, 128] in [0, 1], identity in units of the error [b, ns], landmarks [b, 68, 2]."""
        with torch.no_grad():
            identity, rgba, landmarks = self.render(b)
            return self.picture(rgba, landmarks), identity @ self.root, landmarks
