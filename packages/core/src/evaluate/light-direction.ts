import { type Light, plainShader } from '../render/light.ts';

/** Normals, and directions of lamps, that are tried. */
const NORMALS = 400;
const LAMPS = 600;
/** Rounds in which the best lamp's neighborhood is searched, and how much narrower each is. */
const ROUNDS = 6;
const NARROWER = 0.5;

type Vector = readonly [number, number, number];

/**
 * Where most of the light comes from, a unit vector in the head's axes: the position of a Phong light as seen from the origin;
 * of harmonics the lamp that, beside an even light, comes nearest to their shading of what the camera sees.
 *
 * Not the first-order harmonics' own direction: on normals that all face the camera a linear and a quadratic function along
 * the line of sight look alike, so that a fit may put either of them into its light, and the harmonics' direction is off by 40
 * degrees where the shading is right everywhere.
 *
 * @param eye The camera's position, or any point in that direction. Default: straight before the face.
 */
export function lightDirection(light: Light, eye: ArrayLike<number> = [0, 0, 1]): [number, number, number] {
  if (light.kind === 'phong') return unit(light.position);
  const front = unit(eye);
  const normals = sphere(2 * NORMALS).filter((normal) => dot(normal, front) > 0);
  const weights = normals.map((normal) => dot(normal, front));
  const shade = plainShader(light, eye);
  const out = new Float64Array(6);
  const values = normals.map((normal) => {
    shade(new Float64Array(3), Float64Array.from(normal), out);
    return 0.2126 * out[0] + 0.7152 * out[1] + 0.0722 * out[2];
  });
  const error = (lamp: Vector): number => misfit(lamp, normals, weights, values);
  let best = nearest(sphere(LAMPS), error);
  // Directions that are evenly spread lie so far apart.
  let reach = Math.sqrt((4 * Math.PI) / LAMPS);
  for (let round = 0; round < ROUNDS; round++) {
    const [a, b] = across(best);
    const around = Array.from({ length: 8 }, (_, i): Vector => {
      const [c, s] = [Math.cos((i * Math.PI) / 4), Math.sin((i * Math.PI) / 4)].map((value) => reach * value);
      return unit([0, 1, 2].map((k) => best[k] + c * a[k] + s * b[k]));
    });
    best = nearest([best, ...around], error);
    reach *= NARROWER;
  }
  return [...best];
}

/** What is left of the shading after the best even light and the best strength of a lamp in this direction. */
function misfit(
  lamp: Vector,
  normals: readonly Vector[],
  weights: readonly number[],
  values: readonly number[],
): number {
  let [w, l, v, ll, lv, vv] = [0, 0, 0, 0, 0, 0];
  normals.forEach((normal, i) => {
    const lit = Math.max(0, dot(normal, lamp));
    w += weights[i];
    l += weights[i] * lit;
    v += weights[i] * values[i];
    ll += weights[i] * lit * lit;
    lv += weights[i] * lit * values[i];
    vv += weights[i] * values[i] * values[i];
  });
  const spread = ll - (l * l) / w;
  const strength = spread > 0 ? Math.max(0, (lv - (l * v) / w) / spread) : 0;
  const even = (v - strength * l) / w;
  // There is no negative light.
  if (even < 0) return vv - (ll > 0 ? lv ** 2 / ll : 0);
  return vv - 2 * strength * lv - 2 * even * v + strength ** 2 * ll + 2 * strength * even * l + even ** 2 * w;
}

function nearest(list: readonly Vector[], error: (lamp: Vector) => number): Vector {
  const errors = list.map(error);
  return list[errors.indexOf(Math.min(...errors))];
}

/** Directions evenly over the sphere (Fibonacci's lattice). */
function sphere(count: number): Vector[] {
  const turn = Math.PI * (3 - Math.sqrt(5));
  return Array.from({ length: count }, (_, i) => {
    const z = 1 - (2 * i + 1) / count;
    const r = Math.sqrt(1 - z * z);
    return [r * Math.cos(i * turn), r * Math.sin(i * turn), z];
  });
}

/** Two unit vectors at right angles to a third and to each other. */
function across([x, y, z]: Vector): [Vector, Vector] {
  const a = unit(Math.abs(x) < 0.7 ? [0, -z, y] : [z, 0, -x]);
  return [a, [y * a[2] - z * a[1], z * a[0] - x * a[2], x * a[1] - y * a[0]]];
}

/** Angle between two directions, degrees. */
export function angleBetween(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b) || 1);
  return (180 / Math.PI) * Math.acos(Math.min(1, Math.max(-1, cosine)));
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function unit(v: ArrayLike<number>): [number, number, number] {
  const length = Math.hypot(v[0], v[1], v[2]) || 1;
  return [v[0] / length, v[1] / length, v[2] / length];
}
