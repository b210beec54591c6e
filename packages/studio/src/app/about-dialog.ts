import type { Opened } from '../protocol.ts';
import { h, ICONS, icon } from './element.ts';

/** Says how this browser computes, and what would make it faster. */
export function engineText(opened: Opened | undefined): { short: string; long: string; isSlow: boolean } {
  if (!opened) return { short: 'Getting ready', long: 'The models are being loaded.', isSlow: false };
  if (opened.provider === 'webgpu') {
    const card = opened.adapter ?? 'graphics card';
    return { short: 'Graphics card', long: `The fit runs on the graphics card (${card}).`, isSlow: false };
  }
  const threads = opened.threads === 1 ? '1 thread' : `${opened.threads} threads`;
  const short = `Processor, ${threads}`;
  const why = whySlow(opened);
  return { short, long: `The fit runs on the processor with ${threads}. ${why}`, isSlow: !opened.measured };
}

function whySlow({ adapter, isSoftwareAdapter, measured, threads }: Opened): string {
  const more =
    threads === 1
      ? ' Threads are off too: open the page over https or on localhost, outside of a private window, to get them.'
      : '';
  if (measured) return `It was measured to be faster here than the graphics card.${more}`;
  if (adapter && isSoftwareAdapter) {
    return `WebGPU has no graphics card here, so a fit takes longer. Turn hardware acceleration on in the browser’s settings.${more}`;
  }
  if (adapter) return more.trim();
  return `This browser has no WebGPU, so a fit takes longer. A current Chrome, Edge or Safari on a machine with a graphics card is usually faster.${more}`;
}

/** What a visitor should know before and after. */
export function showAbout(opened: Opened | undefined, version: string): void {
  const link = (file: string, text: string) => h('a', { href: `licenses/${file}`, target: '_blank' }, text);
  const dialog = h(
    'dialog',
    { class: 'about', 'aria-label': 'About the studio' },
    h(
      'header',
      {},
      h('h2', {}, 'About the studio'),
      h(
        'button',
        { type: 'button', class: 'quiet round', 'aria-label': 'Close', onclick: () => dialog.close() },
        icon(ICONS.close),
      ),
    ),
    h('h3', {}, 'Privacy'),
    h(
      'p',
      {},
      'Photos are decoded, fitted and painted in this browser. This page fetches its own files and nothing else; no photo, head or figure is sent anywhere, and nothing of them is kept when you close it.',
    ),
    h('h3', {}, 'Consent'),
    h(
      'p',
      {},
      'A head made from a photo is personal data of the person in it, and its texture contains the photo itself. Make heads only of people who agreed to it.',
    ),
    h('h3', {}, 'What it cannot do'),
    h(
      'p',
      {},
      'Hair is not modelled. Glasses, hands and strands over the face stay on the skin. What the photo does not show is mirrored or invented; the confidence map tells where. One photo says little about depth: profile and forehead are the least certain.',
    ),
    h('h3', {}, 'Networks'),
    h(
      'p',
      {},
      'Detector, landmarks and recognition are third-party networks trained on photos from the web. They compare the head with its photo; they are not meant to identify people. ',
      link('networks.txt', 'Origin and terms of each'),
      '. Our own models: ',
      link('shape-card.md', 'shape'),
      ', ',
      link('texture-card.md', 'skin'),
      '.',
    ),
    h('h3', {}, 'This browser'),
    h('p', {}, engineText(opened).long),
    h(
      'p',
      { class: 'small muted' },
      `ganfit ${version} · `,
      link('LICENSE', 'Apache-2.0'),
      ' · ',
      link('NOTICE.md', 'Notice'),
      ' · ',
      link('software.txt', 'Software'),
    ),
  );
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
}
