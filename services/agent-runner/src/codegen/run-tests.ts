import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type TestResult = { command: string[]; exit_code: number | null; passed: boolean; output: string };

const keptCharacters = 8_000;
/** What the repository's tests need to run; no key of ours or of the model's provider. */
const passedOn = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'USER'];

/** The repository's own way to be tested; null when it names none. */
export function findTestCommand(workspace: string): string[] | null {
  const manifest = join(workspace, 'package.json');
  if (existsSync(manifest)) {
    try {
      const { scripts } = JSON.parse(readFileSync(manifest, 'utf8')) as { scripts?: Record<string, unknown> };
      if (typeof scripts?.['test'] === 'string') return ['npm', 'test', '--silent'];
    } catch {
      // Not for us to judge: another way may be there.
    }
  }
  const makefile = join(workspace, 'Makefile');
  if (existsSync(makefile) && /^test:/m.test(readFileSync(makefile, 'utf8'))) return ['make', 'test'];
  return null;
}

/** Runs the tests by argv, printing what they print. Resolves however they end. */
export function runTests(
  command: readonly string[],
  { workspace, env }: { workspace: string; env: Readonly<Record<string, string | undefined>> },
): Promise<TestResult> {
  const [program = '', ...args] = command;
  const own = Object.fromEntries(passedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: workspace, env: own, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const hear = (to: NodeJS.WriteStream) => (bytes: Buffer) => {
      to.write(bytes);
      output = (output + bytes.toString('utf8')).slice(-keptCharacters);
    };
    child.stdout.on('data', hear(process.stdout));
    child.stderr.on('data', hear(process.stderr));
    const end = (exit_code: number | null, more = ''): void =>
      resolve({ command: [...command], exit_code, passed: exit_code === 0, output: output + more });
    child.once('error', (error) => end(null, `${program} could not be started: ${error.message}`));
    child.once('close', (code) => end(code));
  });
}
