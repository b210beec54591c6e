import type { PresetName } from '@ganfit/core/fit';
import { h, ICONS, icon } from './element.ts';
import type { PresetText } from './estimate.ts';
import { drawPhoto } from './photo-canvas.ts';
import { type BroughtPhoto, isStranger, usable } from './photo-set.ts';
import type { Screen } from './screen.ts';

/** What happens on this screen. */
export interface PhotosActions {
  readonly addFiles: (files: readonly File[]) => void;
  readonly openCamera: () => void;
  readonly remove: (photo: BroughtPhoto) => void;
  readonly chooseFace: (photo: BroughtPhoto, face: number) => void;
  readonly makeFirst: (photo: BroughtPhoto) => void;
  readonly choosePreset: (preset: PresetName) => void;
  readonly start: () => void;
  readonly back: () => void;
}

/** What this screen shows. */
export interface PhotosState {
  readonly photos: readonly BroughtPhoto[];
  readonly presets: readonly PresetText[];
  readonly preset: PresetName;
  /** “about 20 s”. */
  readonly time: (preset: PresetName) => string;
  /** Why it is slow, if it is. */
  readonly hint?: HTMLElement;
}

/** The second screen: faces are marked and chosen, and the fit is started. */
export function photosScreen(state: PhotosState, actions: PhotosActions): Screen {
  const { photos } = state;
  const ready = usable(photos);
  const isBusy = photos.some(({ look, error }) => !look && !error);
  const canvases: (() => void)[] = [];
  const cards = photos.map((photo) => {
    const { card, draw } = photoCard(photo, state, actions);
    if (draw) canvases.push(draw);
    return card;
  });
  const input = h('input', {
    type: 'file',
    id: 'more',
    class: 'visually-hidden',
    accept: 'image/*',
    multiple: true,
    onchange: () => actions.addFiles([...(input.files ?? [])]),
  });
  const time = h('small', {}, state.time(state.preset));
  const element = h(
    'section',
    { class: 'photos' },
    h(
      'div',
      { class: `photo-cards count-${Math.min(photos.length, 3)}` },
      ...cards,
      h(
        'div',
        { class: 'more' },
        input,
        h('label', { class: 'button', for: 'more' }, icon(ICONS.plus), 'Another photo of this person'),
        h(
          'button',
          { type: 'button', class: 'quiet', onclick: actions.openCamera },
          icon(ICONS.camera),
          'Camera',
        ),
      ),
    ),
    h(
      'aside',
      { class: 'panel' },
      h('h2', {}, ready.length > 1 ? `${ready.length} photos, one head` : 'Make the head'),
      h('p', { class: 'muted', role: 'status' }, statusOf(photos, isBusy)),
      presetChoice(state, actions, time),
      state.hint,
      h(
        'div',
        { class: 'panel-foot' },
        h(
          'button',
          {
            type: 'button',
            class: 'primary wide',
            id: 'start-fit',
            disabled: ready.length === 0 || isBusy,
            onclick: actions.start,
          },
          'Make the head',
          time,
        ),
        h('button', { type: 'button', class: 'quiet wide', onclick: actions.back }, 'Start over'),
      ),
    ),
  );
  return {
    element,
    title: 'Photos – ganfit studio',
    enter: () => {
      for (const draw of canvases) draw();
    },
  };
}

function statusOf(photos: readonly BroughtPhoto[], isBusy: boolean): string {
  if (isBusy) return 'Looking for faces …';
  const ready = usable(photos);
  if (ready.length === 0) return 'None of the photos can be used yet.';
  const others = ready.reduce((sum, { look }) => sum + (look?.faces.length ?? 0) - 1, 0);
  if (others > 0) return 'There is more than one face: click the one you mean.';
  return ready.length > 1
    ? 'They share one shape; the skin comes from the first.'
    : 'The face is marked. Add more photos of the same person, or go ahead.';
}

function presetChoice(state: PhotosState, actions: PhotosActions, chosenTime: HTMLElement): HTMLElement {
  return h(
    'fieldset',
    { class: 'presets' },
    h('legend', {}, 'How thorough'),
    ...state.presets.map(({ name, title, text }) =>
      h(
        'label',
        { class: 'preset' },
        h('input', {
          type: 'radio',
          name: 'preset',
          value: name,
          checked: name === state.preset,
          onchange: () => {
            actions.choosePreset(name);
            chosenTime.textContent = state.time(name);
          },
        }),
        h('span', {}, h('b', {}, title), h('small', {}, text)),
        h('span', { class: 'time' }, state.time(name)),
      ),
    ),
  );
}

function photoCard(
  photo: BroughtPhoto,
  state: PhotosState,
  actions: PhotosActions,
): { card: HTMLElement; draw?: () => void } {
  const { look, error, file } = photo;
  const head = h(
    'header',
    {},
    h('span', { class: 'name', title: file.name }, file.name),
    h(
      'button',
      {
        type: 'button',
        class: 'quiet round',
        'aria-label': `Remove ${file.name}`,
        onclick: () => actions.remove(photo),
      },
      icon(ICONS.close),
    ),
  );
  if (error)
    return {
      card: h('article', { class: 'photo-card' }, head, h('p', { class: 'problem', role: 'alert' }, error)),
    };
  if (!look) {
    const busy = h('div', { class: 'photo-wait' }, h('span', { class: 'spinner' }), 'Looking for faces …');
    return { card: h('article', { class: 'photo-card' }, head, busy) };
  }
  const canvas = h('canvas', { 'aria-label': `Photo ${file.name}`, role: 'img' });
  canvas.width = look.picture.width;
  canvas.height = look.picture.height;
  const draw = () => drawPhoto(canvas, look, { x: 0, y: 0, width: look.width, height: look.height });
  const percent = (value: number, whole: number) => `${((100 * value) / whole).toFixed(2)}%`;
  const boxes = look.faces.map(({ box, isTooSmall }, i) =>
    h('button', {
      type: 'button',
      class: 'face-box',
      'aria-pressed': i === photo.face ? 'true' : 'false',
      'aria-label': isTooSmall ? `Face ${i + 1}, too small` : `Face ${i + 1} of ${look.faces.length}`,
      title: isTooSmall ? 'Too small: at least 40 pixels are needed' : '',
      disabled: isTooSmall,
      style:
        `left:${percent(box.x, look.width)};top:${percent(box.y, look.height)};` +
        `width:${percent(box.width, look.width)};height:${percent(box.height, look.height)}`,
      onclick: () => actions.chooseFace(photo, i),
    }),
  );
  const isFirst = usable(state.photos)[0] === photo;
  const several = usable(state.photos).length > 1;
  const notes = [
    isStranger(photo, state.photos) &&
      h('p', { class: 'problem' }, 'This seems to be another person than in the first photo.'),
    several && isFirst && h('p', { class: 'note' }, 'The skin comes from this photo.'),
    several &&
      !isFirst &&
      photo.face !== undefined &&
      h(
        'p',
        { class: 'note' },
        h(
          'button',
          { type: 'button', class: 'link', onclick: () => actions.makeFirst(photo) },
          'Take the skin from this photo',
        ),
      ),
  ];
  const card = h(
    'article',
    { class: 'photo-card' },
    head,
    h('div', { class: 'photo-frame', style: `--aspect:${look.width / look.height}` }, canvas, ...boxes),
    ...notes,
  );
  return { card, draw };
}
