// A browser whose camera films the code of another page.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchBrowserWithCamera } from './browser.mjs';

export async function startCamera() {
  const folder = await mkdtemp(join(tmpdir(), 'salpa-camera-'));
  const film = join(folder, 'film.mjpeg');
  await writeFile(film, '');
  const browser = await launchBrowserWithCamera(film);
  const studio = await (await browser.newContext({ viewport: { width: 640, height: 480 } })).newPage();
  return {
    browser,
    // Films the code of a page from now on; the camera is opened after that.
    show: async (page) => {
      const svg = await page.locator('[data-code]').innerHTML();
      await studio.setContent(`<body style="margin:0;background:#bbb;display:grid;place-items:center;height:480px"><div style="background:#fff;padding:28px;width:330px;height:330px;transform:rotate(4deg)">${svg}</div></body>`);
      const frame = await studio.screenshot({ type: 'jpeg', quality: 90 });
      await writeFile(film, Buffer.concat(Array(30).fill(frame)));
    },
    stop: async () => {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
