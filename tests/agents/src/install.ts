import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Client } from './client.ts';

/**
 * Puts a client's packages into a folder of its own, unless they are there; scripts of packages are not run. Throws where one
 * cannot be had, and leaves nothing of it.
 */
export function install(client: Client, root: string): string {
  const at = join(root, client.folder);
  try {
    installPackages(client, at);
  } catch (error) {
    rmSync(at, { recursive: true, force: true });
    throw error;
  }
  for (const program of client.programs ?? []) copyFileSync(program, join(at, basename(program)));
  return at;
}

function installPackages({ install: packages }: Client, at: string): void {
  if (packages === null || existsSync(at)) return;
  const options = { cwd: at, stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'] };
  mkdirSync(at, { recursive: true });
  if ('npm' in packages) {
    writeFileSync(join(at, 'package.json'), '{"private":true}');
    execFileSync(
      'npm',
      ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--force', ...packages.npm],
      options,
    );
  } else {
    execFileSync('python3', ['-m', 'venv', at], options);
    execFileSync(join(at, 'bin/pip'), ['install', '--quiet', ...packages.pypi], options);
  }
}
