"""Learns the shape regressor from the photos of make-features.ts and writes shape-regressor.safetensors.

    python3 train.py CACHE [CACHE ...] -o packages/models/shape-regressor.safetensors [--rank 32] [--ridge 1]

Ridge regression of identity coefficients in the units of the error that counts (point-to-plane distance of the narrow face after
similarity alignment, linearized), cut to its leading directions. A tenth of the photos takes no part in it: it calibrates
the gain of each direction and gives the covariance. Photos are read in blocks, so that 100,000 of them need no more memory than ten.
Needs numpy and scipy.
"""
import argparse
import os
import sys

import numpy as np
from scipy.linalg import cho_factor, cho_solve

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from shape_files import metric, read_safetensors, write_safetensors

SETS = {"pattern": (0, 6272, 1.0), "embedding": (6272, 6784, 0.7), "landmarks": (6784, 6920, 0.35), "pose": (6920, 6926, 0.15), "code": (6926, 7182, 0.2)}
FEATURES = 7182
INNER = 7040


# iBUG 68: the point that a point becomes in the mirror image.
MIRRORED_POINT = [
    *range(16, -1, -1), *range(26, 16, -1), *range(27, 31), *range(35, 30, -1), 45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40,
    *range(54, 47, -1), *range(59, 54, -1), *range(64, 59, -1), 67, 66, 65,
]  # fmt: skip


def mirror(features, inner):
    """Features of the mirror images: inner values as the network saw them, landmarks and pose by arithmetic."""
    points = features[:, 6784:6920].reshape(-1, 68, 2)[:, MIRRORED_POINT] * np.float32([-1, 1])
    pose = features[:, 6920:6926] * np.float32([-1, 1, 1, 1, -1, 1])
    return np.concatenate([inner[:, :6784], points.reshape(-1, 136), pose, inner[:, 6784:]], 1)


