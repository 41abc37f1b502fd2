import { findChromium } from '@telltale/testkit/chromium';
import { aRecord } from '@telltale/testkit/records';
import { chromium, type Browser } from 'playwright-core';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed } from './test-support/seed.ts';
import { createTestGateway, type TestGateway } from './test-support/test-gateway.ts';

let t: TestGateway;
let bundle: Rolldown.OutputChunk;
let browser: Browser;
beforeAll(async () => {
  t = await createTestGateway();
  const entry = new URL('test-support/browser-entry.ts', import.meta.url).pathname;
  const lib = { entry, formats: ['iife' as const], name: 'telltale' };
  const built = await build({ configFile: false, logLevel: 'silent', build: { write: false, minify: true, lib } });
  const outputs = [built].flat() as Rolldown.RolldownOutput[];
  const chunk = outputs.flatMap(({ output }) => output).find((one) => one.type === 'chunk');
  if (chunk === undefined) throw new Error('nothing was bundled');
  bundle = chunk;
  const { file, env } = await findChromium();
  browser = await chromium.launch({
    executablePath: file,
    args: ['--no-sandbox'],
    env: { ...process.env, ...env },
  });
});
afterAll(async () => {
  await browser.close();
  await t[Symbol.asyncDispose]();
});

test('the client of the SDK bundles for a browser: nothing of Node is in it', () => {
  const foreign = bundle.moduleIds.filter((id) => /^(?:\0?node:|\0?__vite-browser-external)/.test(id));
  expect([foreign, bundle.imports, bundle.dynamicImports]).toEqual([[], [], []]);
});

test('in a page it asks for totals, is refused in words, and hears a live snapshot', async () => {
  const record = aRecord('llm_call', { session_id: 's', input_tokens: 5, output_tokens: 1 });
  await seed(t.databaseUrl, 'red', [record], new Map([[record.model, '0.25']]));
  const key = (await t.as('red', 'read')).authorization.slice('Bearer '.length);
  const page = await browser.newPage();
  // From the page's own origin and as a script, so that the page's policy holds for it as for any other.
  const script = `${bundle.code}
    window.answer = (async () => {
      const [url, key] = ${JSON.stringify([t.gateway.url, key])};
      const api = telltale.createTelltaleApi(telltale.createRestClient({ url, key }));
      const summary = await api.summary({ period: 'day' });
      const refused = await api.session('nobody').catch((error) => error.code);
      const live = telltale.createLiveClient({ url, apiKey: key, subscription: { team_id: 'red' } });
      const snapshot = await new Promise((resolve) => live.on('snapshot', resolve));
      const state = live.state();
      live[Symbol.dispose]();
      return { cost: summary.cost_usd, refused, state, agents: JSON.stringify(snapshot).includes('agent-1') };
    })();`;
  await page.route('**/client.js', (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
  await page.goto(`${t.gateway.url}/livez`);
  await page.addScriptTag({ url: '/client.js' });
  expect(await page.evaluate('window.answer')).toEqual({
    cost: 0.25,
    refused: 'not_found',
    state: 'live',
    agents: true,
  });
});
