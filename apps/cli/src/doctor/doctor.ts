import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { keeperFolder } from '@telltale/agent-runner/keeper/keeper-folder';
import { reportsFolder } from '@telltale/agent-runner/reports/reports-folder';
import { isRunning } from '@telltale/embedded/process-table';
import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { CliError } from '../failure.ts';
import { findDataDir, findTarget, type Target } from '../instance/find-instance.ts';
import { readInstance } from '../instance/instance-file.ts';
import { openApi } from '../open-api.ts';
import { spoolFolder } from '../state-folder.ts';
import type { Page } from '../terminal/page.ts';
import { checkBooks } from './check-books.ts';
import { checkCrews } from './check-crews.ts';
import { checkDatabases } from './check-databases.ts';
import { checkGateway, checkKey } from './check-gateway.ts';
import { checkMachine } from './check-machine.ts';
import { checkSpools } from './check-spools.ts';
import { ok, problem, type Finding } from './finding.ts';

/**
 * Looks at this machine, at the databases where their addresses are known, at the gateway that commands here talk to
 * and at what lies in spools, and says of each what is wrong and what to do. The exit code is 1 when something is.
 */
export async function doctor(flags: ClientFlags, context: Context): Promise<void> {
  const { env } = context;
  const findings: Finding[] = [];
  const target = findGateway(flags, env, findings);
  const isRemote = flags.url !== undefined && target?.isOperator !== true;
  if (!isRemote) {
    const dataDir = findDataDir(flags, env);
    const instance = readInstance(dataDir);
    const running = instance !== undefined && isRunning(instance.up) ? instance : undefined;
    findings.push(...checkMachine(dataDir, env['TELLTALE_URL']), ...(await checkDatabases(running?.databases, env)));
    findings.push(...checkCrews(dataDir, env['TELLTALE_CREWS']));
  }
  if (target !== undefined) findings.push(...(await askGateway(target, flags, context)));
  findings.push(...(await checkSpools(spoolFolder(env), target?.url)));
  const dataDir = findDataDir(flags, env);
  const ofRunner = isRemote ? [] : [join(keeperFolder(dataDir), 'spool'), reportsFolder(dataDir)];
  for (const root of ofRunner.filter(existsSync)) findings.push(...(await checkSpools(root, target?.url)));

  const bad = findings.filter(({ status }) => status === 'problem').length;
  if (flags.json === true) context.out(`${JSON.stringify({ ok: bad === 0, findings })}\n`);
  else context.out(describeFindings(findings, context.page(flags)));
  if (bad > 0) context.exitCode = 1;
}

function findGateway(flags: ClientFlags, env: Context['env'], findings: Finding[]): Target | undefined {
  try {
    return findTarget(flags, env);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    findings.push(problem('gateway', error.message, 'start one with `npm start`, or name one with --url'));
    return undefined;
  }
}

async function askGateway(target: Target, flags: ClientFlags, context: Context): Promise<Finding[]> {
  const api = openApi(flags, context);
  const { findings, answers } = await checkGateway(api, target.url);
  if (!answers) return findings;
  try {
    findings.push(target.isOperator ? ok('key', 'the operator’s own') : await checkKey(api));
    findings.push(...(await checkBooks(api)));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    findings.push(problem('books', `could not be read: ${why}`, 'see the lines above'));
  }
  return findings;
}

const marks: Record<Finding['status'], string> = { ok: 'ok', warning: 'look', problem: 'WRONG', skipped: '–' };

/** Findings as lines for a person, with how many things are wrong. */
export function describeFindings(findings: readonly Finding[], page: Page): string {
  const painted = { ok: page.green, warning: page.yellow, problem: page.red, skipped: page.dim };
  const lines = findings.flatMap(({ name, status, details, remedy }) => [
    `${painted[status](marks[status].padEnd(6))}${name}: ${details}`,
    ...(remedy === undefined ? [] : [`      → ${remedy}`]),
  ]);
  const bad = findings.filter(({ status }) => status === 'problem').length;
  return `${[...lines, '', bad === 0 ? 'nothing is wrong' : `wrong: ${bad}`].join('\n')}\n`;
}
