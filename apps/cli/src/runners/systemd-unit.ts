import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFlags } from '@telltale/runtime/node-flags';
import { productRoot } from '../product.ts';

const unitName = 'telltale-runner.service';

/** In a unit `%` and `$` mean something, and so do blanks. */
const quoted = (word: string): string =>
  `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;

/**
 * The unit of an agent-runner. Only the agent-runner itself is stopped with it: the keeper and its runs go on, and the next
 * start finds them. `runner drain` is for ending those.
 */
export function systemdUnit({ environmentFile, forSystem }: { environmentFile: string; forSystem: boolean }): string {
  const main = join(productRoot, 'services/agent-runner/src/main.ts');
  const command = [process.execPath, ...nodeFlags, main].map(quoted).join(' ');
  return `[Unit]
Description=Telltale agent-runner
Wants=network-online.target
After=network-online.target

[Service]
EnvironmentFile=${environmentFile.replaceAll('%', '%%')}
ExecStart=${command}
Restart=always
RestartSec=2
KillMode=process
TimeoutStopSec=15
Delegate=yes

[Install]
WantedBy=${forSystem ? 'multi-user.target' : 'default.target'}
`;
}

/** Where systemd runs, so that a unit can be installed: of the system for root, else of this user. */
export function unitFolder(
  env: Readonly<Record<string, string | undefined>>,
): { path: string; forSystem: boolean } | null {
  if (!existsSync('/run/systemd/system')) return null;
  if (process.geteuid?.() === 0) return { path: '/etc/systemd/system', forSystem: true };
  const config = env['XDG_CONFIG_HOME'] || (env['HOME'] && join(env['HOME'], '.config'));
  return config ? { path: join(config, 'systemd/user'), forSystem: false } : null;
}

/** Writes the unit and starts it; null when systemd took it, else what it complained about. */
export function installUnit(unit: string, { path, forSystem }: { path: string; forSystem: boolean }): string | null {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, unitName), unit);
  for (const words of [['daemon-reload'], ['enable', unitName], ['restart', unitName]]) {
    const { status, stderr, error } = spawnSync('systemctl', [...(forSystem ? [] : ['--user']), ...words], {
      encoding: 'utf8',
    });
    if (error !== undefined) return error.message;
    if (status !== 0) return stderr.trim() || `systemctl ${words.join(' ')} exited with ${status}`;
  }
  return null;
}
