// Runs inside the browser: shows a GLB as any three.js program would.
import {
  AmbientLight,
  Box3,
  Color,
  DirectionalLight,
  PerspectiveCamera,
  Scene,
  SRGBColorSpace,
  WebGLRenderer,
} from 'three';
import { MeshoptDecoder } from 'three/addons/libs/meshopt_decoder.module.js';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { USDLoader } from 'three/addons/loaders/USDLoader.js';

const SIZE = 512;
const scene = new Scene();
scene.background = new Color(0x203040);
scene.add(new AmbientLight(0xffffff, 2.2));
const lamp = new DirectionalLight(0xffffff, 1.2);
lamp.position.set(-0.4, 0.8, 1);
scene.add(lamp);
const camera = new PerspectiveCamera(30, 1, 0.01, 10);
let renderer;
let head;

/** Loads a file, GLB or USDZ; says what is in it. */
globalThis.loadGlb = async (url) => {
  renderer ??= new WebGLRenderer({ antialias: true, preserveDrawingBuffer: true });
  renderer.setSize(SIZE, SIZE);
  renderer.outputColorSpace = SRGBColorSpace;
  document.body.append(renderer.domElement);
  const file = await (await fetch(url)).arrayBuffer();
  const isArchive = new Uint8Array(file)[0] === 0x50;
  if (head) scene.remove(head);
  head = isArchive
    ? new USDLoader().parse(file)
    : (await new GLTFLoader().setMeshoptDecoder(MeshoptDecoder).parseAsync(file, '')).scene;
  // The loader of USDZ does not wait for its pictures.
  if (isArchive) await new Promise((resolve) => setTimeout(resolve, 1500));
  scene.add(head);
  const { min, max } = new Box3().setFromObject(head, true);
  const meshes = [];
  head.traverse((object) => {
    if (object.isMesh)
      meshes.push({ name: object.name, morphs: Object.keys(object.morphTargetDictionary ?? {}) });
  });
  return { min: min.toArray(), max: max.toArray(), meshes };
};

/**
 * Draws the head, seen from `distance` metres before the point `at`, turned by `yaw` radians, with morph weights and with
 * bones turned by Euler angles in radians.
 */
globalThis.drawHead = ({
  weights = {},
  bones = {},
  yaw = 0,
  distance = 1,
  height = 0,
  at = [0, height, 0],
}) => {
  head.traverse((object) => {
    for (const [name, index] of Object.entries(object.morphTargetDictionary ?? {})) {
      object.morphTargetInfluences[index] = weights[name] ?? 0;
    }
    if (object.isBone) object.rotation.set(...(bones[object.name] ?? [0, 0, 0]));
  });
  camera.position.set(at[0] + distance * Math.sin(yaw), at[1], at[2] + distance * Math.cos(yaw));
  camera.lookAt(...at);
  renderer.render(scene, camera);
  return renderer.domElement.toDataURL('image/png');
};
