import { InvalidArgumentError, Option } from 'commander';

/** Mesh formats that can be asked for. */
export const MESH_FORMATS = ['glb', 'obj', 'ply', 'usdz'] as const;
export type MeshFormat = (typeof MESH_FORMATS)[number];

/** `--format`: some of the mesh formats, separated by commas. */
export function formatOption(): Option {
  return new Option('--format <list>', `mesh files, some of ${MESH_FORMATS.join(',')}`)
    .argParser(meshFormats)
    .default(['glb'], 'glb');
}

function meshFormats(text: string): MeshFormat[] {
  const names = [...new Set(text.split(',').map((name) => name.trim().toLowerCase()))];
  const known = names.filter((name): name is MeshFormat => MESH_FORMATS.some((format) => format === name));
  if (known.length < names.length) {
    throw new InvalidArgumentError(`It must be some of ${MESH_FORMATS.join(',')}, separated by commas.`);
  }
  return known;
}
