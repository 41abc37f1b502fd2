import { themeColour } from './colours.ts';

/** What a chart shows as a picture of its own, on the page's ground and under its title. */
export async function chartPng(chart: HTMLCanvasElement, title: string): Promise<Blob> {
  const head = 32 * devicePixelRatio;
  const picture = document.createElement('canvas');
  picture.width = chart.width;
  picture.height = chart.height + head;
  const context = picture.getContext('2d');
  if (context === null) throw new Error('the browser gives no canvas');
  context.fillStyle = themeColour('panel');
  context.fillRect(0, 0, picture.width, picture.height);
  context.fillStyle = themeColour('ink');
  context.font = `600 ${13 * devicePixelRatio}px 'Inter', sans-serif`;
  context.fillText(title, 12 * devicePixelRatio, 21 * devicePixelRatio);
  context.drawImage(chart, 0, head);
  return new Promise((resolve, reject) => {
    picture.toBlob(
      (blob) => (blob === null ? reject(new Error('the picture could not be made')) : resolve(blob)),
      'image/png',
    );
  });
}
