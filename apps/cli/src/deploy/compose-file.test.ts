import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { productRoot } from '../product.ts';

const text = readFileSync(join(productRoot, 'docker-compose.yml'), 'utf8');

/** The lines of one service. */
const blockOf = (service: string): string =>
  new RegExp(`^  ${service}:\\n((?:    .*\\n|\\n)*)`, 'm').exec(text.slice(text.indexOf('\nservices:')))?.[1] ?? '';

test.each(['gateway', 'agent-runner'])('the spool of the %s outlives its container: it lies in a volume', (service) => {
  const block = blockOf(service);
  const folder = /TELLTALE_DATA_DIR: (\S+)/.exec(block)?.[1];
  const volume = new RegExp(`'(\\w+):${folder}'`).exec(block)?.[1];
  expect([service, folder, volume]).not.toContain(undefined);
  expect(text.slice(text.indexOf('\nvolumes:'))).toContain(`\n  ${volume}:\n`);
  const state = /XDG_STATE_HOME: (\S+)/.exec(block)?.[1] ?? folder;
  expect(state?.startsWith(folder ?? ' ')).toBe(true);
});

test('what agents leave without a parent is reaped in the container of the agent-runner', () => {
  expect(blockOf('agent-runner')).toMatch(/^    init: true$/m);
});

test('collectors see how much room the volume of the database has', () => {
  const volume = /'(\w+):(\/var\/lib\/postgresql)'/.exec(blockOf('postgres'));
  expect(blockOf('collector')).toContain(`'${volume?.[1]}:${volume?.[2]}:ro'`);
  expect(blockOf('collector')).toContain(`TELLTALE_DATABASE_FOLDER: ${volume?.[2]}`);
});
