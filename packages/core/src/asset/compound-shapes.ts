/** Weights of named shapes. */
export type ShapeMixture = Readonly<Record<string, number>>;

function both(name: string, weight: number): ShapeMixture {
  return { [`${name}Left`]: weight, [`${name}Right`]: weight };
}

/**
 * The 15 visemes of Oculus as mixtures of ARKit shapes and of `tongueUp`.
 *
 * Mouth shapes follow the photographs of Oculus' viseme reference; weights were set by eye on our heads. They are drawn at the
 * strength of clear speech: a lip sync adds them with weights that sum to about one.
 */
export const VISEMES: Readonly<Record<string, ShapeMixture>> = {
  viseme_sil: both('mouthPress', 0.08),
  viseme_PP: { ...both('mouthPress', 0.45), mouthRollLower: 0.35, mouthRollUpper: 0.3, mouthPucker: 0.08 },
  viseme_FF: { jawOpen: 0.05, mouthRollLower: 0.5, ...both('mouthUpperUp', 0.35), mouthShrugLower: 0.1 },
  viseme_TH: { jawOpen: 0.2, tongueOut: 0.42, ...both('mouthLowerDown', 0.2), mouthFunnel: 0.08 },
  viseme_DD: { jawOpen: 0.16, tongueUp: 0.9, ...both('mouthLowerDown', 0.25), ...both('mouthUpperUp', 0.12) },
  viseme_kk: { jawOpen: 0.2, ...both('mouthLowerDown', 0.2), ...both('mouthStretch', 0.15) },
  viseme_CH: { jawOpen: 0.08, mouthFunnel: 0.6, mouthPucker: 0.2, ...both('mouthUpperUp', 0.12) },
  viseme_SS: {
    jawOpen: 0.04,
    ...both('mouthStretch', 0.35),
    ...both('mouthLowerDown', 0.45),
    ...both('mouthUpperUp', 0.3),
  },
  viseme_nn: { jawOpen: 0.12, tongueUp: 1, ...both('mouthLowerDown', 0.25), ...both('mouthUpperUp', 0.05) },
  viseme_RR: { jawOpen: 0.14, mouthFunnel: 0.45, mouthPucker: 0.15, tongueUp: 0.5 },
  viseme_aa: { jawOpen: 0.55, ...both('mouthLowerDown', 0.15), ...both('mouthUpperUp', 0.1) },
  viseme_E: {
    jawOpen: 0.27,
    ...both('mouthStretch', 0.4),
    ...both('mouthSmile', 0.12),
    ...both('mouthLowerDown', 0.2),
  },
  viseme_I: {
    jawOpen: 0.14,
    ...both('mouthStretch', 0.35),
    ...both('mouthSmile', 0.3),
    ...both('mouthLowerDown', 0.25),
    ...both('mouthUpperUp', 0.1),
  },
  viseme_O: { jawOpen: 0.35, mouthFunnel: 0.75, mouthPucker: 0.12 },
  viseme_U: { jawOpen: 0.14, mouthPucker: 0.75, mouthFunnel: 0.25 },
};

/** Shapes that avatar programs ask for beside the ARKit names. */
export const EXTRA_SHAPES: Readonly<Record<string, ShapeMixture>> = {
  mouthOpen: { jawOpen: 0.7 },
  mouthSmile: both('mouthSmile', 0.8),
  eyesClosed: both('eyeBlink', 1),
  eyesLookUp: both('eyeLookUp', 1),
  eyesLookDown: both('eyeLookDown', 1),
};

/**
 * Adds the compound shapes to a part's own ones. A compound that moves no vertex of the part is left out.
 *
 * @param rows Displacements by name, `[V, 3]` each, millimetres; `tongueUp` serves the mixtures only and is left out.
 */
export function withCompounds(rows: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> {
  const all = new Map(rows);
  all.delete('tongueUp');
  for (const [name, mixture] of Object.entries({ ...VISEMES, ...EXTRA_SHAPES })) {
    let sum: Float32Array | undefined;
    for (const [shape, weight] of Object.entries(mixture)) {
      const row = rows.get(shape);
      if (!row) continue;
      sum ??= new Float32Array(row.length);
      for (let i = 0; i < row.length; i++) sum[i] += weight * row[i];
    }
    if (sum) all.set(name, sum);
  }
  return all;
}
