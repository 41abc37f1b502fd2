import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Serious violations of WCAG AA in the page as it stands. In the dark the colours are others; all else is as it was. */
function violationsOf(page: Page, scheme: 'light' | 'dark'): Promise<string[]> {
  return page.evaluate(async (asked) => {
    const { axe: checker } = window as unknown as { axe: typeof axe };
    const rules =
      asked === 'light'
        ? { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }
        : { runOnly: { type: 'rule' as const, values: ['color-contrast'] } };
    const { violations } = await checker.run(document, rules);
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => {
        const where = nodes.slice(0, 3).map(({ html }) => html.slice(0, 200));
        return `${id}: ${where.join(' | ')}`;
      });
  }, scheme);
}

/** What is wrong with each of the pages, light, dark and as wide as a phone. */
export async function findViolations(page: Page, url: string, paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const at of paths) {
    await page.goto(`${url}${at}`);
    await page.locator('main h1').waitFor();
    await page.waitForFunction(() => document.querySelector('[aria-label="Loading"]') === null);
    await page.evaluate(axe.source);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const violations = await violationsOf(page, colorScheme);
      found.push(...violations.map((violation) => `${at} ${colorScheme} ${violation}`));
    }
    await page.setViewportSize({ width: 390, height: 844 });
    // Charts follow the width of their place a moment later.
    await page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth).catch(() => null);
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (beyond > 0) found.push(`${at} is ${beyond} pixels wider than a phone`);
    await page.setViewportSize({ width: 1440, height: 900 });
  }
  return found;
}
