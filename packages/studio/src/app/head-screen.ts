import type { DownloadKind, FinishedHead } from '../protocol.ts';
import { compareOverlay } from './compare-overlay.ts';
import { chooseDownload } from './download-dialog.ts';
import { h, ICONS, icon } from './element.ts';
import { expressionPanel } from './expression-panel.ts';
import { paintFaceMask } from './face-mask.ts';
import { type HeadView, type LightSetting, openHeadView, type Surface } from './head-view.ts';
import { drawPhoto, fitCanvas, headWindow } from './photo-canvas.ts';
import type { BroughtPhoto } from './photo-set.ts';
import { scoreCard } from './score-card.ts';
import type { Screen } from './screen.ts';
import { segments, slider, tabs } from './tabs.ts';

/** What happens on this screen. */
export interface HeadActions {
  readonly download: (kind: DownloadKind) => Promise<void>;
  readonly savePicture: (picture: Blob) => void;
  readonly again: () => void;
}

/**
 * The last screen: the head itself.
 *
 * @param photos As fitted, in the order of `head.photos`; empty for a head from a file.
 */
export async function headScreen(
  head: FinishedHead,
  photos: readonly BroughtPhoto[],
  actions: HeadActions,
): Promise<Screen> {
  const view = await openHeadView(head.glb, head.evidence, head.photos[0]);
  view.canvas.tabIndex = 0;
  view.canvas.setAttribute('role', 'img');
  view.canvas.setAttribute(
    'aria-label',
    'The head. Arrow keys turn it, plus and minus zoom, 0 shows the front.',
  );
  const compare = compareOverlay(view.canvas);
  let shown = 0;
  let isComparing = false;
  let isWhole = false;
  let light: LightSetting = { name: 'studio', turn: 0, brightness: 1 };

  const expressions = expressionPanel(view.morphs, head.photos[0]?.weights, (weights) => {
    if (!isComparing) view.setWeights(weights);
  });
  const stage = h('div', { class: 'stage-view' }, compare.photo, view.canvas, compare.element);

  function showCompare(): void {
    const look = photos[shown]?.look;
    const face = look?.faces[photos[shown].face ?? 0];
    compare.show(isComparing);
    view.canvas.style.maskImage = '';
    if (!isComparing || !look || !face) {
      view.lookAs(undefined);
      view.setWeights(expressions.weights());
      view.setLight(light);
      return;
    }
    const window = headWindow(face, stage.clientWidth / stage.clientHeight);
    fitCanvas(compare.photo);
    drawPhoto(compare.photo, look, window);
    view.setWeights(head.photos[shown].weights);
    view.setLight({ name: 'photo', turn: 0, brightness: 1 });
    view.lookAs(head.photos[shown], window);
    if (isWhole) return;
    const mask = paintFaceMask(document.createElement('canvas'), face, window);
    view.canvas.style.maskImage = `url("${mask.toDataURL('image/png')}")`;
  }

  const pages = [
    { name: 'face', title: 'Expression', content: expressions.element },
    { name: 'look', title: 'Look', content: lookPanel() },
    ...(photos.length > 0 ? [{ name: 'compare', title: 'Compare', content: comparePanel() }] : []),
    { name: 'texture', title: 'Texture', content: texturePanel(view, head) },
  ];
  const panel = h(
    'aside',
    { class: 'panel head-panel' },
    scoreCard(head),
    tabs(pages, (name) => {
      isComparing = name === 'compare';
      if (stage.isConnected) showCompare();
    }),
    h(
      'div',
      { class: 'panel-foot' },
      h(
        'button',
        { type: 'button', class: 'primary wide', id: 'download-glb', onclick: () => actions.download('glb') },
        icon(ICONS.download),
        'Download GLB',
        h('small', {}, `${(head.glb.length / 1e6).toFixed(1)} MB`),
      ),
      h(
        'div',
        { class: 'downloads' },
        h(
          'button',
          { type: 'button', id: 'other-formats', onclick: () => chooseDownload(actions.download) },
          'Other formats …',
        ),
        h(
          'button',
          {
            type: 'button',
            title: 'The view as it is now, PNG',
            onclick: async () => {
              const picture = await view.picture();
              if (picture) actions.savePicture(picture);
            },
          },
          'Picture',
        ),
      ),
      h('button', { type: 'button', class: 'quiet wide', onclick: actions.again }, 'Make another head'),
    ),
  );

  function lookPanel(): HTMLElement {
    const surfaces: Partial<Record<Surface, string>> = {
      finished: 'Skin',
      clay: 'Clay',
      ...(head.evidence && { evidence: 'Confidence' }),
      uv: 'UV',
    };
    const legend = head.evidence && evidenceLegend();
    const lights = {
      studio: 'Studio',
      soft: 'Soft',
      side: 'Side',
      ...(head.photos[0]?.light && { photo: 'Photo' }),
    };
    const change = (part: Partial<LightSetting>) => {
      light = { ...light, ...part };
      view.setLight(light);
    };
    const wires = h('input', {
      type: 'checkbox',
      id: 'wireframe',
      onchange: () => view.setWireframe(wires.checked),
    });
    const surfaceChoice = segments<Surface>(
      'Surface',
      surfaces as Record<Surface, string>,
      'finished',
      (name) => {
        view.setSurface(name);
        if (legend) legend.hidden = name !== 'evidence';
      },
    );
    if (legend) legend.hidden = true;
    return h(
      'div',
      { class: 'look' },
      surfaceChoice,
      legend,
      h('label', { class: 'check' }, wires, h('span', {}, 'Wireframe')),
      segments<LightSetting['name']>(
        'Light',
        lights as Record<LightSetting['name'], string>,
        'studio',
        (name) => change({ name }),
      ),
      slider('Direction', { min: -3.14, max: 3.14, step: 0.01, value: 0 }, (turn) => change({ turn }))
        .element,
      slider('Brightness', { min: 0.3, max: 1.7, step: 0.01, value: 1 }, (brightness) =>
        change({ brightness }),
      ).element,
      h(
        'div',
        { class: 'chips' },
        ...(
          [
            ['Front', 0],
            ['Half left', 0.7],
            ['Profile', Math.PI / 2],
            ['Back', Math.PI],
          ] as const
        ).map(([name, yaw]) =>
          h(
            'button',
            {
              type: 'button',
              class: 'chip',
              onclick: () => {
                view.reset();
                view.turn(yaw - 0.18, 0);
              },
            },
            name,
          ),
        ),
      ),
      h(
        'p',
        { class: 'small muted' },
        'Drag to turn, wheel or two fingers to zoom; arrow keys, + − and 0 do the same.',
      ),
    );
  }

  function comparePanel(): HTMLElement {
    const choice =
      photos.length > 1 &&
      segments<string>(
        'Photo',
        Object.fromEntries(photos.map((_, i) => [String(i), String(i + 1)])),
        '0',
        (name) => {
          shown = Number(name);
          showCompare();
        },
      );
    return h(
      'div',
      { class: 'look' },
      choice,
      segments<'face' | 'whole'>(
        'Over the photo',
        { face: 'Face alone', whole: 'Whole head' },
        'face',
        (name) => {
          isWhole = name === 'whole';
          showCompare();
        },
      ),
      h(
        'p',
        {},
        'Drag the line over the picture: the photo to the left, the head to the right, seen by the camera that the fit found and with the expression of the photo.',
      ),
      h('p', { class: 'small muted' }, 'Hair is not part of the head: the whole head is bald.'),
    );
  }

  const observer = new ResizeObserver(() => {
    view.resize();
    if (isComparing) showCompare();
  });
  view.canvas.addEventListener('keydown', (event) => {
    const turns: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-0.12, 0],
      ArrowRight: [0.12, 0],
      ArrowUp: [0, -0.08],
      ArrowDown: [0, 0.08],
    };
    if (turns[event.key]) view.turn(...turns[event.key]);
    else if (event.key === '+') view.zoom(0.9);
    else if (event.key === '-') view.zoom(1.1);
    else if (event.key === '0') view.reset();
    else return;
    event.preventDefault();
  });
  return {
    element: h('section', { class: 'head' }, stage, panel),
    title: 'Head – ganfit studio',
    enter() {
      compare.show(false);
      view.setLight(light);
      view.resize();
      view.reset();
      observer.observe(stage);
    },
    leave() {
      observer.disconnect();
      view.dispose();
    },
  };
}

/** What the colours of the confidence map mean. */
function evidenceLegend(): HTMLElement {
  return h(
    'ul',
    { class: 'legend evidence' },
    h('li', { class: 'own' }, h('span', {}, 'Seen in the photo')),
    h('li', { class: 'mirrored' }, h('span', {}, 'Mirrored from the other side')),
    h('li', { class: 'invented' }, h('span', {}, 'Invented')),
  );
}

/** The skin's texture and what it rests on, flat. */
function texturePanel(view: HeadView, head: FinishedHead): HTMLElement {
  const paint = (picture: CanvasImageSource, label: string) => {
    const canvas = h('canvas', { role: 'img', 'aria-label': label });
    canvas.width = 640;
    canvas.height = 640;
    canvas.getContext('2d')?.drawImage(picture, 0, 0, 640, 640);
    return h('figure', { class: 'map' }, canvas, h('figcaption', {}, label));
  };
  return h(
    'div',
    { class: 'look' },
    view.skinPicture
      ? paint(view.skinPicture, 'Base colour of the skin')
      : h('p', {}, 'This head has no texture.'),
    head.evidence && paint(head.evidence, 'What it rests on'),
    head.evidence && evidenceLegend(),
  );
}
