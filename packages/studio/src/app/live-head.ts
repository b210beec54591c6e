import { type HeadPainter, openHeadPainter } from '../painter/head-painter.ts';
import type { PaintedPhoto, PainterCall, PainterReady } from '../painter/painter-protocol.ts';
import type { LiveShape } from '../protocol.ts';
import { fitCanvas, sharpSize } from './photo-canvas.ts';

/** The head on the screen while it takes shape. */
export interface LiveHead {
  update(shape: LiveShape): void;
  /** After the canvases have changed their size on the screen. */
  resize(): void;
  dispose(): void;
}

/**
 * Shows a head over its photo and as clay from the side. A worker draws where it can, because the page would stand still for the
 * graphics card; else the page does.
 *
 * @param over On the screen, never drawn on before; the same for `clay`.
 */
export function openLiveHead(
  over: HTMLCanvasElement,
  clay: HTMLCanvasElement,
  photo: PaintedPhoto,
  triangles: Uint32Array,
): LiveHead {
  let worker: Worker | undefined;
  let painter: HeadPainter | undefined;
  let waiting: LiveShape | undefined;

  function drawHere(): void {
    worker?.terminate();
    worker = undefined;
    try {
      painter = openHeadPainter(triangles);
    } catch {
      // Without WebGL the numbers alone tell how far the fit is.
      return;
    }
    fitCanvas(over);
    fitCanvas(clay);
    painter.begin(over, clay, photo);
    if (waiting) painter.update(waiting);
  }

  function drawThere(to: Worker): void {
    const [there, thereToo] = [over.transferControlToOffscreen(), clay.transferControlToOffscreen()];
    const send = (call: PainterCall, transfer: Transferable[] = []) => to.postMessage(call, transfer);
    send({ type: 'begin', over: there, clay: thereToo, photo }, [there, thereToo]);
    painter = {
      begin: () => undefined,
      resize: (size, other) => send({ type: 'resize', over: size, clay: other }),
      update(shape) {
        const { positions, normals, colors } = shape;
        send({ type: 'update', shape }, [positions.buffer, normals.buffer, colors.buffer]);
      },
      dispose: () => to.terminate(),
    };
    painter.resize(sharpSize(over), sharpSize(clay));
    if (waiting) painter.update(waiting);
  }

  if ('transferControlToOffscreen' in over) {
    const fresh = new Worker(new URL(BUILD.PAINTER, document.baseURI), { type: 'module', name: 'painter' });
    worker = fresh;
    fresh.onmessage = ({ data }: MessageEvent<PainterReady>) =>
      data.canDraw ? drawThere(fresh) : drawHere();
    fresh.onerror = () => {
      if (!painter) drawHere();
    };
    fresh.postMessage({ type: 'open', triangles } satisfies PainterCall);
  } else drawHere();

  return {
    update(shape) {
      if (painter) painter.update(shape);
      else waiting = shape;
    },
    resize() {
      if (painter) painter.resize(sharpSize(over), sharpSize(clay));
    },
    dispose() {
      painter?.dispose();
      worker?.terminate();
    },
  };
}
