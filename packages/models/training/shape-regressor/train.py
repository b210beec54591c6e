"""Learns the shape regressor from the photos of make-features.ts and writes shape-regressor.safetensors.

    python3 train.py CACHE [CACHE ...] -o packages/models/shape-regressor.safetensors [--rank 32] [--ridge 1]

Ridge regression of identity coefficients in the units of the error that counts (point-to-plane distance of the narrow face after
similarity alignment, linearized), cut to its leading directions. The last tenth of the photos takes no part in it: it calibrates
the gain of each direction and gives the covariance. Prints the error of each set of features on those photos.
Needs numpy and scipy.
"""
import argparse
import json
import os

import numpy as np
from scipy.linalg import cho_factor, cho_solve

SETS = {"pattern": (0, 6272, 1.0), "embedding": (6272, 6784, 0.7), "landmarks": (6784, 6920, 0.35), "pose": (6920, 6926, 0.15)}
FEATURES = 6926


def read_safetensors(path):
    raw = open(path, "rb").read()
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    arrays = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        arrays[name] = np.frombuffer(raw[8 + length + start : 8 + length + end], "<f4").reshape(entry["shape"])
    return arrays, metadata


def write_safetensors(path, arrays, metadata):
    header, body = {"__metadata__": metadata}, b""
    names = {"float32": "F32", "int16": "I16"}
    for name, array in sorted(arrays.items(), key=lambda item: (-item[1].itemsize, item[0])):
        data = np.ascontiguousarray(array).tobytes()
        header[name] = {"dtype": names[str(array.dtype)], "shape": list(array.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header, sort_keys=True).encode()
    text += b" " * (-len(text) % 8)
    open(path, "wb").write(len(text).to_bytes(8, "little") + text + body)


def metric(model):
    """[ns, ns] root of the quadratic form of the error: |root' (p - q)| is the RMS in millimeters."""
    points, normals = model["points"].astype("f8"), model["normals"].astype("f8")
    modes = np.einsum("kvc,vc->vk", model["modes"].astype("f8"), normals)
    arm = points - points.mean(0)
    similarity = np.c_[normals, np.cross(arm, normals), (arm * normals).sum(1)]
    q, _ = np.linalg.qr(similarity)
    left = modes - q @ (q.T @ modes)
    values, vectors = np.linalg.eigh(left.T @ left / len(points))
    return vectors * np.sqrt(np.maximum(values, 0))


def load(folders):
    features, identity = [], []
    for folder in folders:
        model, metadata = read_safetensors(os.path.join(folder, "model.safetensors"))
        count = len(model["modes"])
        p = np.fromfile(os.path.join(folder, "identity.f32"), "<f4").reshape(-1, count)
        x = np.memmap(os.path.join(folder, "features.f32"), "<f4", "r").reshape(-1, FEATURES)
        rows = min(len(p), len(x))
        features.append(x[:rows])
        identity.append(p[:rows])
    order = np.random.default_rng(1).permutation(sum(map(len, features)))
    return np.concatenate(features)[order], np.concatenate(identity)[order], model, metadata


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("caches", nargs="+")
    parser.add_argument("-o", "--output", required=True)
    parser.add_argument("--rank", type=int, default=32)
    parser.add_argument("--ridge", type=float, default=1.0)
    parser.add_argument("--sets", action="store_true", help="also print the error of each set of features alone")
    parser.add_argument("--photos", help="features of real photos, [N, 6926] float32: what they have in common is not read as shape")
    parser.add_argument("--common", type=float, default=0.85)
    parser.add_argument("--open", type=float, default=2, help="factor on the covariance: photos leave more open than renders")
    parser.add_argument("--hold", type=float, default=10, help="how much surer it is in what the error measures, 1 / mm^2")
    options = parser.parse_args()
    features, identity, model, metadata = load(options.caches)
    root = metric(model)
    split = len(identity) * 9 // 10
    center = features[:split].mean(0)
    spread = features[:split].std(0)
    weight = np.zeros(FEATURES, "f4")
    for start, end, gain in SETS.values():
        own = spread[start:end] + 0.1 * spread[start:end].mean()
        weight[start:end] = gain / np.sqrt(end - start) / own
    features = features - center
    features *= weight
    middle = identity[:split].mean(0)
    target = ((identity - middle) @ root).astype("f4")

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
        nuisance = values[:40, None] * vectors[:40] * np.sqrt(split / known)
        print(f"{len(real)} real photos")

    def solve(columns, ridge):
        x = features[:split, columns]
        gram = x.T @ x
        if real is not None:
            gram += nuisance[:, columns].T @ nuisance[:, columns] + 10 * split * np.outer(shift[columns], shift[columns])
        gram[np.diag_indices(len(gram))] += ridge
        return cho_solve(cho_factor(gram, overwrite_a=True), x.T @ target[:split])

    def error(found):
        return np.linalg.norm(found - target[split:], axis=1).mean()

    mean_face = error(0)
    print(f"{split} photos to learn from, {len(identity) - split} to measure on; mean face {mean_face:.3f} mm")
    if options.sets:
        for names in (["landmarks", "pose"], ["embedding"], ["embedding", "landmarks", "pose"], ["pattern"]):
            columns = np.concatenate([np.arange(*SETS[name][:2]) for name in names])
            share = error(features[split:, columns] @ solve(columns, options.ridge)) / mean_face
            print(f"  {' + '.join(names):32s} {share:.3f} of the mean face's", flush=True)
    slopes = solve(np.arange(FEATURES), options.ridge)
    held = features[split:] @ slopes
    print(f"  {'all':32s} {error(held) / mean_face:.3f}")

    def size_of(found):
        return np.linalg.norm(found - found.mean(0), axis=1).mean(), np.linalg.norm(found.mean(0))

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
    truth = identity[split:]
    offset = truth.mean(0) * 0 + middle
    normal = scores.T @ scores
    normal[np.diag_indices(len(normal))] += 0.02 * len(scores)
    basis = np.linalg.solve(normal, scores.T @ (truth - offset)).T
    found = scores @ basis.T + offset
    print(f"  {'all, %d directions, calibrated' % options.rank:32s} {error((found - middle) @ root) / mean_face:.3f}")
    # Unexplained directions keep the model's variance of one; the explained ones lose what is explained.
    explained = basis @ np.cov(scores.T) @ basis.T
    values, vectors = np.linalg.eigh(np.eye(len(middle)) - explained)
    covariance = (vectors * np.maximum(values, 0.05)) @ vectors.T
    rest = truth - found
    inverse = np.linalg.inv(covariance)
    calibration = np.einsum("ni,ij,nj->n", rest, inverse, rest).mean() / len(middle)
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
        {"common": str(options.common), "shape": metadata["shape"], "photos": str(split), "format": "ganfit shape regressor 1"},
    )
    print(f"{options.output}: {os.path.getsize(options.output)} bytes")


main()
