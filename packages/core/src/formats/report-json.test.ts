import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { expect, test } from 'vitest';
import { type FitReport, writeReportJson } from './report-json.ts';

const report = {
  generator: 'ganfit 0.1.0',
  photo: { name: 'photo.jpg', width: 512, height: 512, face: 1, faces: 2 },
  fit: { preset: 'default', seed: 0, expression: 'neutral' },
  seconds: { observe: 0.123456789, total: 12.5 },
  losses: { landmark: { value: 2, share: 0.25 }, pixel: { value: 1, share: 0.75 } },
  landmarks: { error: 0.03 },
  identity: { cosine: 0.7, judge: { distance: 0.4 } },
  digests: { shape: 'c'.repeat(64) },
  notes: ['2 faces'],
} as const satisfies FitReport;

test('the file obeys the published schema and rounds to six digits', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../schemas/report.schema.json', import.meta.url), 'utf8'),
  ) as object;
  const validate = new Ajv({ strict: true, allErrors: true }).compile(schema);
  const json = JSON.parse(writeReportJson(report)) as FitReport;
  expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
  expect(json.seconds['observe']).toBe(0.123457);
  expect(json.photo).toEqual(report.photo);
  expect(validate({ ...json, seconds: {} })).toBe(false);
  const { landmarks, identity } = report;
  const together = writeReportJson({ ...report, photos: [{ name: 'b.jpg', landmarks, identity }] });
  expect(validate(JSON.parse(together)), JSON.stringify(validate.errors)).toBe(true);
});

test('only a fit that says why it failed may come without a likeness', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../schemas/report.schema.json', import.meta.url), 'utf8'),
  ) as object;
  const validate = new Ajv({ strict: true }).compile(schema);
  const { landmarks: _, identity: __, ...early } = report;
  expect(validate(JSON.parse(writeReportJson(early)))).toBe(false);
  const failed = { ...early, failure: 'The fit failed: the loss must stay finite.' };
  expect(validate(JSON.parse(writeReportJson(failed))), JSON.stringify(validate.errors)).toBe(true);
});
