import type { Preset } from '@ganfit/core/fit';
import type { LiveStep, SeenFace } from '../protocol.ts';
import { h } from './element.ts';
import { type LiveHead, openLiveHead } from './live-head.ts';
import { openLossChart } from './loss-chart.ts';
import { drawLandmarks, drawPhoto, fitCanvas, headWindow } from './photo-canvas.ts';
import type { BroughtPhoto } from './photo-set.ts';
import type { Screen } from './screen.ts';

/** The screen of a running fit. */
export interface FittingScreen extends Screen {
  readonly show: (step: LiveStep) => void;
}

const STAGES: readonly (readonly [string, string])[] = [
  ['align', 'Placing the head'],
  ['fit', 'Fitting shape and light'],
  ['texture', 'Painting the skin'],
  ['assemble', 'Assembling eyes, teeth, expressions'],
  ['compare', 'Comparing with the photo'],
  ['write', 'Writing the file'],
];

/** Share of the time that each stage takes, for the bar. */
const WEIGHTS: Readonly<Record<string, number>> = {
  align: 0.06,
  fit: 0.6,
  texture: 0.22,
  assemble: 0.04,
  compare: 0.05,
  write: 0.03,
};

/**
 * Shows a fit while it runs.
 *
 * @param photo The one that the skin comes from.
 */
export function fittingScreen(
  photo: BroughtPhoto,
  triangles: Uint32Array,
  preset: Preset,
  cancel: () => void,
): FittingScreen {
  const [source, over, clay] = [
    'Photo with its 68 landmarks',
    'The head laid over the photo',
    'The shape, seen from the side',
  ].map((label) => h('canvas', { role: 'img', 'aria-label': label }));
  const { start: first, iterations } = preset;
  const closed = first.skin + first.coarse + first.fine;
  const expected = closed + iterations;
  const chart = openLossChart(expected);
  const bar = h('progress', { max: 1, value: 0, 'aria-label': 'Progress of the fit' });
  const label = h('p', { class: 'stage', role: 'status' }, 'Getting ready …');
  const clock = h('span', { class: 'clock' }, '0 s');
  const counter = h('span', { class: 'muted' });
  const list = h(
    'ol',
    { class: 'stages' },
    ...STAGES.map(([name, text]) => h('li', { 'data-stage': name }, text)),
  );
  const element = h(
    'section',
    { class: 'fitting' },
    h('div', { class: 'tiles' }, tile(source, 'Photo'), tile(over, 'Render'), tile(clay, 'Shape')),
    h(
      'div',
      { class: 'fitting-foot' },
      h(
        'div',
        { class: 'panel progress-panel' },
        h('div', { class: 'row' }, label, clock),
        bar,
        list,
        h('button', { type: 'button', id: 'cancel-fit', onclick: cancel }, 'Cancel'),
      ),
      h(
        'div',
        { class: 'panel chart-panel', hidden: expected === 0 },
        h('div', { class: 'row' }, h('h2', {}, 'Loss'), counter),
        chart.element,
      ),
    ),
  );

  let live: LiveHead | undefined;
  let timer = 0;
  const start = performance.now();
  const { look } = photo;
  const face = look?.faces[photo.face ?? 0] as SeenFace;

  function drawSource(): void {
    if (!look) return;
    fitCanvas(source);
    const view = headWindow(face, source.width / source.height);
    drawPhoto(source, look, view);
    drawLandmarks(source, face, view, '#ffffffd9');
  }

  function resize(): void {
    drawSource();
    live?.resize();
  }

  return {
    element,
    title: 'Fitting – ganfit studio',
    enter() {
      drawSource();
      if (look) {
        const { picture, width } = look;
        live = openLiveHead(over, clay, { picture, width, face }, triangles);
      }
      timer = window.setInterval(() => {
        clock.textContent = `${Math.round((performance.now() - start) / 1000)} s`;
      }, 500);
      window.addEventListener('resize', resize);
    },
    leave() {
      clearInterval(timer);
      window.removeEventListener('resize', resize);
      live?.dispose();
    },
    show(step) {
      const index = STAGES.findIndex(([name]) => name === step.stage);
      const before = STAGES.slice(0, Math.max(0, index)).reduce((sum, [name]) => sum + WEIGHTS[name], 0);
      bar.value = Math.min(1, before + (WEIGHTS[step.stage] ?? 0) * step.fraction);
      if (index >= 0 && label.textContent !== STAGES[index][1]) label.textContent = STAGES[index][1];
      [...list.children].forEach((item, i) => {
        item.className = i < index ? 'done' : i === index ? 'now' : '';
      });
      if (step.iteration !== undefined) {
        const isClosed = step.part === 'photometric';
        counter.textContent = isClosed
          ? `closed step ${step.iteration} of at most ${closed}`
          : `iteration ${step.iteration} of at most ${iterations}`;
        if (step.total !== undefined) chart.add(step.part ?? '', step.total, step.losses ?? {});
      }
      if (step.shape) live?.update(step.shape);
    },
  };
}

function tile(canvas: HTMLCanvasElement, caption: string): HTMLElement {
  return h('figure', { class: 'tile' }, canvas, h('figcaption', {}, caption));
}
