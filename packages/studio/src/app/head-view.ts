import {
  AmbientLight,
  Box3,
  CanvasTexture,
  DirectionalLight,
  type Group,
  LightProbe,
  type Material,
  Mesh,
  MeshBasicMaterial,
  type MeshStandardMaterial,
  PerspectiveCamera,
  Scene,
  SkinnedMesh,
  SRGBColorSpace,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import type { FittedPhoto } from '../protocol.ts';
import { clayMaterial, uvMaterial } from './head-materials.ts';
import { usePhotoCamera } from './photo-camera.ts';
import type { Window } from './photo-canvas.ts';

export type Surface = 'finished' | 'clay' | 'evidence' | 'uv';
export type LightName = 'studio' | 'soft' | 'side' | 'photo';

/** How the lamps stand. */
export interface LightSetting {
  readonly name: LightName;
  /** Turn of the lamps about the head, radians. */
  readonly turn: number;
  /** 1 as it should be. */
  readonly brightness: number;
}

/** The finished head on the screen. */
export interface HeadView {
  readonly canvas: HTMLCanvasElement;
  /** Names of all morph targets in the file. */
  readonly morphs: readonly string[];
  /** Base colour of the skin, as the file holds it. */
  readonly skinPicture: CanvasImageSource | undefined;
  setWeights(weights: Readonly<Record<string, number>>): void;
  setSurface(surface: Surface): void;
  setWireframe(isShown: boolean): void;
  setLight(setting: LightSetting): void;
  /** Sees the head with the camera of a photo; without one, the visitor's own view comes back. */
  lookAs(photo: FittedPhoto | undefined, view?: Window): void;
  turn(yaw: number, pitch: number): void;
  zoom(factor: number): void;
  reset(): void;
  resize(): void;
  /** The picture as it stands, PNG. */
  picture(): Promise<Blob | null>;
  dispose(): void;
}

/** The GLB counts in metres. */
const MILLIMETRE = 0.001;

/**
 * Opens a GLB in a canvas. It is drawn only when something has changed.
 *
 * @param evidence What the texture rests on, for the surface `evidence`.
 */
export async function openHeadView(
  glb: Uint8Array<ArrayBuffer>,
  evidence: ImageBitmap | undefined,
  photo: FittedPhoto | undefined,
): Promise<HeadView> {
  const { scene: head } = await new GLTFLoader().parseAsync(glb.buffer, '');
  const canvas = document.createElement('canvas');
  const renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true, preserveDrawingBuffer: true });
  renderer.setClearColor(0x000000, 0);
  renderer.outputColorSpace = SRGBColorSpace;
  // Asking whether a shader has errors waits for the graphics card.
  renderer.debug.checkShaderErrors = false;
  const scene = new Scene();
  scene.add(head);
  const lamps = standLamps(scene, photo?.light);
  const meshes = meshesOf(head);
  const own = new Map<Mesh, Material>(meshes.map((mesh) => [mesh, mesh.material as Material]));
  const skin = meshes.find(({ name }) => /skin|head/i.test(name)) ?? meshes[0];
  const wires = addWires(meshes.filter((mesh) => mesh === skin));
  const clay = clayMaterial();
  const uv = uvMaterial();
  const evidenceMaterial = evidence ? pictureMaterial(evidence) : clay;

  const camera = new PerspectiveCamera(24, 1, 0.05, 20);
  const controls = new OrbitControls(camera, canvas);
  controls.enablePan = false;
  controls.minDistance = 0.3;
  controls.maxDistance = 3;
  controls.minPolarAngle = 0.35;
  controls.maxPolarAngle = Math.PI - 0.55;
  const center = new Box3().setFromObject(head).getCenter(new Vector3());
  let isPhotoView = false;
  let isAsked = false;
  // Waited for here; the first drawing would stop the page for as long.
  if (renderer.extensions.has('KHR_parallel_shader_compile')) await renderer.compileAsync(scene, camera);

  function draw(): void {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      renderer.render(scene, camera);
    });
  }

  function reset(): void {
    const tall = Math.max(1, 0.9 / Math.max(0.2, camera.aspect));
    controls.target.set(0, center.y * 0.35, 0);
    camera.position.set(0.16, center.y * 0.35 + 0.03, 0.86 * tall);
    camera.up.set(0, 1, 0);
    controls.update();
    draw();
  }

  function turn(yaw: number, pitch: number): void {
    const offset = camera.position.clone().sub(controls.target);
    const polar = Math.acos(offset.y / offset.length());
    const bounded = Math.min(controls.maxPolarAngle, Math.max(controls.minPolarAngle, polar + pitch));
    offset.setFromSphericalCoords(offset.length(), bounded, Math.atan2(offset.x, offset.z) + yaw);
    camera.position.copy(controls.target).add(offset);
    controls.update();
    draw();
  }

  function resize(): void {
    const { clientWidth: width, clientHeight: height } = canvas;
    if (width === 0 || height === 0) return;
    renderer.setPixelRatio(Math.min(2, devicePixelRatio || 1));
    renderer.setSize(width, height, false);
    if (!isPhotoView) {
      camera.aspect = width / height;
      camera.updateProjectionMatrix();
    }
    // Drawn at once: a canvas that changes its size is empty until it is.
    renderer.render(scene, camera);
  }

  controls.addEventListener('change', draw);
  return {
    canvas,
    morphs: [...new Set(meshes.flatMap((mesh) => Object.keys(mesh.morphTargetDictionary ?? {})))],
    skinPicture: (own.get(skin) as MeshStandardMaterial).map?.image as CanvasImageSource | undefined,
    setWeights(weights) {
      for (const { morphTargetDictionary, morphTargetInfluences } of meshes) {
        for (const [name, index] of Object.entries(morphTargetDictionary ?? {})) {
          if (morphTargetInfluences) morphTargetInfluences[index] = weights[name] ?? 0;
        }
      }
      draw();
    },
    setSurface(surface) {
      for (const mesh of meshes) {
        if (surface === 'finished') mesh.material = own.get(mesh) as Material;
        else if (mesh !== skin || surface === 'clay') mesh.material = clay;
        else mesh.material = surface === 'uv' ? uv : evidenceMaterial;
      }
      draw();
    },
    setWireframe(isShown) {
      for (const wire of wires) wire.visible = isShown;
      // Lines in the surface itself would show in pieces.
      for (const material of [own.get(skin) as Material, clay, uv, evidenceMaterial]) {
        material.polygonOffset = isShown;
        material.polygonOffsetFactor = 1;
        material.polygonOffsetUnits = 1;
        material.needsUpdate = true;
      }
      draw();
    },
    setLight(setting) {
      lamps(setting);
      draw();
    },
    lookAs(from, view) {
      const [left, up] = from?.gaze ?? [0, 0];
      for (const name of ['LeftEye', 'RightEye'])
        head.getObjectByName(name)?.rotation.set(-up, left, 0, 'YXZ');
      if (from && view) {
        if (!isPhotoView) controls.saveState();
        isPhotoView = true;
        controls.enabled = false;
        usePhotoCamera(camera, from.camera, MILLIMETRE, view);
      } else if (isPhotoView) {
        isPhotoView = false;
        camera.clearViewOffset();
        camera.fov = 24;
        camera.near = 0.05;
        camera.far = 20;
        camera.up.set(0, 1, 0);
        controls.enabled = true;
        controls.reset();
        resize();
      }
      draw();
    },
    turn,
    zoom(factor) {
      const offset = camera.position.clone().sub(controls.target);
      const distance = Math.min(
        controls.maxDistance,
        Math.max(controls.minDistance, offset.length() * factor),
      );
      camera.position.copy(controls.target).add(offset.setLength(distance));
      controls.update();
      draw();
    },
    reset,
    resize,
    picture() {
      renderer.render(scene, camera);
      return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
    },
    dispose() {
      controls.dispose();
      scene.traverse((object) => {
        if (!(object instanceof Mesh)) return;
        object.geometry.dispose();
      });
      renderer.dispose();
      renderer.forceContextLoss();
    },
  };
}

