// Runs inside the browser: the same steps as in Node.
import { decodePhoto, loadKit, openRuntimes } from '@ganfit/web';
import { firstSteps } from './first-steps.ts';

Object.assign(globalThis, {
  async firstSteps(base: string, models: string, runtimeFiles: string) {
    const url = (path: string) => new URL(path, base).href;
    const runtimes = await openRuntimes({ runtimeFiles: url(runtimeFiles) }, false);
    const kit = await loadKit(url(models), runtimes);
    const response = await fetch(url('astronaut.png'));
    const { image } = await decodePhoto(await response.blob());
    return firstSteps(image, kit);
  },
});
