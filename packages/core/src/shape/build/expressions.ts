import { arkitName, arkitNames } from '../import-ict.ts';
import type { Basis } from '../model.ts';
import type { IctSource } from './ict-source.ts';

// The carried lids keep a slit at weight one; this much more closes them on average, and sealing does the rest.
const BLINK = 1.06;

/** ARKit's names and ICT's displacement fields for them, millimetres, `[3 V_ict]` each. */
export function namedExpressions(ict: IctSource): { names: string[]; fields: Float64Array[] } {
  const names = arkitNames([...ict.expressions.keys()]);
  const fields = names.map(() => new Float64Array(ict.neutral.length));
  for (const [fileName, steps] of ict.expressions) {
    const field = fields[names.indexOf(arkitName(fileName))];
    if (!field) continue;
    const factor = 0.01 * (fileName.startsWith('eyeBlink') ? BLINK : 1);
    for (let i = 0; i < steps.length; i++) field[i] += factor * steps[i];
  }
  return { names, fields };
}

/** The other side's name, or the name itself. */
export function oppositeName(name: string): string {
  if (name.endsWith('Left')) return name.replace(/Left$/, 'Right');
  return name.replace(/Right$/, 'Left');
}

/** Makes the right shapes mirror images of the left ones, and shapes of both sides symmetric, in place. */
export function mirrorShapes(names: readonly string[], shapes: Basis, mirror: Uint32Array): void {
  const length = mirror.length * 3;
  names.forEach((name, k) => {
    const other = names.indexOf(oppositeName(name));
    if (other < k) return;
    const [a, b] = [k, other].map((row) => shapes.data.subarray(row * length, (row + 1) * length));
    const [before, opposite] = [a.slice(), b.slice()];
    for (let v = 0; v < mirror.length; v++) {
      for (let axis = 0; axis < 3; axis++) {
        const sign = axis === 0 ? -1 : 1;
        const value = (before[3 * v + axis] + sign * opposite[3 * mirror[v] + axis]) / 2;
        a[3 * v + axis] = value;
        b[3 * mirror[v] + axis] = sign * value;
      }
    }
  });
}
