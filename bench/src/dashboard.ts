import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createOperatorKey } from '@telltale/store/config';
import { createDatabase } from '@telltale/store/database';
import { createFleetLoad } from './dashboard/fleet-load.ts';
import { traceFrames } from './dashboard/frame-work.ts';
import { buildDashboard, openFleet, signIn } from './dashboard/open-fleet.ts';
import { scrollFrames } from './dashboard/scroll.ts';
import { startProduct } from './product-path.ts';
import { startServers } from './servers.ts';
import { keySecret, startGateway } from './services.ts';

/**
 * The fleet page in Chromium while simulated agents report once a second each, through the whole product on the same
 * machine: the frames of scrolling with updates and with the page's feed paused, in turns; what scripts and layout take of
 * a frame; the heap over time; the first screen's bytes and first paint. Exits 1 when a target is missed.
 *   npm run bench:dashboard -- [--agents 1000] [--turns 4] [--seconds 8] [--minutes 10]
 */
const { values } = parseArgs({
  options: {
    agents: { type: 'string', default: '1000' },
    turns: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '8' },
    minutes: { type: 'string', default: '10' },
  },
});
const [agents, turns, seconds, minutes] = [values.agents, values.turns, values.seconds, values.minutes].map(Number) as [
  number,
  number,
  number,
  number,
];
const say = (text: string): void => console.log(text);
let missed = 0;
const judge = (isMet: boolean, text: string): void => {
  if (!isMet) missed += 1;
  say(`${isMet ? 'met   ' : 'MISSED'} ${text}`);
};

say(`Node ${process.version}, ${cpus().length} CPUs; ${agents} agents, one update a second each\n`);
await buildDashboard();
await using servers = await startServers();
await using product = await startProduct(servers, { database: 'dashboard', collectors: 1 });
const gateway = await startGateway(product.env);
try {
  await using database = createDatabase({ url: product.databaseUrl, max: 1, applicationName: 'telltale-bench' });
  const { key } = await createOperatorKey(database.kysely, { keySecret, name: 'bench' });
  const load = createFleetLoad({ agents, publish: product.publish });
  await product.waitFor('folded', await load.begin());
  const { browser, context } = await signIn({ url: gateway.url, key });
  try {
    const firsts = [];
    for (let visit = 0; visit < 3; visit += 1) {
      const { page, firstScreen } = await openFleet(context, `${gateway.url}/?team=bench`);
      firsts.push(firstScreen);
      await page.close();
    }
    const kilobytes = Math.max(...firsts.map(({ packedBytes }) => packedBytes)) / 1024;
    const painted = firsts.map(({ firstPaintMs }) => firstPaintMs).toSorted((a, b) => a - b)[1] ?? Number.NaN;
    judge(kilobytes <= 350, `first screen ${kilobytes.toFixed(0)} kB packed (350)`);
    judge(painted <= 1_000, `first contentful paint ${painted.toFixed(0)} ms, the middle of three (1000)`);

    const { page } = await openFleet(context, `${gateway.url}/?team=bench`);
    const session = await context.newCDPSession(page);
    load.start();
    await page.getByText('live', { exact: true }).first().waitFor();
    const frames = { off: 0, on: 0 };
    await scrollFrames(page, seconds);
    for (let turn = 0; turn < turns; turn += 1) {
      await page.getByRole('button', { name: 'Pause updates' }).click();
      await page.getByText('paused', { exact: true }).waitFor();
      const off = await scrollFrames(page, seconds);
      await page.getByRole('button', { name: 'Go on with updates' }).click();
      await page.getByText('live', { exact: true }).first().waitFor();
      const on = await scrollFrames(page, seconds);
      frames.off += off;
      frames.on += on;
      say(`       turn ${turn + 1}: ${off} frames with updates off, ${on} with updates on`);
    }
    const ratio = frames.on / frames.off;
    judge(ratio >= 0.9, `scrolling keeps ${ratio.toFixed(3)} of the frames (0.9)`);
    const cost = await traceFrames(session, () => scrollFrames(page, seconds));
    const { processor, clock } = cost;
    judge(
      processor.p95 <= 8,
      `scripts and layout p50 ${processor.p50.toFixed(1)} ms, p95 ${processor.p95.toFixed(1)} ms, p99 ${processor.p99.toFixed(1)} ms of ${processor.count} frames (p95 8); by the clock p95 ${clock.p95.toFixed(1)} ms`,
    );

    const heaps: number[] = [];
    const end = performance.now() + minutes * 60_000;
    while (performance.now() < end) {
      await scrollFrames(page, 5);
      await delay(10_000);
      await session.send('HeapProfiler.collectGarbage');
      const { usedSize } = await session.send('Runtime.getHeapUsage');
      heaps.push(usedSize / 2 ** 20);
    }
    const third = Math.max(1, Math.floor(heaps.length / 3));
    const mean = (part: readonly number[]): number => part.reduce((sum, one) => sum + one, 0) / part.length;
    const [first, last] = [mean(heaps.slice(0, third)), mean(heaps.slice(-third))];
    judge(
      heaps.length === 0 || last <= first * 1.05,
      `heap ${first.toFixed(1)} MiB in the first third of ${minutes} min, ${last.toFixed(1)} MiB in the last (5 % more at most); ${Math.min(...heaps).toFixed(1)} to ${Math.max(...heaps).toFixed(1)}`,
    );
  } finally {
    await browser.close();
    await load.stop();
  }
} finally {
  await gateway.child.stop();
}
process.exitCode = missed === 0 ? 0 : 1;
