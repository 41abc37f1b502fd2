import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { planTelemetry } from './plan-telemetry.ts';

const endpoint = 'http://127.0.0.1:7777/secret';

function aPlace() {
  const home = mkdtempSync(join(tmpdir(), "telltale it's codex-"));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const [own, other, programs] = ['bin', 'other', 'run/programs'].map((name) => join(home, name));
  const codex = (folder: string, name: string): void => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'codex'), `#!/bin/sh\n# @openai/codex\nprintf '${name}'\nprintf ' <%s>' "$@"\n`, {
      mode: 0o755,
    });
  };
  codex(own ?? '', 'mine');
  codex(other ?? '', 'other');
  const env = { HOME: home, PATH: `${own}:${process.env['PATH'] ?? ''}` };
  const lead = (argv: string[], more: Record<string, string> = {}) =>
    planTelemetry({
      argv,
      cwd: home,
      env: { ...env, ...more },
      telltaleUrl: undefined,
      programs: programs ?? null,
    }).lead(endpoint).variables['PATH'];
  const run = (line: string, path: string | undefined): string =>
    execFileSync('sh', ['-c', line], { env: { ...env, PATH: path ?? '' }, encoding: 'utf8' });
  return { home, env, other, programs, lead, run };
}

test('Codex that a shell or a script starts by its name is told where to report, before its own words', () => {
  const { home, env, other, lead, run, programs } = aPlace();
  writeFileSync(join(home, 'many.py'), "import subprocess\nsubprocess.run(['codex', 'exec', 'hi'])\n");
  for (const argv of [
    ['sh', '-c', 'cd /; codex exec "it\u2019s"'],
    ['python3', 'many.py'],
    ['uv', 'run', join(home, 'many.py')],
    ['make'],
  ]) {
    const path = lead(argv);
    expect(path).toBe(`${programs}:${env.PATH}`);
    const printed = run('codex exec "two words" "it\'s"', path);
    expect(printed).toMatch(/^mine <-c> <otel\.exporter=.*secret\/v1\/logs.*> <exec> <two words> <it's>$/);
    // One that the script itself puts in front is the one that is meant.
    expect(run(`PATH=${JSON.stringify(other)}:$PATH; codex exec hi`, path)).toBe('other <exec> <hi>');
    expect(run('PATH="$PATH:/nowhere else" codex exec hi', path)).toMatch(/^mine <-c>/);
    expect(run(`PATH=${JSON.stringify(`${programs}/:${env.PATH.split(':')[0]}`)} codex exec hi`, path)).toMatch(
      /^mine <-c>/,
    );
  }
});

test('nothing stands in the way of other programs, of one who has Codex report elsewhere, or where there is none', () => {
  const { home, lead, programs } = aPlace();
  const shell = ['sh', '-c', 'codex exec hi'];
  writeFileSync(join(home, 'codexes.py'), 'codexes = codex_of("codex-rs")\n');
  expect(lead(['python3', 'codexes.py'])).toBeUndefined();
  expect(lead(['codex', 'exec', 'hi'])).toBeUndefined();
  expect(lead(shell, { PATH: '/nowhere' })).toBeUndefined();
  mkdirSync(join(home, 'laws'));
  writeFileSync(join(home, 'laws/codex'), '#!/bin/sh\nprintf laws\n', { mode: 0o755 });
  expect(lead(shell, { PATH: `${join(home, 'laws')}:/usr/bin:/bin` })).toBeUndefined();
  mkdirSync(join(home, '.codex'));
  writeFileSync(
    join(home, '.codex/config.toml'),
    '[otel]\nexporter = {otlp-http = {endpoint = "http://mine.example"}}\n',
  );
  expect(lead(shell)).toBeUndefined();
  expect(existsSync(programs ?? '')).toBe(false);
});
