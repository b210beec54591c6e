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
import type { LiveShape } from '../protocol.ts';
import { usePhotoCamera } from './photo-camera.ts';
import type { Window } from './photo-canvas.ts';

/** Draws the head while it takes shape: over the photo, and as clay from the side. */
export interface LiveHead {
  update(shape: LiveShape): void;
  /** Lays the head over what the canvas shows of the photo, as far as the mask reaches. */
  drawOver(canvas: HTMLCanvasElement, view: Window, mask: HTMLCanvasElement): void;
  /** Draws the shape alone, turned about its axis by `yaw` radians. */
  drawClay(canvas: HTMLCanvasElement, yaw: number): void;
  dispose(): void;
}

/** One renderer draws all pictures: a page has few of them to give. */
export function openLiveHead(triangles: Uint32Array): LiveHead {
  const renderer = new WebGLRenderer({ antialias: true, alpha: true, preserveDrawingBuffer: true });
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
  const layer = document.createElement('canvas');
  let shape: LiveShape | undefined;

  function render(canvas: HTMLCanvasElement, scene: Scene): void {
    renderer.setSize(canvas.width, canvas.height, false);
    renderer.render(scene, camera);
    canvas.getContext('2d')?.drawImage(renderer.domElement, 0, 0);
  }

  function put(name: string, values: Float32Array): void {
    const known = geometry.getAttribute(name) as BufferAttribute | undefined;
    if (known) {
      known.copyArray(values);
      known.needsUpdate = true;
    } else geometry.setAttribute(name, new BufferAttribute(values, 3));
  }

  return {
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
    },
    drawOver(canvas, view, mask) {
      if (!shape) return;
      usePhotoCamera(camera, shape.camera, 1, view);
      lamp.position.set(-0.5, 0.6, 1).applyQuaternion(camera.quaternion);
      layer.width = canvas.width;
      layer.height = canvas.height;
      render(layer, photoScene);
      const context = layer.getContext('2d');
      if (context) {
        context.globalCompositeOperation = 'destination-in';
        context.drawImage(mask, 0, 0, layer.width, layer.height);
      }
      canvas.getContext('2d')?.drawImage(layer, 0, 0);
    },
    drawClay(canvas, yaw) {
      if (!shape) return;
      camera.clearViewOffset();
      camera.fov = 26;
      camera.aspect = canvas.width / canvas.height;
      const distance = 720 / Math.min(1, camera.aspect);
      camera.position.set(distance * Math.sin(yaw), 20, distance * Math.cos(yaw));
      camera.up.set(0, 1, 0);
      camera.near = 50;
      camera.far = 3000;
      camera.lookAt(0, 0, 0);
      camera.updateProjectionMatrix();
      // The lamps stay with the viewer.
      key.position.set(-0.5, 0.7, 1).applyQuaternion(camera.quaternion);
      rim.position.set(1, 0.3, -0.4).applyQuaternion(camera.quaternion);
      canvas.getContext('2d')?.clearRect(0, 0, canvas.width, canvas.height);
      render(canvas, clayScene);
    },
    dispose() {
      geometry.dispose();
      renderer.dispose();
      renderer.forceContextLoss();
    },
  };
}
