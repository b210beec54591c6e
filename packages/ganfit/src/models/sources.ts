/** One file of a third-party package, pinned by version and digest. */
export interface ModelSource {
  /** The name by which the rest of the program asks for it. */
  readonly name: ModelName;
  /** What it does here. */
  readonly role: string;
  /** npm package. */
  readonly package: string;
  /** Exact version of the package. */
  readonly version: string;
  /** Path of the file inside the package. */
  readonly path: string;
  /** Size in bytes. */
  readonly bytes: number;
  /** SHA-256 of the file, lower-case hexadecimal. */
  readonly sha256: string;
  /** License that the package or the authors declare. */
  readonly license: string;
  /** Who trained it. */
  readonly origin: string;
  /** Fetched only by those who ask for it. */
  readonly optional?: boolean;
  /** First byte, and the one behind the last, of what is used of the file; all of it when absent. */
  readonly slice?: readonly [number, number];
  /** What a careful user wants to know before relying on it. */
  readonly doubt: string;
}

export type ModelName =
  | 'face-detector'
  | 'face-landmarks'
  | 'face-identity'
  | 'face-judge'
  | 'face-judge-manifest'
  | 'face-mesh';

const FACEPLUGIN = { package: 'faceplugin-face-recognition-js', version: '0.0.1' };
const FACE_API = { package: '@vladmandic/face-api', version: '1.7.15' };

/** Size of each package as it travels, bytes; the registry does not say it beforehand. */
export const PACKAGE_BYTES: Readonly<Record<string, number>> = {
  'faceplugin-face-recognition-js': 41_114_878,
  '@vladmandic/face-api': 12_677_476,
  '@mediapipe/face_mesh': 7_319_164,
};

/** Every third-party network that the program uses; none of them is part of it. */
export const MODEL_SOURCES: readonly ModelSource[] = [
  {
    ...FACEPLUGIN,
    name: 'face-detector',
    role: 'finds faces',
    path: 'model/fr_detect.onnx',
    bytes: 1_217_758,
    sha256: '6c0256ccd3164f844736a401faf936ec2930764a87ae39442180887d0c5c8854',
    license: 'MIT',
    origin: 'Linzaer, Ultra-Light-Fast-Generic-Face-Detector-1MB (RFB-320), repackaged by Faceplugin',
    doubt: 'Trained on WIDER FACE. Not compared bit by bit with the original file.',
  },
  {
    ...FACEPLUGIN,
    name: 'face-landmarks',
    role: 'places 68 landmarks',
    path: 'model/fr_landmark.onnx',
    bytes: 1_163_742,
    sha256: 'f10b0ba1d2a8a099adefede1ebf3733e44fe370715e7303dbeb7f59c02142258',
    license: 'MIT (of the package)',
    origin: 'Faceplugin',
    doubt: 'Training data not disclosed; it may contain 300-W, whose terms are non-commercial.',
  },
  {
    ...FACEPLUGIN,
    name: 'face-identity',
    role: 'compares identities while fitting',
    path: 'model/fr_feature.onnx',
    bytes: 4_884_269,
    sha256: '87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581',
    license: 'MIT (of the package)',
    origin: 'Faceplugin, a 512-d MobileFaceNet',
    doubt: 'Training data not disclosed, probably web-scraped celebrities; origin cannot be verified.',
  },
  {
    ...FACE_API,
    name: 'face-judge',
    role: 'judges the likeness of the result, is never optimized',
    path: 'model/face_recognition_model.bin',
    bytes: 6_444_032,
    sha256: 'b413e420d6840b2775fba32008db6f3cddb07d485967fb42cfcf379c16a8c589',
    license: 'public domain (weights), MIT (package)',
    origin: 'Davis King, dlib-models (ResNet v1, 128-d), quantized by face-api',
    doubt: 'Trained on FaceScrub, VGG Face and scraped pictures of public figures.',
  },
  {
    ...FACE_API,
    name: 'face-judge-manifest',
    role: 'names and shapes of the weights of face-judge',
    path: 'model/face_recognition_model-weights_manifest.json',
    bytes: 19_615,
    sha256: 'cbaffa501b0b9275a12b63357a6843e7e30c054e1c9151e1a5f879b26e32986b',
    license: 'MIT',
    origin: 'face-api',
    doubt: 'Nothing known.',
  },
  {
    package: '@mediapipe/face_mesh',
    version: '0.4.1633559619',
    name: 'face-mesh',
    role: 'places 468 points of the surface, with --mesh',
    path: 'face_mesh_solution_packed_assets.data',
    bytes: 3_986_256,
    sha256: 'dbe5905c582c0462cdaea17e7e6ecea92edaa8cccc515c5e2e7291f2cbb5fb99',
    optional: true,
    // face_landmark.tflite, of the four files in this one.
    slice: [2_495_952, 3_737_848],
    license: 'Apache-2.0',
    origin: 'Google, MediaPipe FaceMesh',
    doubt: "Trained on Google's own pictures; its card says it is not for identifying people.",
  },
];

/** The source called `name`. */
export function modelSource(name: ModelName): ModelSource {
  const source = MODEL_SOURCES.find((candidate) => candidate.name === name);
  if (!source) throw new Error(`no model is called ${name}`);
  return source;
}
