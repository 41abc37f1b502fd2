import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
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
  const words: string[] = [];
  const run = async (...args: string[]): Promise<number> => {
    printed.length = 0;
    words.length = 0;
    const env = { HOME: home };
    return runCommandLine(['hooks', ...args], {
      env,
      page: (flags) => pageOf(process.stdout, env, flags),
      out: (text) => void printed.push(text),
      say: (text) => void words.push(text),
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
    said: () => words.join('\n'),
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
  // The same key by another of TOML's ways: a second one would be an error of the whole file.
  for (const own of ['"notify" = ["bell"]\n', "'notify' = [\n  'bell'\n]\n"]) {
    write('.codex/config.toml', own);
    expect(await run('install', '--only', 'codex')).toBe(1);
    expect(read('.codex/config.toml')).toBe(own);
  }
});

test('a home without the folder of either client gets both, and is as empty as before once they are gone', async () => {
  const { run, read, home } = aHome();
  expect(await run('install')).toBe(0);
  expect(read('.claude/settings.json')).toContain('report-transcript.sh');
  expect(read('.codex/config.toml')).toContain('report-transcript.sh');
  expect(await run('uninstall')).toBe(0);
  for (const path of ['.claude/settings.json', '.claude/settings.json.before-telltale', '.codex/config.toml'])
    expect(existsSync(join(home, path))).toBe(false);
});

test('a client whose file cannot be changed does not keep the other from its hook', async () => {
  const { run, write, read, said } = aHome();
  write('.claude/settings.json', '[]');
  expect(await run('install')).toBe(1);
  expect(said()).toContain('is not a JSON object');
  expect(read('.codex/config.toml')).toContain('report-transcript.sh');
});

test('a byte order mark stays the first of its file', async () => {
  const { run, write, read } = aHome();
  const files = [
    ['.claude/settings.json', '\ufeff{"model": "opus"}'],
    ['.codex/config.toml', '\ufeffmodel = "gpt-5"\n'],
  ] as const;
  for (const [path, text] of files) write(path, text);
  expect(await run('install')).toBe(0);
  for (const [path] of files) expect(read(path)).toMatch(/^\ufeff[^\ufeff]*report-transcript\.sh[^\ufeff]*$/);
  expect(await run('uninstall')).toBe(0);
  for (const [path, text] of files) expect(read(path)).toBe(text);
});

test('a file that is laid out in a way of its own is put back to the letter, one that was not there is gone again', async () => {
  const { run, write, read, home } = aHome();
  const own =
    '{ "hooks": {"Stop": [ {"hooks": [{"type": "command", "command": "say done"}]} ]},\n\n   "model": "opus" }';
  write('.claude/settings.json', own);
  expect(await run('install')).toBe(0);
  expect(await run('install', '--url', 'http://127.0.0.1:1')).toBe(0);
  expect(read('.claude/settings.json')).toContain('http://127.0.0.1:1');
  expect(await run('uninstall')).toBe(0);
  expect(read('.claude/settings.json')).toBe(own);
  expect(existsSync(join(home, '.claude/settings.json.before-telltale'))).toBe(false);
  expect(existsSync(join(home, '.codex/config.toml'))).toBe(false);

  expect(await run('install')).toBe(0);
  write('.claude/settings.json', read('.claude/settings.json').replace('opus', 'sonnet'));
  expect(await run('uninstall')).toBe(0);
  expect(JSON.parse(read('.claude/settings.json'))).toEqual({ ...JSON.parse(own), model: 'sonnet' });
});

test('what a link leads to is changed, with the mode that it has, and what cannot be changed is said in a sentence', async () => {
  const { run, write, read, home, said } = aHome();
  write('dot/settings.json', settings);
  chmodSync(join(home, 'dot/settings.json'), 0o640);
  mkdirSync(join(home, '.claude'));
  symlinkSync('../dot/settings.json', join(home, '.claude/settings.json'));
  expect(await run('install', '--only', 'claude')).toBe(0);
  expect(lstatSync(join(home, '.claude/settings.json')).isSymbolicLink()).toBe(true);
  expect(read('dot/settings.json')).toContain('report-transcript.sh');
  expect(statSync(join(home, 'dot/settings.json')).mode & 0o777).toBe(0o640);
  // More than the umask leaves to new files.
  chmodSync(join(home, 'dot/settings.json'), 0o666);
  expect(await run('uninstall', '--only', 'claude')).toBe(0);
  expect(statSync(join(home, 'dot/settings.json')).mode & 0o777).toBe(0o666);

  // A folder in the place of the file: nobody can write that, whoever runs this.
  mkdirSync(join(home, '.codex/config.toml/inner'), { recursive: true });
  expect(await run('install', '--only', 'codex')).toBe(1);
  expect(said()).toMatch(/config\.toml could not be read \(EISDIR\)/);
  rmSync(join(home, '.codex'), { recursive: true });
  write('.codex', 'no folder');
  expect(await run('install', '--only', 'codex')).toBe(1);
  expect(said()).toMatch(/config\.toml could not be (?:read|changed) \(ENOTDIR\)/);
});

test('a linked file that becomes empty is gone, and no link is left that leads nowhere', async () => {
  const { run, write, home } = aHome();
  write('dot/settings.json', '');
  mkdirSync(join(home, '.claude'));
  const link = join(home, '.claude/settings.json');
  symlinkSync('../dot/settings.json', link);
  expect(await run('install', '--only', 'claude')).toBe(0);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(await run('uninstall', '--only', 'claude')).toBe(0);
  expect(lstatSync(link, { throwIfNoEntry: false })).toBeUndefined();
  expect(existsSync(join(home, 'dot/settings.json'))).toBe(false);
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

test('doctor says that hooks which are turned off do not run', async () => {
  const { run, write, printed } = aHome();
  write('.claude/settings.json', '{"disableAllHooks": true}');
  await run('install', '--only', 'claude');
  expect(await run('doctor', '--only', 'claude')).toBe(1);
  expect(printed()).toContain('"disableAllHooks"');
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
