import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fullScreenProgram, openTerminal, quoted } from '@telltale/agent-runner/test-support/open-terminal';
import { refusal, startScriptedGateway, type ScriptedGateway } from '@telltale/sdk/test-support/scripted-gateway';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, expect, test } from 'vitest';

const main = join(import.meta.dirname, '../main.ts');
const esc = '\u001b';
let gateway: ScriptedGateway;
let folder: string;
let program: string;
beforeAll(async () => {
  gateway = await startScriptedGateway();
  // Nobody tells it what the run came to, so that it does not wait for that.
  gateway.answerOther = () => refusal('forbidden');
  folder = mkdtempSync(join(tmpdir(), 'telltale-run-terminal-'));
  program = join(folder, 'full-screen.cjs');
  writeFileSync(program, fullScreenProgram);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** A person's shell, with job control, in a terminal of 100 × 30. */
async function openShell() {
  const env = { XDG_STATE_HOME: folder, TELLTALE_API_KEY: 'tt_red_secret', TELLTALE_URL: gateway.url };
  const shell = openTerminal('bash', ['--norc', '-i'], env);
  await shell.shows('# ');
  return {
    ...shell,
    /** Where the screen stands now: what is waited for comes after it. */
    now: () => shell.screen().length,
    run: (flags: readonly string[], argv: readonly string[]) =>
      shell.type(`${quoted([process.execPath, main, 'run', ...flags, '--', ...argv])}\r`),
    /** What the shell prints for a command of its own: the answer has to differ from what is typed. */
    async says(command: string, answer: string | RegExp) {
      const from = shell.screen().length;
      shell.type(`${command}\r`);
      await shell.shows(answer, from);
    },
  };
}

const recordsOf = (agent: string, kind: string) =>
  gateway.seen.flatMap(({ records }) => records).filter((one) => one['agent_id'] === agent && one.kind === kind);

test.each([
  ['has its terminal', [], 'not captured'],
  ['has a pseudo-terminal', ['--pty'], 'captured'],
] as const)(
  'a full-screen program of `telltale run` that %s works as it does without',
  async (_what, flags, capture) => {
    const shell = await openShell();
    const agent = `screen${flags.length}`;
    shell.run([...flags, '--agent', agent], [process.execPath, program]);
    await shell.shows('size 100x30');
    shell.type(`${esc}[A`);
    await shell.shows('key 1b5b41');
    shell.type('ü');
    await shell.shows('key c3bc');
    shell.type('\u0003');
    await shell.shows('key 03');
    shell.terminal.resize(72, 20);
    await shell.shows('winch');
    await shell.shows('size 72x20');

    shell.type('\u001a');
    await shell.shows('away');
    await shell.shows('Stopped');
    // The shell has its terminal as it was: it echoes, and lines are lines.
    await shell.says('stty -a', /[^-]icanon[^]* echo /);
    await shell.says('jobs; echo listed$((1+1))', 'listed2');
    shell.terminal.resize(90, 25);
    const stopped = shell.now();
    shell.type('fg\r');
    await shell.shows('back', stopped);
    // Whoever is in the background is not told of it; in a pseudo-terminal a program is told when it is back.
    if (flags.length > 0) await shell.shows('size 90x25', stopped);
    shell.type('x');
    await shell.shows('key 78', stopped);
    const last = shell.now();
    shell.type('q');
    await shell.shows(`${esc}[?2004l${esc}[?1049l`, last);
    // All that we ever write there: one line, at the end.
    await shell.shows(/telltale: this run: [^\r\n]*\r\n/, last);
    await shell.shows('# ', last);
    await shell.says('echo "code $?"', 'code 5');
    await shell.says('stty -a', /[^-]icanon[^]* echo /);
    expect(shell.screen().split('telltale: ')).toHaveLength(2);
    expect(shell.screen()).toContain(`${esc}[?1049h${esc}[?2004h${esc}[2J${esc}[H size 100x30 `);

    await until(() => recordsOf(agent, 'run_event').some(({ event }) => event === 'ended'));
    const [started] = recordsOf(agent, 'run_event');
    expect(started?.['attributes']).toMatchObject({ output_capture: capture });
    const printed = recordsOf(agent, 'log_entry').map(({ message }) => String(message));
    expect(printed.join('\n').includes('size 72x20')).toBe(flags.length > 0);
    shell.type('exit\r');
    expect(await shell.ended()).toBe(0);
  },
);

test('programs that stop their whole group, and Ctrl-Z and Ctrl-C of a plain program, leave the shell what it had', async () => {
  const shell = await openShell();
  for (const flags of [['--quiet'], ['--quiet', '--pty']]) {
    const from = shell.now();
    shell.run(flags, [process.execPath, program, 'group']);
    await shell.shows('size 100x30', from);
    shell.type('\u001a');
    await shell.shows('Stopped', from);
    const stopped = shell.now();
    shell.type('fg\r');
    await shell.shows('back', stopped);
    shell.type('q');
    await shell.shows(`${esc}[?1049l`, stopped);
    await shell.shows('# ', stopped);
    await shell.says('echo "code $?"', 'code 5');
  }

  const waiting = ['sh', '-c', 'echo wait""ing; sleep 600'];
  for (const flags of [['--quiet'], ['--quiet', '--pty']]) {
    const from = shell.now();
    shell.run(flags, waiting);
    await shell.shows('waiting', from);
    shell.type('\u001a');
    await shell.shows('Stopped', from);
    const stopped = shell.now();
    shell.type('fg\r');
    await shell.shows(/fg\r\n[^]*sleep 600/, stopped);
    const interrupted = shell.now();
    shell.type('\u0003');
    // What is typed before the shell is back is the program's.
    await shell.shows('# ', interrupted);
    await shell.says('echo "code $?"', 'code 130');
  }
  shell.type('exit\r');
  expect(await shell.ended()).toBe(0);
});
