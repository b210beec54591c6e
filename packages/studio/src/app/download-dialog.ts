import { CONSENT_NOTICE } from '@ganfit/core/formats';
import type { DownloadKind } from '../protocol.ts';
import { h, ICONS, icon } from './element.ts';

/** What there is beside the GLB: kind, name, and what it is good for. */
const CHOICES: readonly (readonly [DownloadKind, string, string])[] = [
  [
    'small',
    'GLB, small',
    'About 1 MB, for phones and web pages. Needs a viewer that knows meshopt, as three.js does.',
  ],
  [
    'rpm',
    'GLB, Ready Player Me',
    'The same head with the names and bones that programs for its avatars look for.',
  ],
  ['usdz', 'USDZ', 'For Apple’s Quick Look. The face at rest, without expressions.'],
  ['obj', 'OBJ', 'Mesh, material and PNG textures, zipped. For sculpting and printing.'],
  ['ply', 'PLY', 'The mesh with a colour for each vertex.'],
  ['face', 'face.json', 'All that the fit found, with the textures. Drop it here to come back later.'],
  ['all', 'Everything', 'GLB, OBJ, PLY and face.json in one archive.'],
];

/** Lets the visitor choose another format than GLB. */
export function chooseDownload(download: (kind: DownloadKind) => Promise<void>): void {
  const close = () => dialog.close();
  const list = CHOICES.map(([kind, name, use], i) => {
    const button = h(
      'button',
      {
        type: 'button',
        'data-kind': kind,
        autofocus: i === 0,
        onclick: async () => {
          // Some formats take seconds to write.
          button.setAttribute('aria-busy', 'true');
          button.disabled = true;
          await download(kind);
          close();
        },
      },
      h('b', {}, name),
      h('span', {}, use),
    );
    return h('li', {}, button);
  });
  const dialog = h(
    'dialog',
    { class: 'formats', 'aria-label': 'Other formats' },
    h(
      'header',
      {},
      h('h2', {}, 'Other formats'),
      h(
        'button',
        { type: 'button', class: 'quiet round', 'aria-label': 'Close', onclick: close },
        icon(ICONS.close),
      ),
    ),
    h('ul', {}, ...list),
    h('p', { class: 'small muted' }, CONSENT_NOTICE),
  );
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) close();
  });
  document.body.append(dialog);
  dialog.showModal();
}
