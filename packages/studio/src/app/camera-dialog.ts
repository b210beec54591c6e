import { h } from './element.ts';

/**
 * Takes a photo with the device's camera.
 *
 * @returns A JPEG, or undefined when the visitor closed the dialog.
 */
export function takePhoto(): Promise<File | undefined> {
  return new Promise((resolve) => {
    const video = h('video', { autoplay: true, playsinline: true, muted: true });
    const message = h(
      'p',
      { class: 'muted', role: 'status' },
      'Your browser asks whether the camera may be used.',
    );
    let stream: MediaStream | undefined;
    let photo: File | undefined;
    const shoot = h(
      'button',
      {
        type: 'button',
        class: 'primary',
        disabled: true,
        onclick: async () => {
          photo = await capture(video);
          dialog.close();
        },
      },
      'Take the photo',
    );
    const dialog = h(
      'dialog',
      { class: 'camera', 'aria-label': 'Camera' },
      h('h2', {}, 'Look straight into the camera'),
      video,
      message,
      h(
        'div',
        { class: 'buttons' },
        shoot,
        h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'),
      ),
    );
    dialog.addEventListener('close', () => {
      for (const track of stream?.getTracks() ?? []) track.stop();
      dialog.remove();
      resolve(photo);
    });
    document.body.append(dialog);
    dialog.showModal();
    open().then(
      (opened) => {
        stream = opened;
        // The dialog may have been closed while the browser asked.
        if (!dialog.open) for (const track of opened.getTracks()) track.stop();
        video.srcObject = opened;
        shoot.disabled = false;
        message.textContent = 'Even light from the front, hair out of the face, mouth closed.';
        shoot.focus();
      },
      () => {
        message.textContent =
          'No camera can be used here. Allow it in the browser’s settings, or choose a photo instead.';
      },
    );
  });
}

async function open(): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new Error('this page is not served securely');
  return navigator.mediaDevices.getUserMedia({
    video: { facingMode: 'user', width: { ideal: 1920 } },
    audio: false,
  });
}

function capture(video: HTMLVideoElement): Promise<File> {
  const canvas = h('canvas', {});
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) =>
        blob
          ? resolve(new File([blob], 'camera.jpg', { type: 'image/jpeg' }))
          : reject(new Error('no picture')),
      'image/jpeg',
      0.95,
    );
  });
}
