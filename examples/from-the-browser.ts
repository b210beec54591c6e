import { chooseFace, GanfitError, observe, reconstruct, writeGlb } from '@ganfit/core';
import { decodePhoto, encodeTexture, loadKit, openRuntimes } from '@ganfit/web';

// A worker: a photo's File comes in, progress and the bytes of a GLB go out.
const base = new URL('./', self.location.href).href; // where models.json and the runtime's files lie
const ready = openRuntimes({ runtimeFiles: `${base}runtime/` }, false).then((runtimes) =>
  loadKit(`${base}models.json`, runtimes),
);

self.onmessage = async ({ data: file }: MessageEvent<File>) => {
  try {
    const kit = await ready;
    const photo = await decodePhoto(file, file.name);
    const face = chooseFace(await observe(photo.image, kit.networks, photo));
    for await (const { stage, fraction, iteration, result } of reconstruct([face], kit, { preset: 'fast' })) {
      self.postMessage({ stage, fraction: iteration?.progress ?? fraction });
      if (!result) continue;
      const glb = await writeGlb(result.head, {
        encode: encodeTexture,
        generator: 'my page',
        copyright: kit.license,
        extras: { notice: 'Use it only with the consent of the person in the photo.', digests: kit.digests },
      });
      self.postMessage({ glb });
    }
  } catch (error) {
    // `input` and `format` are the visitor's to mend, `runtime` the machine's or the network's.
    self.postMessage({ error: error instanceof GanfitError ? error.message : String(error) });
  }
};
