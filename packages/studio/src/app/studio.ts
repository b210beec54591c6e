import { DEFAULT_PRESET, PRESETS, type PresetName } from '@ganfit/core/fit';
import type { WebProvider } from '@ganfit/web';
import type { FinishedHead, NamedFile, Opened } from '../protocol.ts';
import { engineText, showAbout } from './about-dialog.ts';
import { takePhoto } from './camera-dialog.ts';
import { h, ICONS, icon } from './element.ts';
import { aboutSeconds, expectedSeconds, learnSeconds, presetTexts } from './estimate.ts';
import { fittingScreen } from './fitting-screen.ts';
import { headScreen } from './head-screen.ts';
import { installServiceWorker } from './isolation.ts';
import { type BroughtPhoto, likelyFace, sameFace, usable } from './photo-set.ts';
import { photosScreen } from './photos-screen.ts';
import { saveFile } from './save-file.ts';
import type { Screen } from './screen.ts';
import { startScreen } from './start-screen.ts';
import { StudioError, type StudioWorker, startWorker } from './studio-worker.ts';
import { remember, remembered, themeButton } from './theme.ts';

const PROVIDER = 'ganfit-provider';

/** Puts the studio into the page and keeps it going: which screen is shown, and what leads to the next. */
export async function openStudio(body: HTMLElement): Promise<void> {
  const status = h('button', {
    type: 'button',
    class: 'status',
    onclick: () => showAbout(opened, BUILD.VERSION),
  });
  const main = h('main', { id: 'main', tabindex: -1 });
  const toast = h('div', { class: 'toasts', role: 'alert' });
  const header = h(
    'header',
    { class: 'bar' },
    h(
      'a',
      { class: 'brand', href: './' },
      h('img', { src: 'icon.svg', alt: '' }),
      'ganfit ',
      h('span', {}, 'studio'),
    ),
    status,
    h(
      'button',
      {
        type: 'button',
        class: 'quiet round',
        'aria-label': 'About',
        title: 'About',
        onclick: () => showAbout(opened, BUILD.VERSION),
      },
      icon(ICONS.info),
    ),
    themeButton(),
  );
  body.replaceChildren(h('a', { class: 'skip', href: '#main' }, 'Skip to the content'), header, main, toast);

  let worker: StudioWorker;
  let opened: Opened | undefined;
  let screen: Screen | undefined;
  let photos: BroughtPhoto[] = [];
  let preset: PresetName = DEFAULT_PRESET;
  let lastId = 0;
  let isFitting = false;

  function show(next: Screen): void {
    const isOther = screen?.title !== next.title;
    screen?.leave?.();
    screen = next;
    document.title = next.title;
    // Readers of screens look for a heading of the first level; where the eye needs none it is hidden.
    const heading = next.element.querySelector('h1')
      ? undefined
      : h('h1', { class: 'visually-hidden' }, next.title.replace(/ – .*/, ''));
    main.replaceChildren(...[heading, next.element].filter((element) => element !== undefined));
    if (isOther) {
      // Readers of screens go on where the new one begins.
      main.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    next.enter?.();
  }

  const about = () => showAbout(opened, BUILD.VERSION);

  function say(message: string): void {
    const close = h(
      'button',
      { type: 'button', class: 'quiet round', 'aria-label': 'Close', onclick: () => box.remove() },
      icon(ICONS.close),
    );
    const box = h('div', { class: 'toast' }, h('p', {}, message), close);
    toast.replaceChildren(box);
  }

  function showStatus(share?: number): void {
    const { short, long, isSlow } = engineText(opened);
    status.textContent =
      share === undefined || opened ? short : `Getting ready, ${Math.round(100 * share)} %`;
    status.title = long;
    status.dataset['state'] = !opened ? 'busy' : isSlow ? 'slow' : 'good';
  }

  function slowHint(): HTMLElement | undefined {
    const { isSlow, long } = engineText(opened);
    return isSlow ? h('p', { class: 'hint' }, icon(ICONS.info), h('span', {}, long)) : undefined;
  }

  /** Beside the presets there is room for one line. */
  function briefHint(): HTMLElement | undefined {
    if (!engineText(opened).isSlow) return undefined;
    const more = h('button', { type: 'button', class: 'link', onclick: about }, 'Why, and what helps');
    return h(
      'p',
      { class: 'hint' },
      icon(ICONS.info),
      h('span', {}, 'Slower here: the processor does it all. ', more),
    );
  }

  function showStart(): void {
    for (const { id } of photos) void worker.forget(id);
    photos = [];
    const hint = h('div', { class: 'start-hint' });
    hint.append(...[slowHint()].filter((item) => item !== undefined));
    show(
      startScreen(
        { addFiles, openCamera, useExample, showAbout: () => showAbout(opened, BUILD.VERSION) },
        hint,
      ),
    );
  }

  function showPhotos(): void {
    const pace = Math.max(0, ...photos.map(({ look }) => look?.pace ?? 0)) || 30;
    const provider = opened?.provider ?? 'wasm';
    const time = (name: PresetName) =>
      aboutSeconds(expectedSeconds(name, provider, pace, Math.max(1, usable(photos).length)));
    show(
      photosScreen(
        { photos, presets: presetTexts(), preset, time, hint: briefHint() },
        {
          addFiles,
          openCamera,
          remove(photo) {
            photos = photos.filter((other) => other !== photo);
            void worker.forget(photo.id);
            if (photos.length === 0) showStart();
            else showPhotos();
          },
          chooseFace(photo, face) {
            photo.face = face;
            showPhotos();
          },
          makeFirst(photo) {
            photos = [photo, ...photos.filter((other) => other !== photo)];
            showPhotos();
          },
          choosePreset(name) {
            preset = name;
          },
          start: () => void runFit(),
          back: showStart,
        },
      ),
    );
  }

  /** Photos are looked at, files of an earlier head are opened. */
  function addFiles(files: readonly File[]): void {
    if (files.length === 0 || isFitting) return;
    if (files.some(({ name }) => /\.(json|zip)$/i.test(name))) {
      void reopen(files.map((content) => ({ name: content.name, content })));
      return;
    }
    for (const content of files) void addPhoto({ name: content.name, content });
  }

  async function addPhoto(file: NamedFile): Promise<void> {
    const photo: BroughtPhoto = { id: ++lastId, file };
    photos = [...photos, photo];
    showPhotos();
    try {
      const look = await worker.look(photo.id, file);
      photo.look = look;
      const [first] = usable(photos);
      const known = first?.look?.faces[first.face as number];
      photo.face = known ? sameFace(look, known.embedding) : likelyFace(look);
      if (look.faces.length === 0) {
        photo.error =
          'No face was found. Use a photo in which the face is upright, sharp and at least 40 pixels high.';
      } else if (photo.face === undefined) {
        photo.error =
          'The face is too small: at least 40 pixels are needed. Use a larger picture or a closer one.';
      }
    } catch (error) {
      photo.error = readable(error);
    }
    // The visitor may have left this screen meanwhile.
    if (photos.includes(photo) && !isFitting) showPhotos();
  }

  async function openCamera(): Promise<void> {
    const photo = await takePhoto();
    if (photo) addFiles([photo]);
  }

  async function useExample(): Promise<void> {
    const response = await fetch('astronaut.png');
    await addPhoto({ name: 'astronaut.png', content: await response.blob() });
  }

  async function runFit(): Promise<void> {
    const chosen = usable(photos);
    if (chosen.length === 0 || !opened) return;
    isFitting = true;
    const start = performance.now();
    const fitting = fittingScreen(chosen[0], opened.triangles, PRESETS[preset], () => void worker.cancel());
    show(fitting);
    try {
      const steps = worker.fit(
        chosen.map(({ id, face }) => ({ photo: id, face: face as number })),
        preset,
      );
      let head: FinishedHead;
      for (;;) {
        const step = await steps.next();
        if (step.done) {
          head = step.value;
          break;
        }
        fitting.show(step.value);
      }
      learnSeconds(preset, opened.provider, chosen.length, (performance.now() - start) / 1000);
      await showHead(head, chosen);
    } catch (error) {
      showPhotos();
      if (!(error instanceof StudioError && error.code === 'cancelled')) say(readable(error));
    } finally {
      isFitting = false;
    }
  }

  async function reopen(files: readonly NamedFile[]): Promise<void> {
    try {
      await showHead(await worker.reopen(files), []);
    } catch (error) {
      say(readable(error));
    }
  }

  async function showHead(head: FinishedHead, fitted: readonly BroughtPhoto[]): Promise<void> {
    show(
      await headScreen(head, fitted, {
        async download(kind) {
          try {
            saveFile(await worker.write(kind));
          } catch (error) {
            say(readable(error));
          }
        },
        savePicture: (content) => saveFile({ name: 'head.png', content }),
        again: showStart,
      }),
    );
  }

  function receiveDrops(): void {
    const mark = (isOver: boolean) => document.documentElement.classList.toggle('dragging', isOver);
    addEventListener('dragover', (event) => {
      event.preventDefault();
      mark(true);
    });
    addEventListener('dragleave', (event) => {
      if (!event.relatedTarget) mark(false);
    });
    addEventListener('drop', (event) => {
      event.preventDefault();
      mark(false);
      addFiles([...(event.dataTransfer?.files ?? [])]);
    });
    addEventListener('paste', (event) => addFiles([...(event.clipboardData?.files ?? [])]));
  }

  showStatus();
  if (await installServiceWorker()) return;
  const asked = new URLSearchParams(location.search).get('provider') ?? remembered(PROVIDER);
  worker = startWorker(asked === 'wasm' || asked === 'webgpu' ? (asked as WebProvider) : undefined);
  receiveDrops();
  showStart();
  try {
    opened = await worker.open(showStatus);
    if (opened.measured) remember(PROVIDER, opened.provider);
    showStatus();
    const hint = slowHint();
    if (hint) document.querySelector('.start-hint')?.replaceChildren(hint);
  } catch (error) {
    status.textContent = 'Not ready';
    status.dataset['state'] = 'bad';
    say(readable(error));
  }
}

/** The library writes `where: what must hold …`; visitors need not read where. */
function readable(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const plain = text.replace(/^\w+: /, '');
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
