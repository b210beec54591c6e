import { h, ICONS, icon } from './element.ts';
import type { Screen } from './screen.ts';

/** What a visitor can bring. */
export interface StartActions {
  readonly addFiles: (files: readonly File[]) => void;
  readonly openCamera: () => void;
  readonly useExample: () => void;
  readonly showAbout: () => void;
}

/** The first screen: photos come in here. */
export function startScreen(actions: StartActions, hint: HTMLElement): Screen {
  const input = h('input', {
    type: 'file',
    id: 'choose',
    class: 'visually-hidden',
    accept: 'image/*,.json,.zip',
    multiple: true,
    onchange: () => {
      actions.addFiles([...(input.files ?? [])]);
      input.value = '';
    },
  });
  const element = h(
    'section',
    { class: 'start' },
    h(
      'div',
      { class: 'start-words' },
      h('h1', {}, 'A photo becomes a 3D head.'),
      h(
        'p',
        { class: 'lead' },
        'Shape, expression and skin are found by a fit that runs here, in your browser. ' +
          'What you take along is a GLB with named facial expressions that every 3D program opens.',
      ),
      h(
        'figure',
        { class: 'sample' },
        h('img', {
          src: 'sample.webp',
          alt: 'A portrait, its fitted face, the bare shape, and the head turned aside',
        }),
        h('figcaption', {}, 'Photo, face, shape and head, as made here from a NASA portrait.'),
      ),
      h(
        'ul',
        { class: 'promises' },
        promise('Nothing is uploaded', 'Photo and head never leave this device.'),
        promise('Nothing to install', 'Works offline after the first visit.'),
        promise('Yours to use', 'GLB, OBJ, textures and all parameters.'),
      ),
    ),
    h(
      'div',
      { class: 'start-card' },
      h(
        'div',
        { class: 'drop' },
        h('div', { class: 'drop-picture', 'aria-hidden': 'true' }, icon(ICONS.photo)),
        h('h2', {}, 'Drop a photo here'),
        h('p', {}, 'One face, from the front, evenly lit. Several photos of the same person are welcome.'),
        h(
          'div',
          { class: 'buttons' },
          input,
          h('label', { class: 'button primary', for: 'choose' }, icon(ICONS.plus), 'Choose photos'),
          h('button', { type: 'button', onclick: actions.openCamera }, icon(ICONS.camera), 'Camera'),
        ),
        h(
          'p',
          { class: 'small' },
          'No photo at hand? ',
          h('button', { type: 'button', class: 'link', onclick: actions.useExample }, 'Try the astronaut'),
          ' or drop a face.json of an earlier head.',
        ),
      ),
      hint,
      h(
        'p',
        { class: 'consent' },
        icon(ICONS.lock),
        h(
          'span',
          {},
          'A face is personal data. Use photos of yourself or of people who agreed, and see what the ',
          h('button', { type: 'button', class: 'link', onclick: actions.showAbout }, 'networks and limits'),
          ' are.',
        ),
      ),
    ),
  );
  return { element, title: 'ganfit studio' };
}

function promise(title: string, text: string): HTMLElement {
  return h('li', {}, h('b', {}, title), h('span', {}, text));
}
