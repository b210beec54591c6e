import { expect, test } from 'vitest';
import { summarize } from './statistics.ts';
import { csvTable, markdownTable } from './table.ts';

const table = {
  title: 'Heads',
  columns: ['head', 'RMS, mm', 'photos'],
  rows: [
    ['mean face', 1.84999, undefined],
    ['a "fit" | ours', Number.NaN, 12],
  ],
  notes: ['one note'],
} as const;

test('markdownTable: numbers to the right, bars escaped, nothing where nothing is', () => {
  expect(markdownTable(table)).toBe(
    `### Heads

| head            | RMS, mm | photos |
|-----------------|--------:|-------:|
| mean face       |   1.850 |      - |
| a "fit" \\| ours |       - |     12 |

- one note
`,
  );
});

test('csvTable: quoted where it must be, numbers in full', () => {
  expect(csvTable(table)).toBe('head,"RMS, mm",photos\r\nmean face,1.84999,\r\n"a ""fit"" | ours",,12\r\n');
});

test('summarize: leaves out what is not finite', () => {
  expect(summarize([4, Number.NaN, 1, 2, 3])).toEqual({
    count: 4,
    mean: 2.5,
    deviation: Math.sqrt(1.25),
    median: 2.5,
    p90: expect.closeTo(3.7, 9),
    worst: 4,
  });
  expect(summarize([]).mean).toBeNaN();
});
