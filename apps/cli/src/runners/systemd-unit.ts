import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFlags } from '@telltale/runtime/node-flags';
import { productRoot } from '../product.ts';

const unitName = 'telltale-runner.service';

/** In a unit `%` and `$` mean something, and so do blanks. */
const quoted = (word: string): string =>
  `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;

/** What the unit goes by when it starts, of the person who installs it. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The unit of an agent-runner. Only the agent-runner itself is stopped with it (`KillMode=process`): the keeper and its runs
 * stay in its control group, go on, and the next start finds them. `runner drain` is for ending those. A run that the
 * kernel kills for its memory ends nothing else, and no number of starts is too many. There is no sandbox: whatever the
 * agent-runner may not do, no agent could do either.
 */
export function systemdUnit({ environmentFile, forSystem }: { environmentFile: string; forSystem: boolean }): string {
  const main = join(productRoot, 'services/agent-runner/src/main.ts');
  const command = [process.execPath, ...nodeFlags, main].map(quoted).join(' ');
  return `[Unit]
Description=Telltale agent-runner
${forSystem ? 'Wants=network-online.target\nAfter=network-online.target\n' : ''}StartLimitIntervalSec=0

[Service]
Type=exec
EnvironmentFile=${environmentFile.replaceAll('%', '%%')}
ExecStart=${command}
Restart=always
RestartSec=2
KillMode=process
TimeoutStopSec=15
Delegate=yes
OOMPolicy=continue
TasksMax=infinity

[Install]
WantedBy=${forSystem ? 'multi-user.target' : 'default.target'}
`;
}

export type UnitFolder = { path: string; forSystem: boolean };

/** Where systemd runs, so that a unit can be installed: of the system for root, else of this user. */
export function unitFolder(
  env: Environment,
  { isRoot = process.geteuid?.() === 0, booted = '/run/systemd/system' } = {},
): UnitFolder | null {
  if (!existsSync(booted)) return null;
  if (isRoot) return { path: '/etc/systemd/system', forSystem: true };
  const config = env['XDG_CONFIG_HOME'] || (env['HOME'] && join(env['HOME'], '.config'));
  return config ? { path: join(config, 'systemd/user'), forSystem: false } : null;
}

/**
 * Writes the unit and starts it, or starts it anew with what was written now; null when systemd took it, else what it
 * complained about. Done again it changes nothing but that.
 */
export function installUnit(unit: string, { path, forSystem }: UnitFolder, env: Environment): string | null {
  try {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, unitName), unit);
  } catch (error) {
    return `the unit cannot be written: ${error instanceof Error ? error.message : String(error)}`;
  }
  for (const words of [['daemon-reload'], ['enable', unitName], ['restart', unitName]]) {
    const args = [...(forSystem ? [] : ['--user']), ...words];
    const { status, stderr, error } = spawnSync('systemctl', args, { encoding: 'utf8', env: { ...env } });
    if (error !== undefined) return error.message;
    if (status !== 0) return stderr.trim() || `systemctl ${args.join(' ')} exited with ${status}`;
  }
  return null;
}
