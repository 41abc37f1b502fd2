import type { Page } from 'playwright-core';

/** Scrolls down and up at a reader's pace for so long and counts the frames the browser drew meanwhile. */
export function scrollFrames(page: Page, seconds: number): Promise<number> {
  return page.evaluate(
    (ms) =>
      new Promise<number>((resolve) => {
        let frames = 0;
        let down = true;
        const end = performance.now() + ms;
        const step = (): void => {
          frames += 1;
          const most = document.documentElement.scrollHeight - innerHeight;
          if (scrollY >= most - 1) down = false;
          if (scrollY <= 0) down = true;
          scrollBy(0, down ? 12 : -12);
          if (performance.now() < end) requestAnimationFrame(step);
          else resolve(frames);
        };
        requestAnimationFrame(step);
      }),
    seconds * 1_000,
  );
}
