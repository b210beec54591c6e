"""What the trainings of shape share: safetensors files, and the error that counts."""
import json
import lzma
import os

import numpy as np

TYPES = {"F32": "<f4", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1"}
NAMES = {np.dtype(kind): name for name, kind in TYPES.items()}


def read_safetensors(path):
    """Arrays by name, and the metadata; takes PATH.xz where there is one."""
    raw = lzma.open(path + ".xz").read() if os.path.exists(path + ".xz") else open(path, "rb").read()
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    arrays = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        arrays[name] = np.frombuffer(raw[8 + length + start : 8 + length + end], TYPES[entry["dtype"]]).reshape(entry["shape"])
    return arrays, metadata


def write_safetensors(path, arrays, metadata):
    header, body = {"__metadata__": metadata}, b""
    for name, array in sorted(arrays.items(), key=lambda item: (-item[1].itemsize, item[0])):
        data = np.ascontiguousarray(array).tobytes()
        header[name] = {"dtype": NAMES[array.dtype], "shape": list(array.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header, sort_keys=True).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text + body)


def metric(arrays):
    """[ns, ns] root of the quadratic form of the error: |root' (p - q)| is the RMS in millimeters. The arrays are those of metric.ts."""
    points, normals = arrays["points"].astype("f8"), arrays["normals"].astype("f8")
    modes = np.einsum("kvc,vc->vk", arrays["modes"].astype("f8"), normals)
    arm = points - points.mean(0)
    similarity = np.c_[normals, np.cross(arm, normals), (arm * normals).sum(1)]
    q, _ = np.linalg.qr(similarity)
    left = modes - q @ (q.T @ modes)
    values, vectors = np.linalg.eigh(left.T @ left / len(points))
    return vectors * np.sqrt(np.maximum(values, 0))
