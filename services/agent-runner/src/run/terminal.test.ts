import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ofKind, plainEnvironment } from '../test-support/watch-command.ts';
import type { RunResult } from './run-result.ts';

const runner = fileURLToPath(new URL('../test-support/foreground-runner.ts', import.meta.url));
let folder: string;
let program: string;
let runs = 0;
/** A full-screen program: takes the whole screen, tells each key and each size, stops at Ctrl-Z, ends with `q`. */
const source = `
const { stdin, stdout } = process;
stdin.setRawMode(true);
const size = () => stdout.write('\\x1b[2J\\x1b[H size ' + stdout.columns + 'x' + stdout.rows + ' ');
stdout.write('\\x1b[?1049h');
size();
stdout.on('resize', size);
process.on('SIGCONT', () => { stdin.setRawMode(true); stdout.write(' back '); });
stdin.on('data', (bytes) => {
  if (bytes[0] === 0x1a) { stdin.setRawMode(false); stdout.write(' away '); process.kill(process.pid, 'SIGSTOP'); return; }
  stdout.write(' key ' + bytes.toString('hex') + ' ');
  if (bytes.toString() === 'q') { stdout.write('\\x1b[?1049l'); process.exit(5); }
});`;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'terminal-'));
  program = join(folder, 'full-screen.cjs');
  writeFileSync(program, source);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A terminal of 100 × 30, in which something runs; what it shows and what is typed. */
function openTerminal(file: string, args: string[]) {
  const terminal = spawn(file, args, { cols: 100, rows: 30, env: { ...plainEnvironment, TERM: 'xterm', PS1: '# ' } });
  let screen = '';
  let code: number | null = null;
  terminal.onData((data) => (screen += data));
  terminal.onExit(({ exitCode }) => (code = exitCode));
  const shows = (text: string | RegExp) =>
    until(() => (typeof text === 'string' ? screen.includes(text) : text.test(screen)), {
      what: `${String(text)} on the screen`,
    });
  return { terminal, shows, screen: () => screen, ended: () => until(() => code !== null).then(() => code) };
}

/** `telltale run` of the full-screen program, by itself or under a shell with job control. */
function runIn(kind: 'shell' | 'direct', flags: string[]) {
  runs += 1;
  const file = join(folder, `${runs}.json`);
  const argv = [runner, file, ...flags, process.execPath, program];
  const said = () => JSON.parse(readFileSync(file, 'utf8')) as { result: RunResult; records: RecordDraft[] };
  if (kind === 'direct') return { ...openTerminal(process.execPath, argv), said };
  const shell = openTerminal('bash', ['--norc', '-i']);
  shell.terminal.write(`${[process.execPath, ...argv].join(' ')}\r`);
  return { ...shell, said };
}

describe.each([
  ['inherits the terminal', [] as string[], 'not captured'],
  ['has a pseudo-terminal of its own', ['--pty'], 'captured'],
] as const)('a full-screen program that %s', (_what, flags, capture) => {
  test('gets keys, sizes and Ctrl-C as it would without us', async () => {
    const { terminal, shows, ended, said, screen } = runIn('direct', [...flags]);
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
    expect(screen()).toContain('\u001b[?1049h\u001b[2J\u001b[H size 100x30 ');
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

test('Ctrl-Z gives the terminal back to the shell, and fg brings the program back', async () => {
  const { terminal, shows, ended } = runIn('shell', []);
  await shows('size 100x30');
  terminal.write('\u001a');
  await shows('away');
  await shows('Stopped');
  terminal.write('fg\r');
  await shows('back');
  terminal.write('x');
  await shows('key 78');
  terminal.write('q');
  await shows('\u001b[?1049l');
  terminal.write('echo "code $?"\r');
  await shows('code 5');
  terminal.write('exit\r');
  expect(await ended()).toBe(0);
});
