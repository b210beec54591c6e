import type { Head, HeadJoint, HeadPart } from '../asset/head.ts';
import { mergeParts } from '../asset/merge-parts.ts';

/** Names and structure that a GLB can have; `default` is ours, `rpm` is that of Ready Player Me's avatars. */
export const GLB_PROFILES = ['default', 'rpm'] as const;
export type GlbProfile = (typeof GLB_PROFILES)[number];

/** A head as one profile wants it. */
export interface ProfiledHead {
  readonly parts: readonly HeadPart[];
  readonly joints: readonly HeadJoint[];
  /** Node above everything else, metres; without one meshes and bones stand at the scene's root. */
  readonly root?: { readonly name: string; readonly translation: readonly [number, number, number] };
}

/** Heights of the bones below the neck of somebody 1.75 m tall, millimetres below it: Mixamo's spine. */
const SPINE = [
  ['Hips', 480],
  ['Spine', 380],
  ['Spine1', 260],
  ['Spine2', 140],
] as const;
/** Eyes of an avatar that stands on the floor, metres. */
const EYE_HEIGHT = 1.63;

const IN_MOUTH = ['teeth', 'gums', 'tongue', 'mouth'];

/** Arranges a head for a profile. */
export function profileHead(head: Head, profile: GlbProfile): ProfiledHead {
  return profile === 'rpm' ? readyPlayerMe(head) : head;
}

/**
 * Ready Player Me's names: `Armature` with Mixamo's bones, `Wolf3D_Head`, `Wolf3D_Teeth`, `EyeLeft`, `EyeRight`.
 *
 * All that lies in the mouth becomes one mesh with one material; the lashes become `Wolf3D_Lashes`, which programs that do not
 * know it simply draw. The head stands where that of a standing avatar is.
 */
function readyPlayerMe(head: Head): ProfiledHead {
  const names: Readonly<Record<string, string>> = {
    skin: 'Wolf3D_Head',
    eyeLeft: 'EyeLeft',
    eyeRight: 'EyeRight',
    lashes: 'Wolf3D_Lashes',
  };
  const inMouth = IN_MOUTH.flatMap((name) => head.parts.filter((part) => part.name === name));
  const others = head.parts.filter((part) => !IN_MOUTH.includes(part.name));
  const parts = others.map((part) => renamed(part, names[part.name] ?? part.name));
  if (inMouth.length > 0) parts.splice(1, 0, mergeParts(inMouth, 'Wolf3D_Teeth'));
  const [neck, skull, ...eyes] = head.joints;
  const [x, y, z] = neck.position;
  const spine = SPINE.map(
    ([name, below], n): HeadJoint => ({ name, parent: n - 1, position: [x, y - below, z] }),
  );
  const first = spine.length;
  const top = head.parts[0].mesh.vertices.reduce((most, value, i) =>
    i % 3 === 1 ? Math.max(most, value) : most,
  );
  const joints: HeadJoint[] = [
    ...spine,
    { ...neck, parent: first - 1 },
    { ...skull, parent: first },
    ...eyes.map((eye) => ({ ...eye, parent: first + 1 })),
    { name: 'HeadTop_End', parent: first + 1, position: [skull.position[0], top, skull.position[2]] },
  ];
  const height = EYE_HEIGHT - 0.001 * (eyes[0]?.position[1] ?? y);
  return {
    parts: parts.map((part) => ({ ...part, binding: moved(part, first) })),
    joints,
    root: { name: 'Armature', translation: [0, height, 0] },
  };
}

function renamed(part: HeadPart, name: string): HeadPart {
  return { ...part, name, material: { ...part.material, name } };
}

function moved({ binding }: HeadPart, by: number): HeadPart['binding'] {
  const { joints, weights } = binding;
  return { weights, joints: joints.map((joint, i) => (weights[i] > 0 ? joint + by : 0)) };
}
