import { expect, test } from 'vitest';
import { barChart } from './bar-chart.ts';

const chart = {
  title: 'Errors & more',
  axis: 'mm',
  series: ['a', 'b'],
  groups: [
    { label: 'first', values: [1, 2] },
    { label: 'second', values: [Number.NaN, 4] },
  ],
};

test('barChart: bars are as long as their values, a missing one leaves a gap', () => {
  const svg = barChart(chart);
  const widths = [...svg.matchAll(/<rect x="210"[^>]*width="([\d.]+)"[^>]*height="14"/g)].map((m) =>
    Number(m[1]),
  );
  expect(widths).toHaveLength(3);
  expect(widths[1] / widths[0]).toBeCloseTo(2, 2);
  expect(widths[2] / widths[0]).toBeCloseTo(4, 2);
  expect(svg).toContain('Errors &amp; more');
});

test('barChart: values and series must agree', () => {
  expect(() => barChart({ ...chart, groups: [{ label: 'x', values: [1] }] })).toThrow(
    'barChart: x must have one value per series, got 1 of 2.',
  );
});
