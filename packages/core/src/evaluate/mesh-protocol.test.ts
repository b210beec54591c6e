import { expect, test } from 'vitest';
import { applySimilarity } from '../linalg/similarity.ts';
import { MICC_PROTOCOL, protocolDistance, protocolText } from './mesh-protocol.ts';

/** A bumpy cap of a sphere of 80 mm, and 68 landmarks on it. */
function cap(bump: number, grid = 40) {
  const vertices: number[] = [];
  const triangles: number[] = [];
  for (let i = 0; i <= grid; i++) {
    for (let j = 0; j <= grid; j++) {
      const [x, y] = [(i / grid - 0.5) * 120, (j / grid - 0.5) * 120];
      vertices.push(x, y, Math.sqrt(9000 - x * x - y * y) + bump * Math.cos(x / 9) * Math.cos(y / 7));
      if (i === grid || j === grid) continue;
      const at = i * (grid + 1) + j;
      triangles.push(at, at + grid + 1, at + 1, at + 1, at + grid + 1, at + grid + 2);
    }
  }
  const picks = Array.from({ length: 68 }, (_, k) =>
    Math.round(((k * 37) % 68) * ((vertices.length / 3 - 1) / 68)),
  );
  // The nose tip is in the middle.
  picks[30] = (grid / 2) * (grid + 1) + grid / 2;
  return {
    surface: { vertices: Float32Array.from(vertices), triangles: Uint32Array.from(triangles) },
    landmarks: Float32Array.from(picks.flatMap((v) => vertices.slice(3 * v, 3 * v + 3))),
  };
}

const scan = cap(3);

function moved(head: ReturnType<typeof cap>, scale: number) {
  const way = { scale, rotation: [0, -1, 0, 1, 0, 0, 0, 0, 1], translation: [500, -200, 90] } as const;
  return {
    surface: { ...head.surface, vertices: Float32Array.from(applySimilarity(way, head.surface.vertices)) },
    landmarks: applySimilarity(way, head.landmarks),
  };
}

test('protocolDistance: nothing for the scan itself, wherever and in whatever unit it is', () => {
  expect(protocolDistance(moved(scan, 0.1), scan, MICC_PROTOCOL)).toBeLessThan(1e-3);
});

test('protocolDistance: a size that is wrong counts only when scale is fixed', () => {
  const small = moved(scan, 0.9);
  const fixed = { ...MICC_PROTOCOL, scale: false };
  expect(protocolDistance(small, scan, MICC_PROTOCOL)).toBeLessThan(1e-3);
  expect(protocolDistance(small, scan, fixed)).toBeGreaterThan(0.3);
});

test('protocolDistance: a flatter head is as far as its bumps are high, less along the normal, less in a smaller crop', () => {
  const flat = moved(cap(0), 1);
  const error = protocolDistance(flat, scan, MICC_PROTOCOL);
  expect(error).toBeGreaterThan(0.5);
  expect(error).toBeLessThan(2);
  const forth = protocolDistance(flat, scan, { ...MICC_PROTOCOL, direction: 'head to scan' });
  const back = protocolDistance(flat, scan, { ...MICC_PROTOCOL, direction: 'scan to head' });
  expect((forth + back) / 2).toBeCloseTo(error, 6);
  expect(() => protocolDistance(flat, scan, { ...MICC_PROTOCOL, crop: 0.1 })).toThrow(
    'within 0.1 mm of the nose tip',
  );
});

test('protocolText names every switch', () => {
  expect(protocolText(MICC_PROTOCOL)).toBe(
    'landmarks, then ICP with free scale; crop 95 mm around the nose tip; mean of both directions, point to plane',
  );
});
