// A worker of its own for the pictures of a running fit: neither the page nor the fit waits for the graphics card.
import { type HeadPainter, openHeadPainter } from './head-painter.ts';
import type { PainterCall, PainterReady } from './painter-protocol.ts';

let painter: HeadPainter | undefined;

self.onmessage = ({ data }: MessageEvent<PainterCall>) => {
  if (data.type === 'open') {
    try {
      painter = openHeadPainter(data.triangles);
    } catch {
      // No WebGL in workers here: the page draws.
    }
    self.postMessage({ canDraw: painter !== undefined } satisfies PainterReady);
  } else if (data.type === 'begin') painter?.begin(data.over, data.clay, data.photo);
  else if (data.type === 'resize') painter?.resize(data.over, data.clay);
  else painter?.update(data.shape);
};