class Cache:
    """A folder of make-features.ts; every tenth block of 100 photos takes no part in learning."""

    def __init__(self, folder):
        model, self.metadata = read_safetensors(os.path.join(folder, "model.safetensors"))
        self.model, count = model, len(model["modes"])

        def read(name, width):
            data = np.memmap(os.path.join(folder, name), "<f4", "r")
            return data[: len(data) // width * width].reshape(-1, width)

        self.features = read("features.f32", FEATURES)
        self.identity = read("identity.f32", count)
        path = os.path.join(folder, "mirrored.f32")
        self.inner = read("mirrored.f32", INNER) if os.path.exists(path) else None
        arrays = [self.features, self.identity] + ([] if self.inner is None else [self.inner])
        self.rows = min(map(len, arrays))

    def blocks(self, held):
        """Features, their mirror images' (or nothing) and identities, a few thousand photos at a time."""
        chosen = [np.arange(s, min(s + 100, self.rows)) for s in range(0, self.rows, 100) if (s // 100 % 10 == 9) == held]
        for start in range(0, len(chosen), 40):
            at = np.concatenate(chosen[start : start + 40])
            features = self.features[at]
            yield features, None if self.inner is None else mirror(features, self.inner[at]), self.identity[at]


def size_of(found):
    return np.linalg.norm(found - found.mean(0), axis=1).mean(), np.linalg.norm(found.mean(0))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("caches", nargs="+")
    parser.add_argument("-o", "--output", required=True)
    parser.add_argument("--rank", type=int, default=32)
    parser.add_argument("--ridge", type=float, default=1.0)
    parser.add_argument("--photos", help="features of real photos, [N, 7182] float32: what they have in common is not read as shape")
    parser.add_argument("--nuisance", type=float, default=1, help="how strongly what varies in photos but not in renders counts as noise")
    parser.add_argument("--common", type=float, default=0.85)
    parser.add_argument("--open", type=float, default=2, help="factor on the covariance: photos leave more open than renders")
    parser.add_argument("--hold", type=float, default=10, help="how much surer it is in what the error measures, 1 / mm^2")
    options = parser.parse_args()
    caches = [Cache(folder) for folder in options.caches]
    model, metadata = caches[0].model, caches[0].metadata
    root, parity = metric(model), model["parity"].astype("f4")
    if all(cache.rows < 1000 for cache in caches):
        parser.error("one of the caches must hold 1,000 photos or more: a tenth of them measures what was learnt")
    held_features, identity = map(np.concatenate, zip(*((x, p) for cache in caches for x, _, p in cache.blocks(True))))
    pairs = [(x, m, p) for cache in caches for x, m, p in cache.blocks(True) if m is not None]
    center, spread = held_features.mean(0), held_features.std(0)
    weight = np.zeros(FEATURES, "f4")
    for start, end, gain in SETS.values():
        own = spread[start:end] + 0.1 * spread[start:end].mean()
        weight[start:end] = gain / np.sqrt(end - start) / own

    # Sums over all photos and their mirror images: the networks are not quite even-handed, and heads know no left and right.
    count, gram, product = 0, np.zeros((FEATURES, FEATURES), "f4"), np.zeros((FEATURES, len(parity)), "f4")
    total, total_target = np.zeros(FEATURES), np.zeros(len(parity))
    for cache in caches:
        for x, mirrored, p in cache.blocks(False):
            for features, truth in [(x, p)] + ([] if mirrored is None else [(mirrored, p * parity)]):
                z, y = (features - center) * weight, (truth @ root).astype("f4")
                gram += z.T @ z
                product += z.T @ y
                total += z.sum(0)
                total_target += y.sum(0)
                count += len(z)
    middle, target_middle = total / count, total_target / count
    gram -= count * np.outer(middle, middle).astype("f4")
    product -= count * np.outer(middle, target_middle).astype("f4")
    center = center + (middle / weight).astype("f4")

    # Renders are not photos. Weights that see their mean difference would read it as shape, and so would weights along directions in
    # which photos vary and renders hardly do (hair, glasses, lenses): both count as noise.
    real = None
    if options.photos:
        real = (np.fromfile(options.photos, "<f4").reshape(-1, FEATURES) - center) * weight
        # A fifth only shows what comes out for photos that took no part.
        known = len(real) * 4 // 5
        shift = real[:known].mean(0)
        # A few hundred photos say something about their leading directions only.
        _, values, vectors = np.linalg.svd(real[:known] - shift, full_matrices=False)
        nuisance = options.nuisance * values[:40, None] * vectors[:40] * np.sqrt(count / known)
        gram += nuisance.T @ nuisance + 10 * count * np.outer(shift, shift)
        print(f"{len(real)} real photos")
    gram[np.diag_indices(FEATURES)] += options.ridge
    slopes = cho_solve(cho_factor(gram, overwrite_a=True), product)

    error = lambda found, truth: np.linalg.norm(found - truth, axis=1).mean()
    target = (identity @ root - target_middle).astype("f4")
    mean_face = error(0, target)
    print(f"{count} photos and mirror images to learn from, {len(target)} to measure on; mean face {mean_face:.3f} mm")
    held = ((held_features - center) * weight) @ slopes
    print(f"  all                              {error(held, target) / mean_face:.3f} of the mean face's")
    print("  spread and offset of the answers, mm: renders %.2f %.2f" % size_of(held))
    if real is not None:
        print("                                        photos  %.2f %.2f" % size_of(real[known:] @ slopes))

    # The directions in which the answers differ most, in units of the error.
    _, directions = np.linalg.eigh(np.cov(held.T))
    directions = directions[:, ::-1][:, : options.rank]
    scores = held @ directions
    size = scores.std(0)
    scores /= size
    down = (slopes @ directions / size).T * weight
    bias = -(down @ center)
    # On photos that took no part: from scores to coefficients, and what stays open.
    offset = np.linalg.lstsq(root.T, target_middle, rcond=None)[0]
    normal = scores.T @ scores
    normal[np.diag_indices(len(normal))] += 0.02 * len(scores)
    basis = np.linalg.solve(normal, scores.T @ (identity - offset)).T
    found = scores @ basis.T + offset
    print(f"  {'%d directions, calibrated' % options.rank:32s} {error((found - offset) @ root, target) / mean_face:.3f}")
    if pairs:
        answer = lambda x: (x @ down.T + bias) @ basis.T + offset
        both = np.concatenate([(answer(x) + parity * answer(m)) / 2 for x, m, _ in pairs])
        truth = np.concatenate([p for _, _, p in pairs])
        print(f"  {'with the mirror image':32s} {error(both @ root, truth @ root) / np.linalg.norm(truth @ root, axis=1).mean():.3f}")
    # Unexplained directions keep the model's variance of one; the explained ones lose what is explained.
    explained = basis @ np.cov(scores.T) @ basis.T
    values, vectors = np.linalg.eigh(np.eye(len(offset)) - explained)
    covariance = (vectors * np.maximum(values, 0.05)) @ vectors.T
    rest = identity - found
    inverse = np.linalg.inv(covariance)
    calibration = np.einsum("ni,ij,nj->n", rest, inverse, rest).mean() / len(offset)
    print(f"  squared distance over what the covariance expects: {calibration:.3f} (1 is honest)")
    covariance *= max(calibration, 1)
    # Landmarks see where features lie in the picture. Fitted on top of the answer they make the surface worse along its normals (their
    # errors depend on the face), so that is held; what slides features along the surface stays open. Both numbers were chosen by
    # renders and by hand-placed points on photos together, as docs/method.md tells.
    covariance = np.linalg.inv(np.linalg.inv(options.open * covariance) + options.hold * root @ root.T)
    covariance = (covariance + covariance.T) / 2

    step = np.abs(down).max(1) / 32767
    write_safetensors(
        options.output,
        {
            "steps": np.round(down / step[:, None]).astype("i2"),
            "stepSize": step.astype("f4"),
            "bias": bias.astype("f4"),
            "basis": basis.astype("f4"),
            "offset": offset.astype("f4"),
            "parity": model["parity"].astype("f4"),
            "covariance": covariance.astype("f4"),
        },
        {"common": str(options.common), "shape": metadata["shape"], "photos": str(count), "format": "ganfit shape regressor 1"},
    )
    print(f"{options.output}: {os.path.getsize(options.output)} bytes")


main()
