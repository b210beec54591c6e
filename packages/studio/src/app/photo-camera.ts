import { type PerspectiveCamera, Vector3 } from 'three';
import type { PhotoView } from '../protocol.ts';
import type { Window } from './photo-canvas.ts';

/**
 * Makes a camera of three.js see what the camera of a photo saw.
 *
 * @param unit Length of a millimetre in the scene.
 * @param view The part of the photo that fills the drawing.
 */
export function usePhotoCamera(
  camera: PerspectiveCamera,
  photo: PhotoView,
  unit: number,
  view: Window,
): void {
  const [position, target] = [photo.position, photo.target].map((place) =>
    new Vector3(...place).multiplyScalar(unit),
  );
  camera.position.copy(position);
  camera.up.set(0, 1, 0);
  camera.lookAt(target);
  // Content that turns clockwise is a camera that turns counter-clockwise.
  camera.rotateZ(photo.roll);
  camera.fov = (2 * Math.atan(photo.height / 2 / photo.focal) * 180) / Math.PI;
  camera.aspect = photo.width / photo.height;
  const distance = position.distanceTo(target);
  camera.near = distance * 0.1;
  camera.far = distance * 4;
  camera.setViewOffset(photo.width, photo.height, view.x, view.y, view.width, view.height);
  camera.updateProjectionMatrix();
  camera.updateMatrixWorld();
}
