import { GanfitError } from '../error.ts';

/** One bar, or a group of them. */
export interface BarGroup {
  readonly label: string;
  /** One value per series; NaN leaves a gap. */
  readonly values: readonly number[];
}

/** What a bar chart shows. */
export interface BarChart {
  readonly title: string;
  /** What the length of a bar means, with its unit. */
  readonly axis: string;
  readonly series: readonly string[];
  readonly groups: readonly BarGroup[];
  /** A dashed line, such as a target. */
  readonly line?: { readonly value: number; readonly label: string };
}

const COLORS = ['#4269d0', '#efb118', '#ff725c', '#6cc5b0', '#3ca951', '#ff8ab7', '#a463f2', '#97bbf5'];
const WIDTH = 760;
const LEFT = 210;
const RIGHT = 60;
const BAR = 16;

/**
 * Draws horizontal bars as SVG: self-contained, no script, no font files.
 *
 * @throws GanfitError `input` when a group has not one value per series.
 */
export function barChart({ title, axis, series, groups, line }: BarChart): string {
  for (const { label, values } of groups) {
    if (values.length !== series.length) {
      throw new GanfitError(
        'input',
        `barChart: ${label} must have one value per series, got ${values.length} of ${series.length}.`,
      );
    }
  }
  const all = groups.flatMap(({ values }) => values).filter(Number.isFinite);
  const top = niceTop(Math.max(line?.value ?? 0, ...all, 1e-9));
  const scale = (value: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * Math.max(0, value)) / top;
  const head = 44 + (series.length > 1 ? 22 : 0);
  const groupHeight = BAR * series.length + 10;
  const bottom = head + groupHeight * groups.length;
  const out: string[] = [text(LEFT, 24, title, 'font-weight="600" font-size="15"')];
  if (series.length > 1) {
    let x = LEFT;
    series.forEach((name, s) => {
      out.push(`<rect x="${x}" y="38" width="12" height="12" fill="${COLORS[s % COLORS.length]}"/>`);
      out.push(text(x + 17, 48, name));
      x += 34 + 7 * name.length;
    });
  }
  for (let tick = 0; tick <= 4; tick++) {
    const value = (top * tick) / 4;
    const x = scale(value).toFixed(1);
    out.push(`<line x1="${x}" y1="${head - 6}" x2="${x}" y2="${bottom}" stroke="#ddd"/>`);
    out.push(text(x, bottom + 16, short(value), 'text-anchor="middle" fill="#666"'));
  }
  groups.forEach(({ label, values }, g) => {
    const y = head + g * groupHeight;
    out.push(text(LEFT - 8, y + (BAR * series.length) / 2 + 4, label, 'text-anchor="end"'));
    values.forEach((value, s) => {
      if (!Number.isFinite(value)) return;
      const [from, to] = [LEFT, scale(value)];
      const color = COLORS[s % COLORS.length];
      out.push(
        `<rect x="${from}" y="${y + s * BAR + 1}" width="${(to - from).toFixed(1)}" height="${BAR - 2}" fill="${color}"/>`,
      );
      out.push(text((to + 5).toFixed(1), y + s * BAR + 12, short(value), 'fill="#444"'));
    });
  });
  if (line) {
    const x = scale(line.value).toFixed(1);
    out.push(
      `<line x1="${x}" y1="${head - 6}" x2="${x}" y2="${bottom}" stroke="#c00" stroke-dasharray="4 3"/>`,
    );
    out.push(text(x, bottom + 32, line.label, 'text-anchor="middle" fill="#c00"'));
  }
  out.push(text((LEFT + WIDTH - RIGHT) / 2, bottom + 48, axis, 'text-anchor="middle"'));
  const height = bottom + 60;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...out,
    '</svg>',
    '',
  ].join('\n');
}

function text(x: number | string, y: number, content: string, more = ''): string {
  const safe = content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  return `<text x="${x}" y="${y}" ${more}>${safe}</text>`;
}

function short(value: number): string {
  return value === 0 ? '0' : value >= 100 ? value.toFixed(0) : value.toPrecision(3).replace(/\.?0+$/, '');
}

/** The next of 1, 2, 2.5, 4, 5, 8 times a power of ten. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return (
    [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 5, 6, 8, 10].map((step) => step * power).find((step) => step >= value) ??
    value
  );
}
