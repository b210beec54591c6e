/**
 * Runs every example on the WebGPU provider and prints the outputs as JSON. A process of its own, because the Vulkan
 * loader reads its folders from the environment that the process was started with.
 */
import * as ort from 'onnxruntime-node';
import { createRuntime } from '../../packages/core/src/runtime/index.ts';
import { EXAMPLES } from './graphs.ts';

const runtime = createRuntime(ort, { executionProviders: ['webgpu'], cpuFallback: false });
const results: Record<string, unknown> = {};
for (const [name, { outputs, feeds }] of Object.entries(EXAMPLES)) {
  try {
    const graph = await runtime.compile(outputs);
    const values = Object.entries(await graph.run(feeds));
    results[name] = Object.fromEntries(values.map(([output, data]) => [output, [...data]]));
    await graph.dispose();
  } catch (error) {
    results[name] = { error: (error as Error).message };
  }
}
process.stdout.write(JSON.stringify(results));
