import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, parse } from 'node:path';
import { type Cell, galleryRow } from '@ganfit/core/evaluate';
import type { Image } from '@ganfit/core/image';
import { chooseFace, observe } from '@ganfit/core/networks';
import { Command } from 'commander';
import { encodePng } from '../encode-image.ts';
import { photoLight } from '../evaluate/compare-likeness.ts';
import { fitStages } from '../evaluate/fit-stages.ts';
import { galleryPage, type OtherMethod, otherTiles, parseOther } from '../evaluate/gallery-page.ts';
import { writeResults } from '../evaluate/write-tables.ts';
import { type ExitCode, errorText, exitCodeOf } from '../exit-code.ts';
import { readPhoto } from '../image.ts';
import type { Io } from '../io.ts';
import { loadKit } from '../kit.ts';
import { listPhotos } from '../unwrap/photo-list.ts';
import { addKitOptions, type KitFlags } from './kit-options.ts';
import { wholeNumber } from './whole-number.ts';

interface GalleryFlags extends KitFlags {
  readonly output: string;
  readonly other: readonly string[];
  readonly tile: number;
  readonly page: number;
}

/** `ganfit gallery PHOTO…`: one row per photo, to look at. */
export function galleryCommand(io: Io, exit: (code: ExitCode) => void): Command {
  const command = new Command('gallery')
    .description('contact sheets: photo, textured, geometry, albedo, turned; other methods beside them')
    .argument('<photo...>', 'photos, or folders of them')
    .option('-o, --output <folder>', 'pages, rows and a table', 'ganfit-gallery')
    .option(
      '--other <name=folder...>',
      'another method: OBJ meshes named like the photos, with PNG or JPEG textures',
      [],
    )
    .option('--tile <pixels>', 'edge of a picture', wholeNumber, 320)
    .option('--page <rows>', 'rows on a page', wholeNumber, 8);
  return addKitOptions(command).action(async (places: string[], flags: GalleryFlags) =>
    exit(await run(places, flags, io)),
  );
}

async function run(places: readonly string[], flags: GalleryFlags, io: Io): Promise<ExitCode> {
  const { output, preset, tile, shape, texture, parsing, mesh, offline } = flags;
  const others: OtherMethod[] = flags.other.map(parseOther);
  const photos = await listPhotos(places);
  const kit = await loadKit({ shape, texture, parsing, mesh, offline, signal: io.signal });
  await mkdir(join(output, 'rows'), { recursive: true });
  const rows: Image[] = [];
  const table: Cell[][] = [];
  let worst: ExitCode = 0;
  for (const { id, path } of photos) {
    try {
      const photo = await readPhoto(path);
      const observation = chooseFace(
        await observe(photo.image, kit.networks, photo),
        undefined,
        basename(path),
      );
      const { result, seconds } = await fitStages([observation], kit, {
        preset,
        whole: true,
        signal: io.signal,
      });
      if (!result) continue;
      const [pose] = result.parameters.photos;
      const more = await otherTiles(path, others, tile);
      const row = galleryRow(photo.image, result.posed, pose, photoLight(result, kit), kit.model, more, tile);
      rows.push(row);
      await writeFile(join(output, 'rows', `${parse(path).name}.png`), await encodePng(row));
      table.push([id, result.judgeDistance, result.cosine, 100 * result.landmarkError, seconds]);
      io.note(`${id}: judge ${result.judgeDistance.toFixed(3)} (${seconds.toFixed(1)} s)`);
    } catch (error) {
      const code = exitCodeOf(error);
      if (code !== 2) throw error;
      io.note(errorText(error));
      worst = code;
    }
  }
  for (let from = 0, page = 1; from < rows.length; from += flags.page, page++) {
    const image = await galleryPage(rows.slice(from, from + flags.page), others, tile);
    await writeFile(join(output, `gallery-${page}.png`), await encodePng(image));
  }
  const columns = ['photo', 'judge', 'cosine', 'landmark error, %', 'seconds'];
  await writeResults(
    output,
    {
      name: 'gallery',
      tables: [{ file: 'gallery', title: `Gallery, preset ${preset}`, columns, rows: table }],
    },
    io,
  );
  return worst;
}
