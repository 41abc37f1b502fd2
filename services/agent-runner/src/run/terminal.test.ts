import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fullScreenProgram, openTerminal } from '../test-support/open-terminal.ts';
import { ofKind } from '../test-support/watch-command.ts';
import type { RunResult } from './run-result.ts';

const runner = fileURLToPath(new URL('../test-support/foreground-runner.ts', import.meta.url));
let folder: string;
let program: string;
let runs = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'terminal-'));
  program = join(folder, 'full-screen.cjs');
  writeFileSync(program, fullScreenProgram);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A run of the full-screen program as `telltale run` makes it; under a shell with job control: terminal.test.ts of the CLI. */
function runIn(flags: string[]) {
  runs += 1;
  const file = join(folder, `${runs}.json`);
  const argv = [runner, file, ...flags, process.execPath, program];
  const said = () => JSON.parse(readFileSync(file, 'utf8')) as { result: RunResult; records: RecordDraft[] };
  return { ...openTerminal(process.execPath, argv), said };
}

describe.each([
  ['inherits the terminal', [] as string[], 'not captured'],
  ['has a pseudo-terminal of its own', ['--pty'], 'captured'],
] as const)('a full-screen program that %s', (_what, flags, capture) => {
  test('gets keys, sizes and Ctrl-C as it would without us', async () => {
    const { terminal, shows, ended, said, screen } = runIn([...flags]);
    await shows('size 100x30');
    terminal.write('\u001b[A');
    await shows('key 1b5b41');
    terminal.write('ü');
    await shows('key c3bc');
    terminal.resize(72, 20);
    await shows('size 72x20');
    terminal.write('\u0003');
    await shows('key 03');
    terminal.write('q');
    expect(await ended()).toBe(5);
    // Byte for byte: the screen shows exactly what the program wrote.
    expect(screen()).toContain('\u001b[?1049h\u001b[?2004h\u001b[2J\u001b[H size 100x30 ');
    const { result, records } = said();
    expect(result).toMatchObject({ exitCode: 5, endReason: 'failed' });
    expect(ofKind(records, 'run_event')[0]?.attributes).toMatchObject({ output_capture: capture });
    const printed = ofKind(records, 'log_entry')
      .map(({ message }) => message)
      .join('\n');
    expect(printed.includes('size 72x20')).toBe(flags.length > 0);
  });
});

test('a program that prints line feeds prints no more and no less through a pseudo-terminal', async () => {
  runs += 1;
  const file = join(folder, `${runs}.json`);
  const script = "stty -opost; printf 'one\\ntwo\\r\\n\\033[31mred\\033[0m'; stty size; exit 3";
  const { ended, screen } = openTerminal(process.execPath, [runner, file, '--pty', 'sh', '-c', script]);
  expect(await ended()).toBe(3);
  expect(screen()).toBe('one\ntwo\r\n\u001b[31mred\u001b[0m30 100\n');
});

test('what cannot be started in a pseudo-terminal ends as it does without', async () => {
  runs += 1;
  const file = join(folder, `${runs}.json`);
  const { ended } = openTerminal(process.execPath, [runner, file, '--pty', '/no/such/program']);
  expect(await ended()).toBe(127);
});
