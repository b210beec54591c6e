/** A point found in both meshes: MakeHuman and ICT vertex, on the left and on the right. */
export type Pick = readonly [
  makehumanLeft: number,
  ictLeft: number,
  makehumanRight: number,
  ictRight: number,
];

// Picked by eye in wireframe renders of both meshes; the right side is the mirror of the left one.

/** Ear, left and right: helix top, behind it, back, low, tail, lobe back, bottom and root, helix front, front top, tragus. */
export const EAR: readonly Pick[] = [
  [12037, 7393, 5438, 8120],
  [12038, 6893, 5439, 7620],
  [12040, 6857, 5441, 7584],
  [12166, 7243, 5569, 7970],
  [12052, 7007, 5453, 7734],
  [12053, 6773, 5454, 7500],
  [12019, 7124, 5420, 7851],
  [12328, 7116, 5731, 7843],
  [12047, 7265, 5448, 7992],
  [12036, 6803, 5437, 7530],
  [12077, 7070, 5478, 7797],
];

/** Rim of the nostril, from front over lateral to medial: one closed loop. */
export const NOSTRIL_RIM: readonly Pick[] = [
  [7090, 5042, 328, 4577],
  [7089, 5467, 327, 5013],
  [7125, 5242, 365, 4778],
  [7106, 5244, 345, 4780],
  [7107, 5044, 346, 4579],
  [7108, 5050, 347, 4585],
  [7105, 5029, 344, 4564],
  [7096, 5077, 334, 4612],
  [7094, 5441, 332, 4987],
  [7093, 5063, 331, 4598],
  [7092, 5066, 330, 4601],
  [7091, 5391, 329, 4934],
];

/** Wing of the nose: lateral point and base. */
export const NOSE_WING: readonly Pick[] = [
  [7081, 5312, 319, 4853],
  [7099, 2700, 337, 459],
];

/** Under the nose, in the middle: MakeHuman and ICT vertex. */
export const SUBNASALE = [343, 1147] as const;

/** A vertex inside of each nostril tube of ICT. */
export const ICT_NOSTRIL_INSIDE = 5278;
