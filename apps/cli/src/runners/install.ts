import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { readRunnerId, writeRunnerId } from '@telltale/agent-runner/link/runner-id';
import { systemClock } from '@telltale/runtime/clock';
import { createRestClient } from '@telltale/sdk/rest/rest-client';
import { createTelltaleApi } from '@telltale/sdk/rest/telltale-api';
import type { Context } from '../context.ts';
import { describeFindings } from '../doctor/doctor.ts';
import type { Finding } from '../doctor/finding.ts';
import { CliError } from '../failure.ts';
import { productVersion } from '../product.ts';
import { isLoopback } from '../up/settings.ts';
import { checkKeyOfRunner, checkWay } from './check-runner.ts';
import { runnerFolder, writeRunnerTeam } from './runner-folder.ts';
import { awaitKeeper } from './await-keeper.ts';
import { installUnit, systemdUnit, unitFolder } from './systemd-unit.ts';

export type InstallFlags = { url: string; token: string; dataDir?: string; print?: boolean; insecureHttp?: boolean };

/**
 * Makes this host a runner: looks at the way to the gateway, trades the token for a key, writes what the agent-runner goes
 * by, installs its unit (or prints it), and stores a first record. Exits 1 when something is wrong.
 */
export async function installRunner(flags: InstallFlags, context: Context): Promise<void> {
  const url = readUrl(flags);
  const dataDir = runnerFolder(flags, context.env);
  const host = hostname();
  const version = productVersion();
  const show = (findings: readonly Finding[]): void =>
    describeFindings(findings, context.page({}))
      .trimEnd()
      .split('\n')
      .forEach((line) => line !== '' && context.say(line));

  const way = await checkWay(url);
  if (!way.answers) {
    show(way.findings);
    context.exitCode = 1;
    return;
  }
  const enrolled = await createTelltaleApi(createRestClient({ url })).enrollRunner({
    token: flags.token,
    host,
    version,
  });
  const before = runnerBefore(dataDir);
  if (before !== null) context.say(`it was runner ${before}: \`telltale runners revoke ${before}\` ends that key`);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const keyFile = join(dataDir, 'runner.key');
  writeFileSync(keyFile, `${enrolled.key}\n`, { mode: 0o600 });
  writeRunnerId(dataDir, enrolled.runner_id);
  writeRunnerTeam(dataDir, enrolled.team_id);
  const environmentFile = join(dataDir, 'runner.env');
  writeFileSync(environmentFile, environmentOf({ url, keyFile, dataDir, env: context.env }), { mode: 0o600 });
  context.say(`this host is runner ${enrolled.runner_id} (${enrolled.name}) of team ${enrolled.team_id}`);

  const folder = unitFolder(context.env);
  const unit = systemdUnit({ environmentFile, forSystem: folder?.forSystem ?? true });
  const complaint = flags.print === true || folder === null ? null : installUnit(unit, folder, context.env);
  if (flags.print === true || folder === null) {
    context.out(unit);
    if (folder === null) context.say('there is no systemd here: the unit above says how to start the agent-runner');
  } else context.say(complaint === null ? `installed and started in ${folder.path}` : `systemd refused: ${complaint}`);
  const isStarted = complaint === null && flags.print !== true && folder !== null;
  if (isStarted && !folder.forSystem) context.say('`loginctl enable-linger` keeps it running when you log out');

  const findings = [
    ...way.findings,
    ...(await checkKeyOfRunner({ url, key: enrolled.key, runnerId: enrolled.runner_id, host, version })),
    ...(isStarted ? [await awaitKeeper({ dataDir, forSystem: folder.forSystem, clock: systemClock })] : []),
  ];
  show(findings);
  if (complaint !== null || findings.some(({ status }) => status === 'problem')) context.exitCode = 1;
}

/** What this host was when it was installed the last time. */
function runnerBefore(dataDir: string): string | null {
  const isInstalled = existsSync(join(dataDir, 'runner.key'));
  return isInstalled ? readRunnerId(dataDir) : null;
}

function readUrl({ url, insecureHttp }: InstallFlags): string {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw new CliError(`--url ${url}: is not an http(s) URL`, { exitCode: 2 });
  if (parsed.protocol === 'https:' || isLoopback(parsed.hostname) || insecureHttp === true) return url;
  throw new CliError(`keys would travel in clear to ${url}; use https://, or say --insecure-http`, { exitCode: 2 });
}

/**
 * systemd reads it as a shell would: quotes, and nothing is replaced within single ones. Agents find their programs and
 * their settings where the person who installs it does: systemd itself gives neither.
 */
const environmentOf = ({
  url,
  keyFile,
  dataDir,
  env,
}: {
  url: string;
  keyFile: string;
  dataDir: string;
  env: Context['env'];
}): string =>
  Object.entries({
    TELLTALE_URL: url,
    TELLTALE_API_KEY_FILE: keyFile,
    TELLTALE_DATA_DIR: dataDir,
    TELLTALE_METRICS_PORT: 'off',
    PATH: env['PATH'],
    HOME: env['HOME'],
    LANG: env['LANG'],
  })
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, value]) => `${name}='${value.replaceAll("'", String.raw`'\''`)}'\n`)
    .join('');
