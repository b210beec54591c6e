/** One value of a table; undefined where there is none. */
export type Cell = string | number | undefined;

/** Figures for people and programs. */
export interface Table {
  readonly title: string;
  /** Names of the columns, with their units. */
  readonly columns: readonly string[];
  /** One cell per column each. */
  readonly rows: readonly (readonly Cell[])[];
  /** Everything that a reader must know to compare these figures with others, one line each. */
  readonly notes?: readonly string[];
}

/** The table as GitHub's Markdown, numbers with three significant decimals, aligned to the right. */
export function markdownTable({ title, columns, rows, notes = [] }: Table): string {
  const text = [columns, ...rows].map((row) => columns.map((_, c) => cellText(row[c]).replace(/\|/g, '\\|')));
  const numeric = columns.map((_, c) => rows.some((row) => typeof row[c] === 'number'));
  const widths = columns.map((_, c) => Math.max(3, ...text.map((row) => row[c].length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, c) => (numeric[c] ? cell.padStart(widths[c]) : cell.padEnd(widths[c]))).join(' | ')} |`;
  const rule = `|${widths.map((width, c) => (numeric[c] ? `${'-'.repeat(width + 1)}:` : '-'.repeat(width + 2))).join('|')}|`;
  const [head, ...body] = text;
  const list = notes.length > 0 ? ['', ...notes.map((note) => `- ${note}`)] : [];
  return [`### ${title}`, '', line(head), rule, ...body.map(line), ...list, ''].join('\n');
}

/** The table as RFC 4180 text with a header line, numbers in full, notes left out. */
export function csvTable({ columns, rows }: Table): string {
  const quote = (cell: Cell): string => {
    const text = cell === undefined || (typeof cell === 'number' && Number.isNaN(cell)) ? '' : String(cell);
    return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  return `${[columns, ...rows].map((row) => columns.map((_, c) => quote(row[c])).join(',')).join('\r\n')}\r\n`;
}

function cellText(cell: Cell): string {
  if (cell === undefined) return '-';
  if (typeof cell === 'string') return cell;
  if (Number.isNaN(cell)) return '-';
  return Number.isInteger(cell) ? String(cell) : cell.toFixed(Math.abs(cell) >= 100 ? 1 : 3);
}