function meshesOf(head: Group): Mesh[] {
  const meshes: Mesh[] = [];
  head.traverse((object) => {
    if (object instanceof Mesh) {
      // Morph targets move vertices out of the box that the file knows.
      object.frustumCulled = false;
      meshes.push(object);
    }
  });
  return meshes;
}

/** Lines along all edges that move with the mesh. */
function addWires(meshes: readonly Mesh[]): Mesh[] {
  const material = new MeshBasicMaterial({
    wireframe: true,
    color: 0x0d3b34,
    transparent: true,
    opacity: 0.28,
  });
  return meshes.map((mesh) => {
    const wire =
      mesh instanceof SkinnedMesh
        ? new SkinnedMesh(mesh.geometry, material)
        : new Mesh(mesh.geometry, material);
    if (wire instanceof SkinnedMesh)
      wire.bind((mesh as SkinnedMesh).skeleton, (mesh as SkinnedMesh).bindMatrix);
    wire.morphTargetInfluences = mesh.morphTargetInfluences;
    wire.frustumCulled = false;
    wire.visible = false;
    mesh.add(wire);
    return wire;
  });
}

function pictureMaterial(picture: ImageBitmap): MeshBasicMaterial {
  const texture = new CanvasTexture(picture as unknown as HTMLCanvasElement);
  texture.flipY = false;
  texture.colorSpace = SRGBColorSpace;
  return new MeshBasicMaterial({ map: texture });
}

/** Stands the lamps up; returns the function that moves them. */
function standLamps(scene: Scene, photoLight: Float32Array | undefined): (setting: LightSetting) => void {
  const [key, fill, rim] = [0xfffaf2, 0xf0f4ff, 0xffffff].map((color) => new DirectionalLight(color));
  const ambient = new AmbientLight(0xffffff);
  const probe = new LightProbe();
  scene.add(key, fill, rim, ambient, probe);
  const settings: Record<LightName, readonly [number, number, number, number]> = {
    studio: [1.6, 0.8, 1.1, 1.65],
    soft: [0.5, 0.35, 0.3, 2.5],
    side: [3.1, 0, 1.4, 0.5],
    photo: [0, 0, 0, 0],
  };
  return ({ name, turn, brightness }) => {
    const isPhoto = name === 'photo' && photoLight !== undefined;
    const [k, f, r, a] = settings[isPhoto ? 'photo' : name === 'photo' ? 'soft' : name];
    [key.intensity, fill.intensity, rim.intensity, ambient.intensity] = [k, f, r, a].map(
      (x) => x * brightness,
    );
    const at = (lamp: DirectionalLight, azimuth: number, height: number) =>
      lamp.position.set(Math.sin(azimuth + turn), height, Math.cos(azimuth + turn));
    at(key, name === 'side' ? -1.35 : -0.65, 0.65);
    at(fill, 0.9, 0.1);
    at(rim, 2.6, 0.5);
    probe.intensity = isPhoto ? brightness : 0;
    if (isPhoto) {
      probe.sh.coefficients.forEach((c, i) => {
        c.set(photoLight[3 * i], photoLight[3 * i + 1], photoLight[3 * i + 2]);
      });
    }
  };
}
