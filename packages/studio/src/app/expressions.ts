/** A group of sliders. */
export interface ShapeGroup {
  readonly title: string;
  readonly shapes: readonly LinkedShape[];
}

/** One slider: a shape, or its left and right half together. */
export interface LinkedShape {
  readonly label: string;
  /** Names of the morph targets that it moves. */
  readonly names: readonly string[];
}

const GROUPS: readonly (readonly [string, RegExp])[] = [
  ['Eyes', /^eye(?!sLook|Look|sClosed)/],
  ['Gaze', /^eyes?Look/],
  ['Brows', /^brow/],
  ['Jaw', /^jaw/],
  ['Mouth', /^mouth/],
  ['Cheeks, nose, tongue', /^(cheek|nose|tongue)/],
  ['Visemes', /^viseme/],
];

/** Sorts the morph targets of a head into groups of sliders; left and right become one. */
export function shapeGroups(names: readonly string[]): ShapeGroup[] {
  const groups = GROUPS.map(([title, pattern]) => ({
    title,
    shapes: linked(names.filter((name) => pattern.test(name))),
  }));
  const rest = names.filter((name) => !GROUPS.some(([, pattern]) => pattern.test(name)));
  return [...groups, { title: 'More', shapes: linked(rest) }].filter(({ shapes }) => shapes.length > 0);
}

function linked(names: readonly string[]): LinkedShape[] {
  const shapes = new Map<string, string[]>();
  for (const name of names) {
    const half = /(Left|Right)$/.test(name) && isPair(name, names);
    const key = half ? name.replace(/(Left|Right)$/, '') : name;
    shapes.set(key, [...(shapes.get(key) ?? []), name]);
  }
  return [...shapes].map(([key, list]) => ({ label: labelOf(key), names: list }));
}

/** `mouthLeft` moves the mouth to the left and is no half of anything. */
function isPair(name: string, names: readonly string[]): boolean {
  if (/^(mouth|jaw)(Left|Right)$/.test(name)) return false;
  const other = name.endsWith('Left') ? name.replace(/Left$/, 'Right') : name.replace(/Right$/, 'Left');
  return names.includes(other);
}

/** `mouthSmile` → “Mouth smile”. */
export function labelOf(name: string): string {
  const words = name
    .replace(/_/g, ' ')
    .replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const both = (name: string, weight: number) => ({ [`${name}Left`]: weight, [`${name}Right`]: weight });

/** Whole expressions made of several shapes. */
export const EXPRESSIONS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  Neutral: {},
  Smile: {
    ...both('mouthSmile', 0.75),
    ...both('cheekSquint', 0.4),
    ...both('eyeSquint', 0.25),
    mouthClose: 0,
  },
  Laugh: {
    ...both('mouthSmile', 0.8),
    ...both('cheekSquint', 0.5),
    ...both('eyeSquint', 0.4),
    jawOpen: 0.3,
    ...both('mouthUpperUp', 0.3),
  },
  Surprise: { jawOpen: 0.45, ...both('eyeWide', 0.8), browInnerUp: 0.8, ...both('browOuterUp', 0.7) },
  Sad: { ...both('mouthFrown', 0.7), browInnerUp: 0.8, ...both('browDown', 0.15), mouthShrugLower: 0.3 },
  Anger: {
    ...both('browDown', 0.9),
    ...both('eyeSquint', 0.5),
    ...both('noseSneer', 0.5),
    ...both('mouthPress', 0.6),
  },
  Kiss: { mouthPucker: 0.85, ...both('eyeBlink', 0.15) },
  'Eyes closed': { ...both('eyeBlink', 1) },
};
