import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { GanfitError } from '../error.ts';
import { type OnnxModel, type OnnxNode, writeModel } from '../onnx/index.ts';
import { createRuntime } from './index.ts';

const runtime = createRuntime(ort, { executionProviders: ['cpu'], threads: 2 });

const node = (op: string, inputs: string[], output: string): OnnxNode => ({
  op,
  inputs,
  outputs: [output],
  attributes: {},
});

/** y = x[ids] where keep, else 0; and how many were kept. */
const pick: OnnxModel = {
  opset: 20,
  inputs: [
    { name: 'x', dtype: 'float32', shape: [5] },
    { name: 'ids', dtype: 'int32', shape: [3] },
    { name: 'keep', dtype: 'bool', shape: [3] },
  ],
  outputs: [
    { name: 'y', dtype: 'float32', shape: [3] },
    { name: 'dropped', dtype: 'bool', shape: [3] },
    { name: 'double', dtype: 'int32', shape: [3] },
  ],
  initializers: [{ name: 'zero', dtype: 'float32', shape: [], data: Float32Array.of(0) }],
  nodes: [
    node('Gather', ['x', 'ids'], 'picked'),
    node('Where', ['keep', 'picked', 'zero'], 'y'),
    node('Not', ['keep'], 'dropped'),
    node('Add', ['ids', 'ids'], 'double'),
  ],
};

const feeds = {
  x: Float32Array.of(10, 11, 12, 13, 14),
  ids: Int32Array.of(4, 0, 2),
  keep: Uint8Array.of(1, 0, 1),
};

async function messageOf(run: Promise<unknown>, code: string): Promise<string> {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(GanfitError);
  expect((error as GanfitError).code).toBe(code);
  return (error as GanfitError).message;
}

test('floats, integers and booleans go in; everything comes out as floats', async () => {
  const graph = await runtime.compileModel(pick);
  expect(graph.inputs.map(({ name }) => name)).toEqual(['x', 'ids', 'keep']);
  const { y, dropped, double } = await graph.run(feeds);
  expect([[...y], [...dropped], [...double]]).toEqual([
    [14, 0, 12],
    [0, 1, 0],
    [8, 0, 4],
  ]);
  await graph.dispose();
});

test('outputs can be written into arrays of the caller, run after run', async () => {
  const graph = await runtime.compileModel(pick);
  const y = new Float32Array(3);
  expect((await graph.run(feeds, { y })).y).toBe(y);
  expect([...y]).toEqual([14, 0, 12]);
  await graph.run({ ...feeds, ids: Int32Array.of(1, 1, 1) }, { y });
  expect([...y]).toEqual([11, 0, 11]);
  expect(await messageOf(graph.run(feeds, { y: new Float32Array(2) }), 'shape')).toContain('output "y"');
  await graph.dispose();
});

test('runs of one graph may overlap', async () => {
  const graph = await runtime.compileModel(pick);
  const runs = [0, 1, 2, 3].map((id) => graph.run({ ...feeds, ids: Int32Array.of(id, id, id) }));
  expect((await Promise.all(runs)).map(({ y }) => y[0])).toEqual([10, 11, 12, 13]);
  await graph.dispose();
});

test('a network file is loaded and run with its free dimensions', async () => {
  const network = await runtime.load(
    writeModel({
      opset: 20,
      inputs: [{ name: 'x', dtype: 'float32', shape: ['n', 2] }],
      outputs: [{ name: 'y', dtype: 'float32', shape: ['n', 2] }],
      initializers: [],
      nodes: [node('Neg', ['x'], 'y')],
    }),
  );
  expect(network.inputs).toEqual([{ name: 'x', dtype: 'float32', shape: ['n', 2] }]);
  const { y } = await network.run({ x: { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] } });
  expect(y).toEqual({ data: Float32Array.of(-1, -2, -3, -4, -5, -6), shape: [3, 2] });
  const wrong = network.run({ x: { data: new Float32Array(6), shape: [2, 3] } });
  expect(await messageOf(wrong, 'shape')).toMatch(/"x".*\[n,2\].*got \[2,3\]/);
  await network.dispose();
});

describe('errors name the input and both shapes', () => {
  test('missing, short, of the wrong type', async () => {
    const graph = await runtime.compileModel(pick);
    const { x, ids } = feeds;
    expect(await messageOf(graph.run({ x, ids }), 'shape')).toMatch(/"keep".*bool \[3\].*nothing/);
    expect(await messageOf(graph.run({ ...feeds, x: new Float32Array(4) }), 'shape')).toMatch(
      /"x".*\[5\].*4 values/,
    );
    const wrong = graph.run({ ...feeds, ids: new Float32Array(3) });
    expect(await messageOf(wrong, 'shape')).toMatch(/"ids".*Int32Array.*Float32Array/);
    await graph.dispose();
  });

  test('what only the engine can find', async () => {
    const graph = await runtime.compileModel(pick);
    const outside = graph.run({ ...feeds, ids: Int32Array.of(0, 0, 99) });
    expect(await messageOf(outside, 'runtime')).toMatch(/99.*x: float32 \[5\], ids: int32 \[3\]/s);
    await graph.dispose();
  });

  test('graphs and files that the engine refuses', async () => {
    const unknown = { ...pick, nodes: [node('Unheard', ['x'], 'y')], outputs: [pick.outputs[0]] };
    expect(await messageOf(runtime.compileModel(unknown), 'runtime')).toContain('Unheard');
    expect(await messageOf(runtime.load(new Uint8Array(10)), 'runtime')).toContain('load');
  });
});
