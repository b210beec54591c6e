// Runs inside the browser: shows a GLB as any Babylon.js program would. The same two functions as in three-page.js.
import '@babylonjs/core/Bones/index.js';
import '@babylonjs/core/Morph/index.js';
import '@babylonjs/loaders/glTF/2.0/index.js';
import '@babylonjs/core/Meshes/Compression/meshoptCompression.js';
import { ArcRotateCamera } from '@babylonjs/core/Cameras/arcRotateCamera.js';
import { Engine } from '@babylonjs/core/Engines/engine.js';
import { DirectionalLight } from '@babylonjs/core/Lights/directionalLight.js';
import { HemisphericLight } from '@babylonjs/core/Lights/hemisphericLight.js';
import { SceneLoader } from '@babylonjs/core/Loading/sceneLoader.js';
import { Color3, Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Scene } from '@babylonjs/core/scene.js';

const SIZE = 512;
let engine;
let scene;
let camera;
let transforms;

/** Loads a file; says what is in it. */
globalThis.loadGlb = async (url) => {
  const canvas = document.createElement('canvas');
  canvas.width = SIZE;
  canvas.height = SIZE;
  document.body.replaceChildren(canvas);
  engine?.dispose();
  engine = new Engine(canvas, true, { preserveDrawingBuffer: true, stencil: false });
  scene = new Scene(engine);
  // glTF is right-handed; so is everything that the tests say.
  scene.useRightHandedSystem = true;
  scene.clearColor = new Color4(0.125, 0.19, 0.25, 1);
  const sky = new HemisphericLight('sky', new Vector3(0, 1, 0.4), scene);
  sky.intensity = 1.1;
  sky.groundColor = new Color3(0.6, 0.6, 0.6);
  const lamp = new DirectionalLight('lamp', new Vector3(0.4, -0.8, -1), scene);
  lamp.intensity = 1;
  camera = new ArcRotateCamera('camera', 0, 0, 1, Vector3.Zero(), scene);
  camera.fov = Math.PI / 6;
  camera.minZ = 0.01;
  camera.maxZ = 10;
  const container = await SceneLoader.LoadAssetContainerAsync('', url, scene, undefined, '.glb');
  container.addAllToScene();
  transforms = new Map(container.transformNodes.map((node) => [node.name, node]));
  await scene.whenReadyAsync();
  const [min, max] = [
    new Vector3(Infinity, Infinity, Infinity),
    new Vector3(-Infinity, -Infinity, -Infinity),
  ];
  const meshes = [];
  for (const mesh of container.meshes) {
    if (mesh.getTotalVertices() === 0) continue;
    const manager = mesh.morphTargetManager;
    const morphs = [];
    for (let n = 0; n < (manager?.numTargets ?? 0); n++) morphs.push(manager.getTarget(n).name);
    const box = mesh.getBoundingInfo().boundingBox;
    min.minimizeInPlace(box.minimumWorld);
    max.maximizeInPlace(box.maximumWorld);
    meshes.push({ name: mesh.name, morphs });
  }
  return { min: min.asArray(), max: max.asArray(), meshes };
};

/** Draws the head as `drawHead` in three-page.js does. */
globalThis.drawHead = async ({
  weights = {},
  bones = {},
  yaw = 0,
  distance = 1,
  height = 0,
  at = [0, height, 0],
}) => {
  for (const mesh of scene.meshes) {
    const manager = mesh.morphTargetManager;
    for (let n = 0; n < (manager?.numTargets ?? 0); n++) {
      const target = manager.getTarget(n);
      target.influence = weights[target.name] ?? 0;
    }
  }
  for (const name of ['Neck', 'Head', 'LeftEye', 'RightEye']) {
    const node = transforms.get(name);
    if (!node) continue;
    node.rotationQuaternion = null;
    node.rotation = Vector3.FromArray(bones[name] ?? [0, 0, 0]);
  }
  camera.setTarget(Vector3.FromArray(at));
  camera.setPosition(new Vector3(at[0] + distance * Math.sin(yaw), at[1], at[2] + distance * Math.cos(yaw)));
  scene.render();
  // Shaders are built in the background; the second drawing has all of them.
  await scene.whenReadyAsync();
  scene.render();
  return engine.getRenderingCanvas().toDataURL('image/png');
};
