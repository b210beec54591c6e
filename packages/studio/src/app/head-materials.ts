import { CanvasTexture, MeshStandardMaterial, RepeatWrapping, SRGBColorSpace } from 'three';

/** Shape without colour. */
export function clayMaterial(): MeshStandardMaterial {
  return new MeshStandardMaterial({ color: 0xb9b2a8, roughness: 0.75 });
}

/** A checkerboard over the UV, whose squares show how the texture is stretched. */
export function uvMaterial(): MeshStandardMaterial {
  const [side, squares] = [1024, 32];
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext('2d');
  const step = side / squares;
  for (let row = 0; context && row < squares; row++) {
    for (let column = 0; column < squares; column++) {
      const isDark = (row + column) % 2 === 0;
      const hue = Math.round((360 * column) / squares);
      const light = (isDark ? 38 : 82) - Math.round((14 * row) / squares);
      context.fillStyle = `hsl(${hue} 32% ${light}%)`;
      context.fillRect(column * step, row * step, step, step);
    }
  }
  const map = new CanvasTexture(canvas);
  map.flipY = false;
  map.colorSpace = SRGBColorSpace;
  map.wrapS = RepeatWrapping;
  map.wrapT = RepeatWrapping;
  map.anisotropy = 8;
  return new MeshStandardMaterial({ map, roughness: 0.8 });
}
