import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { packHead } from '../packages/ganfit/src/glb/pack-head.ts';
import { PLAIN_GLB } from '../packages/ganfit/src/glb/settings.ts';
import { makeHead } from './made-head.ts';

/** Its own Python; Debian's Blender 3.4 asks NumPy for a name that Debian's NumPy no longer has. */
const SCRIPT = `
import bpy, json, sys, numpy
numpy.bool = bool
bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.ops.import_scene.gltf(filepath=sys.argv[sys.argv.index('--') + 1])
skin = bpy.data.objects['skin']
rig = next(o for o in bpy.data.objects if o.type == 'ARMATURE')
def points():
    bpy.context.view_layer.update()
    mesh = skin.evaluated_get(bpy.context.evaluated_depsgraph_get()).data
    return [v.co.copy() for v in mesh.vertices]
rest = points()
# Blender's Y goes into the picture, Z up: the lowest point of the front of the face is the chin.
chin = min((i for i, p in enumerate(rest) if p.y < -0.09), key=lambda i: rest[i].z)
def moved():
    return list(points()[chin] - rest[chin])
out = {
    'keys': [k.name for k in skin.data.shape_keys.key_blocks][1:],
    'bones': [b.name for b in rig.data.bones],
    'materials': [s.material.name for s in skin.material_slots],
    'maps': sorted(n.image.name for n in skin.material_slots[0].material.node_tree.nodes if n.type == 'TEX_IMAGE'),
}
skin.data.shape_keys.key_blocks['jawOpen'].value = 1
out['open'] = moved()
skin.data.shape_keys.key_blocks['jawOpen'].value = 0
bone = rig.pose.bones['Head']
bone.rotation_mode = 'XYZ'
bone.rotation_euler = (0.5, 0, 0)
out['nod'] = moved()
print('RESULT' + json.dumps(out))
`;

function hasBlender(): boolean {
  try {
    execFileSync('blender', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

// Not demanded where everything else is: Blender is a gigabyte.
test('Blender imports shapes, bones and maps, and they work', { timeout: 120_000 }, async (context) => {
  if (!hasBlender()) return context.skip('no blender; install it to run this test');
  const folder = mkdtempSync(join(tmpdir(), 'ganfit-blender-'));
  try {
    const { head, license } = await makeHead();
    writeFileSync(join(folder, 'head.glb'), await packHead(head, PLAIN_GLB, { license, digests: {} }));
    writeFileSync(join(folder, 'check.py'), SCRIPT);
    const { stdout } = await promisify(execFile)('blender', [
      ...['--background', '--factory-startup', '--python-exit-code', '1'],
      ...['--python', join(folder, 'check.py'), '--', join(folder, 'head.glb')],
    ]);
    const result = JSON.parse(/RESULT(.*)/.exec(stdout)![1]) as {
      keys: string[];
      bones: string[];
      maps: string[];
      materials: string[];
      open: number[];
      nod: number[];
    };
    expect(result.keys).toEqual(head.parts[0].morphs.map(({ name }) => name));
    expect(result.bones).toEqual(['Neck', 'Head', 'LeftEye', 'RightEye']);
    expect(result.materials).toEqual(['skin']);
    expect(result.maps).toEqual(['skin', 'skin-normal', 'skin-roughness']);
    expect(result.open[2]).toBeLessThan(-0.015);
    expect(Math.hypot(...result.nod)).toBeGreaterThan(0.02);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
