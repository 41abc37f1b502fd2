import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareHome, scenarios, type Client, type ProxyFlag, type ScenarioName } from './client.ts';
import { codingAgents } from './coding-agents.ts';
import { sumsOfLedger, sumsOfRun } from './compare.ts';
import { install } from './install.ts';
import { serveLlm } from './llm/serve-llm.ts';
import { startProduct } from './product.ts';
import { programs } from './programs.ts';
import { isEqual, pageOf, type Row } from './write-page.ts';

const { values: flags } = parseArgs({
  options: {
    /** Where clients are installed, each in a folder of its own. */
    installs: { type: 'string', default: join(tmpdir(), 'telltale-agents') },
    /** Clients whose name matches. */
    only: { type: 'string', default: '' },
    /** Scenarios whose name matches. */
    scenario: { type: 'string', default: '' },
    /** Only rows as a person starts a client (`plain`), or only those with a word on the proxy (`flagged`). */
    mode: { type: 'string', default: '' },
    port: { type: 'string', default: '4890' },
    /** Longer than any client takes, on a busy machine too; one that hangs is a row like another. */
    'most-seconds': { type: 'string', default: '120' },
    /** The page that is written; none with `--scenario`, and with `--only` only together with `--rows`. */
    page: { type: 'string', default: join(import.meta.dirname, '../../../docs/agents.md') },
    /** Where the rows are kept, so that one client can be run again without the others. */
    rows: { type: 'string', default: '' },
  },
});

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const folder = mkdtempSync(join(tmpdir(), 'telltale-agents-run-'));
await using llm = await serveLlm();
await using product = await startProduct(folder, Number(flags.port));
let id = Date.now();

async function runOne(client: Client, at: string, scenario: ScenarioName, flag: ProxyFlag | null): Promise<Row> {
  id += 1;
  const home = join(folder, `home-${id}`);
  mkdirSync(home, { recursive: true });
  const work = prepareHome(client, home, llm.url);
  const [command, ...words] = client.setUp?.({ folder: at, llm: llm.url }) ?? [];
  if (command !== undefined)
    execFileSync(command, words, { env: { PATH: process.env['PATH'], HOME: home }, stdio: 'ignore' });
  const agent = `agent-${id}`;
  llm.ledger.take();
  const argv = client.argv({ folder: at, prompt: scenarios[scenario].replace('$ID', String(id)) });
  const env = { HOME: home, ...client.env({ llm: llm.url, url: product.url, key: product.key, agent }) };
  const limits = ['--timeout', `${flags['most-seconds']}s`, ...(flag === null ? [] : [flag])];
  const { code, stdout, stderr } = await product.run(agent, limits, argv, env, work);
  const entries = llm.ledger.take();
  const ledger = sumsOfLedger(entries);
  const run = await product.newestRun(agent);
  const row: Row = {
    client: client.name,
    by: client.by,
    scenario,
    flag,
    ledger,
    product: sumsOfRun(run),
    exitCode: code,
    endReason: run.end_reason,
    ...(scenario === 'subagent' && {
      subAgents: { ledger: sumsOfLedger(entries.filter(({ apart }) => apart)), product: await product.under(agent) },
    }),
  };
  say(
    `${isEqual(row) ? 'equal' : 'DIFFERS'} ${client.name} ${scenario}${flag === null ? '' : ` ${flag}`} ${run.run_id}`,
  );
  if (!isEqual(row)) {
    say(
      `  ledger  ${JSON.stringify(row.ledger)}\n  product ${JSON.stringify(row.product)} ${row.endReason} ${row.exitCode}`,
    );
    say(`  ${stdout.slice(-400)}\n  ${stderr.slice(-400)}`);
  }
  return row;
}

const all = [...codingAgents, ...programs];
const clients = all.filter(({ name }) => new RegExp(flags.only, 'i').test(name));
const isWanted = (flag: ProxyFlag | null): boolean => flags.mode === '' || (flags.mode === 'plain') === (flag === null);
const isAgain = ({ client, flag }: Row): boolean => isWanted(flag) && clients.some(({ name }) => name === client);
const kept = flags.rows !== '' && existsSync(flags.rows) ? (JSON.parse(readFileSync(flags.rows, 'utf8')) as Row[]) : [];
const rows: Row[] = kept.filter((row) => !isAgain(row));
const versions = new Map(
  all.flatMap(({ name, install: packages }) =>
    packages !== null && 'npm' in packages ? [[name, `\`${packages.npm[0] ?? ''}\`. `] as const] : [],
  ),
);
const wanted = new RegExp(flags.scenario);
const oxfmt = join(import.meta.dirname, '../../../node_modules/oxfmt/bin/oxfmt');
const writePage = (): void => {
  writeFileSync(flags.page, pageOf(inOrder(), versions));
  execFileSync(process.execPath, [oxfmt, flags.page], { stdio: 'ignore' });
};
const inOrder = (): Row[] =>
  all.flatMap(({ name, cannot = {} }) =>
    rows
      .filter((row) => row.client === name)
      .map((row) => (row.flag === '--proxy' ? row : { ...row, why: cannot[row.scenario] })),
  );
const missing: string[] = [];
for (const client of clients) {
  let at: string;
  try {
    at = install(client, flags.installs);
  } catch (error) {
    // A registry may lack a version; what was run before stands.
    say(`${client.name} could not be installed: ${error instanceof Error ? error.message : String(error)}`);
    missing.push(client.name);
    rows.push(...kept.filter((row) => isAgain(row) && row.client === client.name));
    continue;
  }
  const { flag: word = null, scenarios: again = [] } = client.again ?? {};
  const passes = [[null, client.scenarios] as const, [word, again] as const].filter(([flag]) => isWanted(flag));
  for (const [flag, names] of passes)
    for (const scenario of names.filter((name) => wanted.test(name)))
      rows.push(await runOne(client, at, scenario, flag));
  // After each client, so that what was measured is not lost with what was not.
  if (flags.scenario !== '') continue;
  if (flags.rows !== '') writeFileSync(flags.rows, JSON.stringify(rows));
  if (flags.only === '' || flags.rows !== '') writePage();
}
say(`${rows.filter(isEqual).length} of ${rows.length} equal; ${folder}`);
if (missing.length > 0) say(`not installed, and not run: ${missing.join(', ')}`);
