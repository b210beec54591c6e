import { expect, test } from 'vitest';
import { diffuse } from './diffuse.ts';
import { roundHead } from './round-head.ts';
import { distanceFrom, surfaceGraph } from './surface-graph.ts';

const model = roundHead(16);
const graph = surfaceGraph(model.mean, model.parts[0].triangles, model.vertexCount);

test('surfaceGraph: the areas add up to the sphere', () => {
  const sum = graph.areas.reduce((a, b) => a + b);
  expect(sum / (4 * Math.PI * 100 ** 2)).toBeGreaterThan(0.97);
  expect(sum / (4 * Math.PI * 100 ** 2)).toBeLessThan(1);
});

test('distanceFrom: the way from pole to equator is a quarter of a great circle', () => {
  const distances = distanceFrom(graph, (v) => v === 0, 400);
  const equator = [...distances.keys()].filter((v) => Math.abs(model.mean[3 * v + 1]) < 1);
  for (const v of equator) expect(Math.abs(distances[v] - 50 * Math.PI)).toBeLessThan(2);
});

test('diffuse: between two held poles the values follow the sphere’s harmonic function', () => {
  const held = (v: number): boolean => Math.abs(model.mean[3 * v + 1]) > 80;
  const values = Float32Array.from({ length: graph.vertexCount }, (_, v) => Math.sign(model.mean[3 * v + 1]));
  const weights = Float32Array.from({ length: graph.vertexCount }, (_, v) => (held(v) ? 1e4 : 0));
  const result = diffuse(graph, { values, weights }, 1);
  const potential = (y: number): number => Math.log((1 + y / 100) / (1 - y / 100));
  const border = Math.min(
    ...[...result.keys()].filter((v) => held(v)).map((v) => Math.abs(model.mean[3 * v + 1])),
  );
  for (let v = 0; v < graph.vertexCount; v++) {
    if (held(v)) expect(result[v]).toBeCloseTo(values[v], 2);
    else expect(result[v]).toBeCloseTo(potential(model.mean[3 * v + 1]) / potential(border), 1);
  }
});

test('diffuse: wished differences are met up to a constant', () => {
  const truth = Float32Array.from({ length: graph.vertexCount }, (_, v) => model.mean[3 * v] / 100);
  const differences = new Float32Array(graph.neighbors.length);
  for (let v = 0; v < graph.vertexCount; v++) {
    for (let e = graph.starts[v]; e < graph.starts[v + 1]; e++) {
      differences[e] = truth[v] - truth[graph.neighbors[e]];
    }
  }
  const weights = new Float32Array(graph.vertexCount);
  weights[5] = 1;
  const values = new Float32Array(graph.vertexCount);
  values[5] = 7;
  const result = diffuse(graph, { values, weights, differences }, 1);
  for (let v = 0; v < graph.vertexCount; v++) expect(result[v] - truth[v]).toBeCloseTo(7 - truth[5], 2);
});
