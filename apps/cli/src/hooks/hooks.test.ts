import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@telltale/testkit/until';
import { expect, onTestFinished, test } from 'vitest';
import { runCommandLine } from '../command-line.ts';
import { pageOf } from '../terminal/page.ts';
import { hookScript } from './hook-command.ts';

function aHome() {
  const home = mkdtempSync(join(tmpdir(), 'telltale-hooks-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const printed: string[] = [];
  const run = async (...args: string[]): Promise<number> => {
    printed.length = 0;
    const env = { HOME: home };
    return runCommandLine(['hooks', ...args], {
      env,
      page: (flags) => pageOf(process.stdout, env, flags),
      out: (text) => void printed.push(text),
      say: () => undefined,
      exitCode: 0,
    });
  };
  const write = (path: string, text: string): void => {
    mkdirSync(join(home, path, '..'), { recursive: true });
    writeFileSync(join(home, path), text);
  };
  return {
    home,
    run,
    write,
    read: (path: string) => readFileSync(join(home, path), 'utf8'),
    printed: () => printed.join(''),
  };
}

const settings = `${JSON.stringify(
  { model: 'opus', hooks: { Stop: [{ matcher: '', hooks: [{ type: 'command', command: 'say done' }] }] } },
  null,
  2,
)}\n`;
const config = 'model = "gpt-5"\n\n[otel]\nenvironment = "test"\n';

test('hooks are put in once, beside those of the person, with the change shown; taking them out leaves the files as they were', async () => {
  const { run, write, read, printed } = aHome();
  write('.claude/settings.json', settings);
  write('.codex/config.toml', config);
  expect(await run('install', '--dry-run')).toBe(0);
  expect(read('.claude/settings.json')).toBe(settings);
  expect(await run('install')).toBe(0);
  expect(printed()).toContain('+++ ');
  expect(
    printed()
      .split('\n')
      .filter((line) => line.startsWith('-') && !line.startsWith('---')),
  ).not.toContain('-  "model": "opus",');
  const installed = read('.claude/settings.json');
  expect(JSON.parse(installed)).toMatchObject({
    model: 'opus',
    hooks: {
      Stop: [
        { hooks: [{ command: 'say done' }] },
        { hooks: [{ timeout: 1, command: expect.stringContaining(hookScript) }] },
      ],
      SessionEnd: [{}],
    },
  });
  expect(read('.codex/config.toml')).toMatch(/^notify = \["sh", .*"codex", .*\]\nmodel = "gpt-5"/);
  expect(await run('install')).toBe(0);
  expect([read('.claude/settings.json'), printed()]).toEqual([installed, '']);
  expect(await run('uninstall')).toBe(0);
  expect([read('.claude/settings.json'), read('.codex/config.toml')]).toEqual([settings, config]);
});

test('a notify command of the person stays, and a file that cannot be read is not rewritten', async () => {
  const { run, write, read } = aHome();
  write('.codex/config.toml', 'notify = ["bell"]\n');
  write('.claude/settings.json', '{ // mine\n}');
  expect(await run('install', '--only', 'codex')).toBe(1);
  expect(await run('install', '--only', 'claude')).toBe(1);
  expect([read('.codex/config.toml'), read('.claude/settings.json')]).toEqual(['notify = ["bell"]\n', '{ // mine\n}']);
});

test('doctor says what is installed and how long a call takes', async () => {
  const { run, printed } = aHome();
  await run('doctor', '--json');
  expect(JSON.parse(printed())).toMatchObject({
    hooks: [
      { client: 'claude', installed: false, ms: expect.any(Number) },
      { client: 'codex', installed: false },
    ],
  });
});

test('a hook waits for nothing that Telltale does, and names the conversation', async () => {
  const { home } = aHome();
  const telltale = join(home, 'slow telltale');
  writeFileSync(telltale, `#!/bin/sh\nprintf '%s\\n' "$*" >> "${home}/called"\nexec sleep 20\n`);
  chmodSync(telltale, 0o755);
  const hook = (args: string[], input: string, env: Record<string, string> = {}) => {
    const started = performance.now();
    const { status, stdout } = spawnSync('sh', [hookScript, ...args], {
      input,
      env: { PATH: process.env['PATH'] ?? '', ...env },
    });
    return { status, ms: performance.now() - started, printed: stdout.toString() };
  };
  const flags = ['--url', 'http://127.0.0.1:1', '--team', 'red team'];
  const inRun = hook(['claude', telltale], '{"session_id":"c0"}', { TELLTALE_RUN_ID: 'r' });
  const afterTool = hook(['claude', telltale, ...flags], '{"session_id":"c2","hook_event_name":"PostToolUse"}');
  const claude = hook(['claude', telltale, ...flags], '{"session_id":"c1","transcript_path":"/x"}');
  const codex = hook(['codex', telltale, ...flags, '{"type":"agent-turn-complete","thread-id":"t1"}'], '');
  const missing = hook(['claude', '/no/such/telltale'], 'not json');
  for (const { status, printed, ms } of [inRun, afterTool, claude, codex, missing]) {
    expect([status, printed]).toEqual([0, '']);
    // Far less than what it started takes; `hooks doctor` says how long it is, which a busy machine makes no test of.
    expect(ms).toBeLessThan(15_000);
  }
  const calls = await until(() => {
    const lines = spawnSync('cat', [join(home, 'called')])
      .stdout.toString()
      .trim()
      .split('\n')
      .sort();
    return lines.length === 2 ? lines : null;
  });
  expect(calls).toEqual([
    'import --quiet --only claude --session c1 --url http://127.0.0.1:1 --team red team',
    'import --quiet --only codex --session t1 --url http://127.0.0.1:1 --team red team',
  ]);
});

test('within a run that is near a limit the agent is told after a tool, once', () => {
  const { home } = aHome();
  const notice = join(home, 'notice');
  writeFileSync(notice, 'tokens: 91% used');
  const hook = (event: string, more: object = {}) =>
    spawnSync('sh', [hookScript, 'claude', '/no/such/telltale'], {
      input: JSON.stringify({ session_id: 'c1', ...more, hook_event_name: event, tool_input: { agent_id: 'x' } }),
      env: { PATH: process.env['PATH'] ?? '', TELLTALE_RUN_ID: 'r', TELLTALE_NOTICE_FILE: notice },
    }).stdout.toString();
  expect(hook('Stop')).toBe('');
  expect(hook('PostToolUse', { agent_id: 'of-a-sub-agent' })).toBe('');
  expect(JSON.parse(hook('PostToolUse'))).toEqual({
    hookSpecificOutput: { hookEventName: 'PostToolUse', additionalContext: 'tokens: 91% used' },
  });
  expect(hook('PostToolUse')).toBe('');
});
