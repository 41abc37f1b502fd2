import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTerminal } from '../test-support/open-terminal.ts';

// Keys, sizes and job control are tried with the real command: terminal.test.ts of the command line.
const runner = fileURLToPath(new URL('../test-support/foreground-runner.ts', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'terminal-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inPty = (...argv: string[]) => openTerminal(process.execPath, [runner, join(folder, 'said'), '--pty', ...argv]);

test('a program that prints line feeds prints no more and no less through a pseudo-terminal', async () => {
  const script = "stty -opost; printf 'one\\ntwo\\r\\n\\033[31mred\\033[0m'; stty size; exit 3";
  const { ended, screen } = inPty('sh', '-c', script);
  expect(await ended()).toBe(3);
  expect(screen()).toBe('one\ntwo\r\n\u001b[31mred\u001b[0m30 100\n');
});

test('what cannot be started in a pseudo-terminal ends as it does without', async () => {
  expect(await inPty('/no/such/program').ended()).toBe(127);
});
