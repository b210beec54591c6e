import { halve, type Image, toPlanes, warp } from '../image/index.ts';
import type { Network } from '../runtime/index.ts';
import { containment, type FaceBox, faceSize, overlap, suppress } from './face-box.ts';

/** Input of the detector (Ultra-Light-Fast RFB-320), pixels. */
const [ACROSS, DOWN] = [320, 240];
const RECIPE = { order: 'RGB', mean: 127, divisor: 128 } as const;
const THRESHOLD = 0.65;
/** Side of the smallest face that the network finds reliably, in pixels of its input. */
const SMALLEST = 12;

/** A part of the photo that the detector sees at once. */
interface View {
  /** Top left corner, pixels of the photo. */
  readonly x: number;
  readonly y: number;
  /** Pixels of the photo in one of the network's. */
  readonly scale: number;
}

/**
 * Finds every face that is upright within about 45 degrees.
 *
 * The network sees 320 x 240 pixels, so a photo is searched coarse to fine: first whole, then in overlapping tiles at
 * twice the resolution, until faces of `smallest` pixels would be found. The search stops early once the faces of a
 * level are large and no small one hints at more. Small finds are confirmed by a second, closer look.
 *
 * @param image The photo.
 * @param smallest Size of the smallest face worth finding, pixels.
 * @returns Boxes in descending order of score.
 */
export async function detectFaces(network: Network, image: Image, smallest = 40): Promise<FaceBox[]> {
  const pyramid = [image];
  for (let level = image; Math.min(level.width, level.height) >= 64; pyramid.push(level))
    level = halve(level);
  const finest = Math.max(smallest / SMALLEST, 1);
  let found: FaceBox[] = [];
  let scale = Math.max(image.width / ACROSS, image.height / DOWN);
  for (;;) {
    const candidates: FaceBox[] = [];
    for (const view of views(image, scale)) candidates.push(...(await look(network, pyramid, view)));
    const fresh = suppress(candidates, sameFace).filter(
      (box) => !found.some((other) => sameFace(box, other)),
    );
    for (const box of fresh) {
      const sure = faceSize(box) >= 3 * SMALLEST * scale ? box : await lookCloser(network, pyramid, box);
      if (sure) found.push(sure);
    }
    found = suppress(found, sameFace);
    const hints = found.length === 0 || found.some((box) => faceSize(box) < 4 * SMALLEST * scale);
    if (scale <= finest || !hints) return found;
    scale = Math.max(scale / 2, finest);
  }
}

/** Tiles repeat faces partly, so a box that lies mostly in another means the same face. */
function sameFace(a: FaceBox, b: FaceBox): boolean {
  return overlap(a, b) > 0.4 || containment(a, b) > 0.7;
}

/** Views that cover the photo and overlap by a quarter; one centered view where it fits whole. */
function views(image: Image, scale: number): View[] {
  const starts = (length: number, side: number) => {
    if (length <= side) return [(length - side) / 2];
    const count = Math.ceil((length - side) / (0.75 * side)) + 1;
    return Array.from({ length: count }, (_, i) => (i * (length - side)) / (count - 1));
  };
  const columns = starts(image.width, ACROSS * scale);
  return starts(image.height, DOWN * scale).flatMap((y) => columns.map((x) => ({ x, y, scale })));
}

/** Looks again with the face a third as high as the view. */
async function lookCloser(
  network: Network,
  pyramid: readonly Image[],
  box: FaceBox,
): Promise<FaceBox | undefined> {
  const scale = (3 * box.height) / DOWN;
  const x = box.x + box.width / 2 - (ACROSS * scale) / 2;
  const y = box.y + box.height / 2 - (DOWN * scale) / 2;
  const seen = await look(network, pyramid, { x, y, scale });
  return suppress(seen).find((other) => overlap(box, other) > 0.3);
}

async function look(network: Network, pyramid: readonly Image[], view: View): Promise<FaceBox[]> {
  const level = Math.min(pyramid.length - 1, Math.max(0, Math.floor(Math.log2(view.scale))));
  const shrunk = 2 ** level;
  const toImage = { a: view.scale / shrunk, b: 0, x0: view.x / shrunk, y0: view.y / shrunk };
  const data = toPlanes(warp(pyramid[level], toImage, ACROSS, DOWN), RECIPE);
  const { scores, boxes } = await network.run({ input: { data, shape: [1, 3, DOWN, ACROSS] } });
  const found: FaceBox[] = [];
  for (let i = 0; i < scores.data.length / 2; i++) {
    const score = scores.data[2 * i + 1];
    if (score <= THRESHOLD) continue;
    const [left, top, right, bottom] = boxes.data.subarray(4 * i, 4 * i + 4);
    found.push({
      x: view.x + left * ACROSS * view.scale,
      y: view.y + top * DOWN * view.scale,
      width: (right - left) * ACROSS * view.scale,
      height: (bottom - top) * DOWN * view.scale,
      score,
    });
  }
  return suppress(found);
}
