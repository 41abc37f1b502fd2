import type { Browser } from 'playwright-core';

/** A picture in a third of its PNG's bytes; the browser that took it packs it too. */
export async function createPacker(browser: Browser): Promise<(png: Buffer) => Promise<Buffer>> {
  const page = await browser.newPage();
  return async (png) => {
    const address = await page.evaluate(async (base64) => {
      const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
      const canvas = document.createElement('canvas');
      canvas.width = picture.width;
      canvas.height = picture.height;
      canvas.getContext('2d')?.drawImage(picture, 0, 0);
      return canvas.toDataURL('image/webp', 0.72);
    }, png.toString('base64'));
    return Buffer.from(address.slice(address.indexOf(',') + 1), 'base64');
  };
}
