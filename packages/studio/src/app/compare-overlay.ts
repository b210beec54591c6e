import { h } from './element.ts';

/** The line between photo and head. */
export interface CompareOverlay {
  readonly element: HTMLElement;
  /** The photo lies here, below the head. */
  readonly photo: HTMLCanvasElement;
  show(isShown: boolean): void;
}

/**
 * Makes the slider over the viewer: the photo to the left of the line, the head to the right.
 *
 * @param head The canvas of the head, which is clipped at the line.
 */
export function compareOverlay(head: HTMLCanvasElement): CompareOverlay {
  const photo = h('canvas', { class: 'compare-photo', role: 'img', 'aria-label': 'Photo' });
  const line = h('div', { class: 'compare-line', 'aria-hidden': 'true' }, h('span', {}));
  const input = h('input', {
    type: 'range',
    class: 'compare-range',
    min: 0,
    max: 100,
    step: 0.5,
    value: 50,
    'aria-label': 'Photo or head',
  });
  const tags = [h('span', { class: 'tag left' }, 'Photo'), h('span', { class: 'tag right' }, 'Head')];
  const element = h('div', { class: 'compare', hidden: true }, line, ...tags, input);
  const place = () => {
    head.style.clipPath = element.hidden ? '' : `inset(0 0 0 ${input.value}%)`;
    line.style.left = `${input.value}%`;
  };
  input.addEventListener('input', place);
  return {
    element,
    photo,
    show(isShown) {
      element.hidden = !isShown;
      photo.hidden = !isShown;
      place();
    },
  };
}
