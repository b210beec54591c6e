import {
  AmbientLight,
  BufferAttribute,
  BufferGeometry,
  DirectionalLight,
  LightProbe,
  Mesh,
  MeshLambertMaterial,
  MeshStandardMaterial,
  PerspectiveCamera,
  Scene,
  WebGLRenderer,
} from 'three';
import { paintFaceMask } from '../app/face-mask.ts';
import { usePhotoCamera } from '../app/photo-camera.ts';
import { type AnyCanvas, contextOf, drawPhoto, headWindow } from '../app/photo-canvas.ts';
import type { LiveShape } from '../protocol.ts';
import type { PaintedPhoto, Size } from './painter-protocol.ts';

/** Draws the head while it takes shape: over the photo, and as clay from the side. */
export interface HeadPainter {
  /** Where to draw, from now on; the photo alone until there is a shape. */
  begin(over: AnyCanvas, clay: AnyCanvas, photo: PaintedPhoto): void;
  /** How many pixels the two canvases have. */
  resize(over: Size, clay: Size): void;
  update(shape: LiveShape): void;
  dispose(): void;
}

/**
 * Opens a painter, in the page or in a worker. One renderer draws all pictures: a page has few of them to give.
 *
 * @throws Error where there is no WebGL.
 */
export function openHeadPainter(triangles: Uint32Array): HeadPainter {
  const canvas = makeCanvas();
  const renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true });
  // Asking whether a shader has errors waits for the graphics card.
  renderer.debug.checkShaderErrors = false;
  renderer.setClearColor(0x000000, 0);
  const geometry = new BufferGeometry();
  geometry.setIndex(new BufferAttribute(triangles, 1));

  const photoScene = new Scene();
  const probe = new LightProbe();
  // Until the light of the photo is known, a lamp beside the camera shows the shape.
  const lamp = new DirectionalLight(0xffffff, 2);
  photoScene.add(
    lamp,
    lamp.target,
    new Mesh(geometry, new MeshLambertMaterial({ vertexColors: true })),
    probe,
  );

  const clayScene = new Scene();
  const clay = new MeshStandardMaterial({ color: 0xb9b2a8, roughness: 0.75 });
  const turned = new Mesh(geometry, clay);
  const key = new DirectionalLight(0xffffff, 2.1);
  key.position.set(-0.5, 0.7, 1);
  const rim = new DirectionalLight(0xdfe8ff, 0.9);
  rim.position.set(1, 0.3, -0.4);
  clayScene.add(turned, key, rim, new AmbientLight(0xffffff, 0.55));

  const camera = new PerspectiveCamera();
  // Shaders are ready before the first shape comes; compiled then, they would hold the page up.
  const inParallel = renderer.extensions.has('KHR_parallel_shader_compile');
  for (const scene of [photoScene, clayScene]) {
    if (inParallel) void renderer.compileAsync(scene, camera);
    else renderer.compile(scene, camera);
  }
  const layer = makeCanvas();
  const mask = makeCanvas();
  let shape: LiveShape | undefined;
  let task: { over: AnyCanvas; clay: AnyCanvas; photo: PaintedPhoto } | undefined;
  let isMasked = false;
  let isAsked = false;

  function render(target: AnyCanvas, scene: Scene): void {
    // Setting a size makes the drawing buffer anew, even if it is the same one.
    if (canvas.width !== target.width || canvas.height !== target.height) {
      renderer.setSize(target.width, target.height, false);
    }
    renderer.render(scene, camera);
    contextOf(target)?.drawImage(canvas, 0, 0);
  }

  function put(name: string, values: Float32Array): void {
    const known = geometry.getAttribute(name) as BufferAttribute | undefined;
    if (known) {
      known.copyArray(values);
      known.needsUpdate = true;
    } else geometry.setAttribute(name, new BufferAttribute(values, 3));
  }

  /** Lays the head over what the canvas shows of the photo, as far as the mask reaches. */
  function drawOver(target: AnyCanvas, { picture, width, face }: PaintedPhoto): void {
    const view = headWindow(face, target.width / target.height);
    drawPhoto(target, { picture, width }, view);
    if (!shape) return;
    // Blurring takes longer than drawing.
    if (!isMasked) paintFaceMask(mask, face, view);
    isMasked = true;
    usePhotoCamera(camera, shape.camera, 1, view);
    lamp.position.set(-0.5, 0.6, 1).applyQuaternion(camera.quaternion);
    if (layer.width !== target.width) layer.width = target.width;
    if (layer.height !== target.height) layer.height = target.height;
    const context = contextOf(layer);
    if (!context) return;
    context.globalCompositeOperation = 'copy';
    render(layer, photoScene);
    context.globalCompositeOperation = 'destination-in';
    context.drawImage(mask, 0, 0, layer.width, layer.height);
    contextOf(target)?.drawImage(layer, 0, 0);
  }

  /** Draws the shape alone, from the side. */
  function drawClay(target: AnyCanvas): void {
    if (!shape) return;
    camera.clearViewOffset();
    camera.fov = 26;
    camera.aspect = target.width / target.height;
    const distance = 720 / Math.min(1, camera.aspect);
    camera.position.set(distance * Math.sin(YAW), 20, distance * Math.cos(YAW));
    camera.up.set(0, 1, 0);
    camera.near = 50;
    camera.far = 3000;
    camera.lookAt(0, 0, 0);
    camera.updateProjectionMatrix();
    // The lamps stay with the viewer.
    key.position.set(-0.5, 0.7, 1).applyQuaternion(camera.quaternion);
    rim.position.set(1, 0.3, -0.4).applyQuaternion(camera.quaternion);
    contextOf(target)?.clearRect(0, 0, target.width, target.height);
    render(target, clayScene);
  }

  function draw(): void {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      if (!task) return;
      drawOver(task.over, task.photo);
      drawClay(task.clay);
    });
  }

  return {
    begin(over, clay, photo) {
      task = { over, clay, photo };
      isMasked = false;
      draw();
    },
    resize(over, clay) {
      if (!task) return;
      Object.assign(task.over, over);
      Object.assign(task.clay, clay);
      isMasked = false;
      draw();
    },
    update(next) {
      shape = next;
      put('position', next.positions);
      put('normal', next.normals);
      put('color', next.colors);
      geometry.computeBoundingSphere();
      const light = next.light;
      lamp.visible = !light;
      // L00 of sqrt(4 pi) shades white with 1.
      probe.sh.coefficients.forEach((c, k) => {
        if (light) c.set(light[3 * k], light[3 * k + 1], light[3 * k + 2]);
        else c.setScalar(k === 0 ? 0.35 * Math.sqrt(4 * Math.PI) : 0);
      });
      draw();
    },
    dispose() {
      task = undefined;
      geometry.dispose();
      renderer.dispose();
      renderer.forceContextLoss();
    },
  };
}

/** How far the clay is turned about its axis, radians. */
const YAW = -0.6;

/** Browsers of which no worker can draw have no canvas without a page either. */
function makeCanvas(): AnyCanvas {
  return typeof OffscreenCanvas === 'undefined'
    ? document.createElement('canvas')
    : new OffscreenCanvas(1, 1);
}
