import { h } from './element.ts';

/** The curve of the loss and of its terms while a fit runs. */
export interface LossChart {
  readonly element: HTMLElement;
  add(total: number, terms: Readonly<Record<string, number>>): void;
}

const [WIDTH, HEIGHT] = [320, 120];
const NAMES: Readonly<Record<string, string>> = {
  landmark: 'Landmarks',
  pixel: 'Pixels',
  identity: 'Identity',
  prior: 'Prior',
  texture: 'Skin',
  content: 'Features',
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
  const curves = new Map<string, { line: SVGPolylineElement; value: HTMLElement; points: number[] }>();
  let count = 0;
  let first = 0;

  function curve(name: string) {
    const known = curves.get(name);
    if (known) return known;
    const line = document.createElementNS('http://www.w3.org/2000/svg', 'polyline');
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
    add(total, terms) {
      if (count === 0) first = Math.abs(total) || 1;
      count++;
      const across = Math.max(expected, count, 2);
      for (const [name, value] of Object.entries({ total, ...terms })) {
        const { line, points, value: figure } = curve(name);
        points.push(value / first);
        figure.textContent = value >= 100 ? value.toFixed(0) : value.toFixed(1);
        const path = points.map((share, i) => {
          const x = (i / (across - 1)) * WIDTH;
          const y = HEIGHT - 4 - Math.min(1.15, Math.max(0, share)) * ((HEIGHT - 12) / 1.15);
          return `${x.toFixed(1)},${y.toFixed(1)}`;
        });
        line.setAttribute('points', path.join(' '));
      }
    },
  };
}
