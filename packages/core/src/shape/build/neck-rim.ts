import { assert } from '../../error.ts';
import { boundaryLoops } from '../../mesh/topology.ts';
import { ICT, type IctSource, ictTriangles } from './ict-source.ts';
import type { Template } from './template.ts';

// Height of the level cut through the neck, millimetres: above the shoulders, below the larynx.
const CUT = -126;

/**
 * Target points that make the template's open end a level cut through the target's neck. MakeHuman's rings run over the
 * shoulders; every rim vertex goes straight down from its place at the jaw's end of its column instead.
 *
 * @param rest Template positions in the target's pose and scale, millimetres.
 * @returns Refined rim vertices and their points, `[N]` and `[N][3]`.
 */
export function neckRimTargets(
  template: Template,
  ict: IctSource,
  rest: Float64Array,
): { vertices: number[]; points: [number, number, number][] } {
  const section = cutNeck(ict);
  const center = {
    x: 0,
    z: (Math.max(...section.map((p) => p[1])) + Math.min(...section.map((p) => p[1]))) / 2,
  };
  const loops = boundaryLoops(template.quads);
  assert(loops.length === 1, `the template is open at the neck only, got ${loops.length} borders`);
  const rim = loops[0];
  // Even steps of angle in the order of the rim, anchored at the midline: the middle of the front and of the back.
  const z = (v: number): number => rest[3 * v + 2];
  const middle = rim.filter((v) => template.mirror[v] === v);
  assert(middle.length === 2, `the rim crosses the midline twice, got ${middle.length}`);
  const [front, back] = z(middle[0]) > z(middle[1]) ? middle : [middle[1], middle[0]];
  const start = rim.indexOf(front);
  const ordered = [...rim.slice(start), ...rim.slice(0, start)];
  const half = ordered.indexOf(back);
  assert(half * 2 === ordered.length, 'both sides of the rim have as many vertices');
  const sign = rest[3 * ordered[1]] > 0 ? 1 : -1;

  const polar = section
    .map(([px, pz]) => ({ angle: Math.atan2(px - center.x, pz - center.z), point: [px, pz] as const }))
    .sort((a, b) => a.angle - b.angle);
  const points = ordered.map((_, i): [number, number, number] => {
    const turn = (i / half) * Math.PI * sign;
    const angle = turn > Math.PI ? turn - 2 * Math.PI : turn < -Math.PI ? turn + 2 * Math.PI : turn;
    let j = polar.findIndex((entry) => entry.angle >= angle);
    if (j < 0) j = 0;
    const [b, a] = [polar[j], polar[(j + polar.length - 1) % polar.length]];
    const span = b.angle - a.angle;
    const t = span > 0 ? (angle - a.angle) / span : 0;
    return [a.point[0] + t * (b.point[0] - a.point[0]), CUT, a.point[1] + t * (b.point[1] - a.point[1])];
  });
  return { vertices: ordered, points };
}

/** Points (x, z) where the target's skin crosses the level. */
function cutNeck(ict: IctSource): [number, number][] {
  const triangles = ictTriangles(ict, ICT.skinPolygons);
  const { neutral } = ict;
  const points: [number, number][] = [];
  for (let t = 0; t < triangles.length; t += 3) {
    for (let c = 0; c < 3; c++) {
      const [a, b] = [triangles[t + c], triangles[t + ((c + 1) % 3)]];
      const [ya, yb] = [neutral[3 * a + 1] - CUT, neutral[3 * b + 1] - CUT];
      if (ya <= 0 === yb <= 0) continue;
      const s = ya / (ya - yb);
      points.push([
        neutral[3 * a] + s * (neutral[3 * b] - neutral[3 * a]),
        neutral[3 * a + 2] + s * (neutral[3 * b + 2] - neutral[3 * a + 2]),
      ]);
    }
  }
  return points;
}
