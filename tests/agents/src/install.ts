import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Client } from './client.ts';

/** Puts a client's packages into a folder of its own, unless they are there; scripts of packages are not run. */
export function install(client: Client, root: string): string {
  const at = installPackages(client, root);
  for (const program of client.programs ?? []) copyFileSync(program, join(at, basename(program)));
  return at;
}

function installPackages({ install: packages, folder }: Client, root: string): string {
  const at = join(root, folder);
  if (packages === null || existsSync(at)) return at;
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
  return at;
}
