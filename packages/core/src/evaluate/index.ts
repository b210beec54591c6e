/**
 * Room `evaluate`: how good a result is. Meshes, points and masks come in, millimetres go out. It measures against truth or
 * against synthetic people that it makes; nothing here is ever optimised.
 */
export { type AlbedoTruth, albedoPsnr, albedoTruth } from './albedo-psnr.ts';
export { type BarChart, type BarGroup, barChart } from './bar-chart.ts';
export { withFewPixels, withoutColor } from './degrade.ts';
export { type ForeignMesh, foreignTiles, readObj } from './foreign-mesh.ts';
export { GALLERY_COLUMNS, galleryRow, headTile, photoTile } from './gallery-row.ts';
export { gaussianDistance } from './gaussian-distance.ts';
export { type IcpOptions, type IcpResult, IDENTITY_SIMILARITY, icp } from './icp.ts';
export { angleBetween, lightDirection } from './light-direction.ts';
export { type MarkError, type MarkedHead, markAgreement } from './mark-agreement.ts';
export { type MarkedFace, type MarkScheme, readTemplate, WEBMORPH_189 } from './marked-face.ts';
export {
  type MarkedSurface,
  type MeshProtocol,
  MICC_PROTOCOL,
  protocolDistance,
  protocolText,
} from './mesh-protocol.ts';
export { neutralScorer } from './neutral-score.ts';
export { renderOverPhoto } from './over-photo.ts';
export {
  photograph,
  STUDIO_LIGHTS,
  type StudioLight,
  type StudioView,
  studioCamera,
  studioLamp,
  studioViews,
  viewName,
} from './photograph.ts';
export { pixelError } from './pixel-error.ts';
export { makeScan, type Scan, type ScanLandmark } from './scan.ts';
export {
  alignScan,
  type DenseFit,
  type DenseFitOptions,
  faceTriangles,
  fitScan,
  pointToPlane,
} from './scan-fit.ts';
export { innerFace, scanMask } from './scan-mask.ts';
export { type ScanTruth, scanTruth, scoreAgainstScan } from './scan-truth.ts';
export { skinToneAngle } from './skin-tone-angle.ts';
export { meanOf, type Summary, summarize } from './statistics.ts';
export { readTruth, writeTruth } from './stored-truth.ts';
export {
  normalAt,
  type Surface,
  type SurfaceDistance,
  type SurfaceDistanceOptions,
  surfaceDistance,
} from './surface-distance.ts';
export { photographed, portraitSkin, type SyntheticPhoto } from './synthetic-heads.ts';
export { type Cell, csvTable, markdownTable, type Table } from './table.ts';
export { wilsonInterval } from './wilson-interval.ts';
