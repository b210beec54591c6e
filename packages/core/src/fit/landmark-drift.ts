/**
 * How the default detector's landmarks drift over the face when the head turns: right and up in the picture with the roll
 * taken out, millimetres on the head per radian (per squared radian), `[68, 2]` each. Networks draw a turned face a little as
 * if it looked at the camera.
 *
 * Ridge regression on renders of random heads with real skins, mirrored ones included; on other heads it takes the error of the
 * inner points from 2.7 to 1.9 mm and of the jaw line from 7.6 to 4.2 mm.
 */
const YAW: readonly number[] = [
  // jaw line
  ...[
    -7.7, -6.2, -8.2, -12.6, -8.4, -16.8, -6.9, -17.9, 6.3, -15.2, 11.8, -12.8, 16.3, -8.2, 17.2, -2.9, 19.6,
    0, 17.2, 2.9, 16.3, 8.2, 11.8, 12.8, 6.3, 15.2, -6.9, 17.9, -8.4, 16.8, -8.2, 12.6, -7.7, 6.2,
  ],
  // brows
  ...[
    -0.7, -7.5, -2.6, -4.6, -6.5, -0.7, -6.8, 1, -3.3, 0.7, -3.3, -0.7, -6.8, -1, -6.5, 0.7, -2.6, 4.6, -0.7,
    7.5,
  ],
  // nose
  ...[1.8, 0, 0.4, 0, -1.7, 0, -0.8, 0, 8.6, -2.3, 5.7, -0.5, 5.6, 0, 5.7, 0.5, 8.6, 2.3],
  // eyes
  ...[
    -2, -1.3, -4.8, -1.9, -5.7, -0.4, -1.7, -0.9, -4.1, -1.2, -3, -1.2, -1.7, 0.9, -5.7, 0.4, -4.8, 1.9, -2,
    1.3, -3, 1.2, -4.1, 1.2,
  ],
  // lips
  ...[
    -2.8, 0.4, -2.3, -0.2, -0.7, 0.1, -0.7, 0, -0.7, -0.1, -2.3, 0.2, -2.8, -0.4, 0.3, 0.1, 0.6, -0.1, 1.6, 0,
    0.6, 0.1, 0.3, -0.1, -0.2, 0.3, 6.3, -0.1, 5.8, 0, 6.3, 0.1, -0.2, -0.3, 4, 0.5, 5, 0, 4, -0.5,
  ],
];

const PITCH: readonly number[] = [
  // jaw line
  ...[
    2, 20.2, 0.2, 13.4, -0.4, 12.7, -2.9, 11.5, -7.4, 19.1, -10.5, 14.8, -10.4, 11.6, -7.1, 6.9, 0, 6.6, 7.1,
    6.9, 10.4, 11.6, 10.5, 14.8, 7.4, 19.1, 2.9, 11.5, 0.4, 12.7, -0.2, 13.4, -2, 20.2,
  ],
  // brows
  ...[
    -1.9, 8.2, -5.3, 5.8, -4.4, 2.9, -2.3, 0.1, -0.7, -1.8, 0.7, -1.8, 2.3, 0.1, 4.4, 2.9, 5.3, 5.8, 1.9, 8.2,
  ],
  // nose
  ...[0, 0.4, 0, 0.2, 0, -1.7, 0, -2.2, 3.4, 7.8, 1.4, 3.4, 0, 3.3, -1.4, 3.4, -3.4, 7.8],
  // eyes
  ...[
    -1, 4, -1.2, 1.3, 0.1, 1, 1.4, 4.5, 1.9, 2.4, 0.4, 2.6, -1.4, 4.5, -0.1, 1, 1.2, 1.3, 1, 4, -0.4, 2.6,
    -1.9, 2.4,
  ],
  // lips
  ...[
    -0.2, 0.9, -0.3, -1.2, 0, -3.1, 0, -4.4, 0, -3.1, 0.3, -1.2, 0.2, 0.9, -0.9, -0.3, -0.7, -1.3, 0, -1.4,
    0.7, -1.3, 0.9, -0.3, -1.1, 3.8, -1.1, 3.9, 0, 2.5, 1.1, 3.9, 1.1, 3.8, 0.4, -5.3, 0, -6.7, -0.4, -5.3,
  ],
];

const YAW_SQUARED: readonly number[] = [
  // jaw line
  ...[
    -8.9, 2, -9.1, 4.4, -15.9, 2.4, -15.7, -1.7, -0.9, -4.1, -0.1, 1.6, 0.1, 1.1, -0.2, -0.5, 0, -1.4, 0.2,
    -0.5, -0.1, 1.1, 0.1, 1.6, 0.9, -4.1, 15.7, -1.7, 15.9, 2.4, 9.1, 4.4, 8.9, 2,
  ],
  // brows
  ...[
    -5.3, 4.2, -4.7, -1, -4.6, -0.9, -1.9, -0.4, 0.4, 0.5, -0.4, 0.5, 1.9, -0.4, 4.6, -0.9, 4.7, -1, 5.3, 4.2,
  ],
  // nose
  ...[0, -2, 0, 0.9, 0, 3.8, 0, 5.9, -6.1, 2.4, -3.4, 0.9, 0, 1.4, 3.4, 0.9, 6.1, 2.4],
  // eyes
  ...[
    -3.2, -0.3, -2.9, -1.4, -1.7, -0.7, 0, 1.4, -1.2, 1.4, -2.2, 1.5, 0, 1.4, 1.7, -0.7, 2.9, -1.4, 3.2, -0.3,
    2.2, 1.5, 1.2, 1.4,
  ],
  // lips
  ...[
    -5.4, -1.5, -4, 0.5, -0.7, 0.3, 0, 0.1, 0.7, 0.3, 4, 0.5, 5.4, -1.5, 3.2, -2.9, 1.2, -4.4, 0, -4.4, -1.2,
    -4.4, -3.2, -2.9, -4, -1.8, 0.3, 0.8, 0, 1.7, -0.3, 0.8, 4, -1.8, 0, -3.7, 0, -4.7, 0, -3.7,
  ],
];

/** Shift of the detected landmarks of a face in a given pose, against where the model's points project, pixels times -1 up. */
export interface LandmarkDrift {
  /** Right in the picture, millimetres on the head. */
  readonly x: number;
  /** Down in the picture, millimetres on the head. */
  readonly y: number;
}

/**
 * The drift of each landmark for a head's rotation.
 *
 * @param rotation Head to camera, `[3, 3]` row-major.
 * @returns 68 records.
 */
export function landmarkDrift(rotation: ArrayLike<number>): LandmarkDrift[] {
  const roll = Math.atan2(rotation[1], rotation[4]);
  const [c, s] = [Math.cos(roll), Math.sin(roll)];
  // The way out of the face, in the picture with the roll taken out.
  const [fx, fy] = [c * rotation[2] - s * rotation[5], s * rotation[2] + c * rotation[5]];
  const clamp = (value: number) => Math.min(Math.max(value, -LIMIT), LIMIT);
  const yaw = clamp(Math.atan2(fx, rotation[8]));
  const pitch = clamp(Math.asin(Math.min(Math.max(fy, -1), 1)));
  return Array.from({ length: 68 }, (_, i) => {
    const along = (k: number) => YAW[k] * yaw + PITCH[k] * pitch + YAW_SQUARED[k] * yaw * yaw;
    const [right, up] = [along(2 * i), along(2 * i + 1)];
    return { x: c * right + s * up, y: s * right - c * up };
  });
}

/** Nothing is known of stronger turns, radians. */
const LIMIT = 0.8;
