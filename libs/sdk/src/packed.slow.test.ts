import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { startScriptedGateway } from './test-support/scripted-gateway.ts';
import { temporaryFolder } from './test-support/temporary-folder.ts';

const root = join(import.meta.dirname, '../../..');

/** What a project of somebody else does: its own words of `import`, `require` and types, and no TypeScript of ours. */
const programs = {
  'agent.mjs': `import { openTelltale } from '@telltale/sdk/wrap/open-telltale';`,
  'agent.cjs': `const { openTelltale } = require('@telltale/sdk/wrap/open-telltale');`,
};
const work = `
const [url, spoolRoot] = process.argv.slice(2);
void openTelltale({ url, apiKey: 'key', identity: { agent_id: 'packed' }, spoolRoot }).then((telltale) => {
  telltale.tools({ add: (a) => a + 1 }).add(1);
}, 300_000);
`;
const typed = `
import { openTelltale, type OpenTelltale } from '@telltale/sdk/wrap/open-telltale';
import { createGetMetrics } from '@telltale/sdk/metrics-tool/get-metrics';
import { createExecutionMonitor } from '@telltale/sdk/monitor/execution-monitor';
const telltale: OpenTelltale = await openTelltale({ url: 'http://x', apiKey: 'k', identity: { agent_id: 'a' } });
const add: (a: number) => number = telltale.tool('add', (a: number) => a + 1);
// @ts-expect-error an agent has to be named
await openTelltale({ url: 'http://x', apiKey: 'k', identity: {} });
export { add, createExecutionMonitor, createGetMetrics };
`;

test('the packed SDK is imported, required and type-checked by a project that has nothing else of ours', async () => {
  const folder = temporaryFolder();
  const pack = [join(root, 'tools/pack-sdk.ts'), '--to', folder];
  const archive = execFileSync(process.execPath, pack, { encoding: 'utf8' }).trim();
  const home = join(folder, 'node_modules/@telltale/sdk');
  mkdirSync(home, { recursive: true });
  execFileSync('tar', ['xzf', archive, '-C', home, '--strip-components=1']);
  const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { dependencies: object };
  const packages = [...Object.keys(manifest.dependencies), '@types/node', 'undici-types'];
  for (const name of packages) {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }

  await using gateway = await startScriptedGateway();
  for (const [file, head] of Object.entries(programs)) {
    writeFileSync(join(folder, file), head + work);
    // Each with a spool of its own: a gateway that never says what is stored is sent what another process left, too.
    const spools = join(folder, `spools-of-${file}`);
    const child = spawn(process.execPath, [file, gateway.url, spools], { cwd: folder, stdio: 'inherit' });
    expect(await once(child, 'exit')).toEqual([0, null]);
  }
  const records = gateway.seen.flatMap((batch) => batch.records);
  const added = { kind: 'tool_call', tool_name: 'add', agent_id: 'packed' };
  expect(records).toMatchObject([added, added]);

  writeFileSync(join(folder, 'typed.mts'), typed);
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
  const libs = ['--skipLibCheck', '--lib', 'es2024,esnext.disposable,dom'];
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const own = join(home, 'sdk/src/wrap/open-telltale.d.ts');
  expect(readFileSync(own, 'utf8')).not.toMatch(/\.ts'|@telltale\//);
  execFileSync(process.execPath, [tsc, ...options, ...libs, 'typed.mts'], { cwd: folder, stdio: 'inherit' });
}, 300_000);
