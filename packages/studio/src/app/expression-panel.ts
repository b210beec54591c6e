import { h } from './element.ts';
import { EXPRESSIONS, type LinkedShape, shapeGroups } from './expressions.ts';
import { slider } from './tabs.ts';

/** Sliders for all morph targets of a head. */
export interface ExpressionPanel {
  readonly element: HTMLElement;
  /** Weights as the visitor set them. */
  readonly weights: () => Readonly<Record<string, number>>;
}

/** How long a face takes to change, milliseconds. */
const CHANGE = 260;

/**
 * Makes the sliders.
 *
 * @param names Of the morph targets.
 * @param photo Weights of the photo's own expression, when there is a photo.
 * @param onChange Called with the weights to be shown.
 */
export function expressionPanel(
  names: readonly string[],
  photo: Readonly<Record<string, number>> | undefined,
  onChange: (weights: Readonly<Record<string, number>>) => void,
): ExpressionPanel {
  let weights: Record<string, number> = {};
  const sliders: { readonly shape: LinkedShape; readonly set: (value: number) => void }[] = [];
  const groups = shapeGroups(names).map(({ title, shapes }, i) =>
    h(
      'details',
      { open: i === 0 },
      h('summary', {}, title, h('small', {}, String(shapes.length))),
      ...shapes.map((shape) => {
        const { element, set } = slider(shape.label, { min: 0, max: 1, step: 0.01, value: 0 }, (value) => {
          for (const name of shape.names) weights[name] = value;
          onChange(weights);
        });
        sliders.push({ shape, set });
        return element;
      }),
    ),
  );

  let frame = 0;
  function moveTo(target: Readonly<Record<string, number>>): void {
    cancelAnimationFrame(frame);
    const from = { ...weights };
    const start = performance.now();
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const step = () => {
      const share = isStill ? 1 : Math.min(1, (performance.now() - start) / CHANGE);
      const eased = share * share * (3 - 2 * share);
      weights = Object.fromEntries(
        names.map((name) => [name, (from[name] ?? 0) + ((target[name] ?? 0) - (from[name] ?? 0)) * eased]),
      );
      onChange(weights);
      if (share < 1) frame = requestAnimationFrame(step);
      else for (const { shape, set } of sliders) set(weights[shape.names[0]] ?? 0);
    };
    step();
  }

  const whole = { ...EXPRESSIONS, ...(photo && { 'As in the photo': photo }) };
  const chips = Object.entries(whole).map(([title, target]) =>
    h('button', { type: 'button', class: 'chip', onclick: () => moveTo(target) }, title),
  );
  return {
    element: h('div', { class: 'expressions' }, h('div', { class: 'chips' }, ...chips), ...groups),
    weights: () => weights,
  };
}
