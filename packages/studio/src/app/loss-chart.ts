import { h } from './element.ts';

/** The curve of the loss and of its terms while a fit runs. */
export interface LossChart {
  readonly element: HTMLElement;
  /** `part`: each part of a fit weighs the terms in its own way, so its curves start anew. */
  add(part: string, total: number, terms: Readonly<Record<string, number>>): void;
}

const [WIDTH, HEIGHT] = [320, 120];
const NAMES: Readonly<Record<string, string>> = {
  landmark: 'Landmarks',
  pixel: 'Pixels',
  identity: 'Identity',
  prior: 'Prior',
  texture: 'Skin',
  content: 'Features',
  randomIdentity: 'Other views',
  light: 'Light',
};

/**
 * Opens an empty chart. Each curve is drawn as its share of the first total, so that the terms can be compared.
 *
 * @param expected Iterations at most: the width of the chart.
 */
export function openLossChart(expected: number): LossChart {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', 'The loss over the iterations');
  const legend = h('ul', { class: 'legend' });
  const element = h('figure', { class: 'chart' }, svg, legend);
  const curves = new Map<string, { line: SVGPathElement; value: HTMLElement; points: number[] }>();
  let count = 0;
  let last: string | undefined;
  const breaks: number[] = [];
  let first = 0;

  function curve(name: string) {
    const known = curves.get(name);
    if (known) return known;
    const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    const kind = name === 'total' ? 'total' : `term-${(curves.size - 1) % 6}`;
    line.setAttribute('class', kind);
    svg.append(line);
    const value = h('b', {}, '');
    legend.append(
      h('li', { class: kind }, h('span', {}, name === 'total' ? 'Total' : (NAMES[name] ?? name)), value),
    );
    const fresh = { line, value, points: [] as number[] };
    curves.set(name, fresh);
    return fresh;
  }

  return {
    element,
    add(part, total, terms) {
      if (part !== last) {
        // The scale is the part's own: its first total.
        first = Math.abs(total) || 1;
        if (count > 0) breaks.push(count);
        last = part;
      }
      count++;
      const across = Math.max(expected, count, 2);
      for (const [name, value] of Object.entries({ total, ...terms })) {
        if (value === 0 && !curves.has(name)) continue;
        const { line, points, value: figure } = curve(name);
        // A term that came later was nothing before.
        while (points.length < count - 1) points.push(0);
        points.push(value / first);
        figure.textContent = value >= 100 ? value.toFixed(0) : value.toFixed(1);
        const path = points.map((share, i) => {
          const move = i === 0 || breaks.includes(i) ? 'M' : 'L';
          const x = (i / (across - 1)) * WIDTH;
          const y = HEIGHT - 4 - Math.min(1.15, Math.max(0, share)) * ((HEIGHT - 12) / 1.15);
          return `${move}${x.toFixed(1)},${y.toFixed(1)}`;
        });
        line.setAttribute('d', path.join(''));
      }
    },
  };
}
