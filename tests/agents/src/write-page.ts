import type { ProxyFlag, ScenarioName } from './client.ts';
import type { Sums } from './compare.ts';

export type SubAgentSums = Pick<Sums, 'calls' | 'input' | 'output' | 'cost'>;

export type Row = {
  client: string;
  by: string;
  scenario: ScenarioName;
  /** What was said of the proxy; null: nothing, as a person starts it. */
  flag: ProxyFlag | null;
  ledger: Sums;
  product: Sums;
  /** What its sub-agents did of that, by the ledger, and as the agents under it that the product shows. */
  subAgents?: { ledger: SubAgentSums; product: SubAgentSums };
  /** Why it cannot be equal, where that is known. */
  why?: string | undefined;
  exitCode: number | null;
  endReason: string | null;
};

const names = ['calls', 'errors', 'input', 'output', 'cacheRead', 'cacheWrite', 'reasoning', 'cost', 'tools'] as const;
const headings = ['calls', 'failed', 'input', 'output', 'cache read', 'cache write', 'reasoning', 'cost (µ$)', 'tools'];

const show = (value: number | null): string => (value === null ? '–' : value.toLocaleString('en'));
const cell = (ledger: number | null, product: number | null): string =>
  ledger === product ? show(ledger) : `**${show(product)}** of ${show(ledger)}`;

/** A run ends as its program does. */
const endsWell = ({ exitCode, endReason }: Row): boolean => endReason === (exitCode === 0 ? 'completed' : 'failed');

/** A client that asked the server for nothing was not tried. */
const wasTried = ({ ledger }: Row): boolean => ledger.calls + ledger.errors > 0;

export const isEqual = (row: Row): boolean =>
  wasTried(row) && endsWell(row) && names.every((name) => row.ledger[name] === row.product[name]);

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const nameOf = ({ scenario, flag }: Row): string => (flag === null ? scenario : `${scenario}, \`${flag}\``);

function tableOf(rows: readonly Row[]): string[] {
  return [
    line(['asked for', ...headings, 'end', 'equal']),
    line(['---', ...headings.map(() => '--:'), '---', '---']),
    ...rows.map((row) =>
      line([
        nameOf(row),
        ...names.map((name) => cell(row.ledger[name], row.product[name])),
        `${row.endReason ?? '–'} (exit ${row.exitCode ?? '–'})`,
        isEqual(row) ? 'yes' : row.why === undefined ? 'no' : 'cannot be',
      ]),
    ),
    ...reasonsOf(rows),
    ...subAgentsOf(rows),
  ];
}

const wordsOf = ({ scenario, flag }: Row): string =>
  [scenario, flag].flatMap((word) => (word === null ? [] : `\`${word}\``)).join(' ');

/** Why figures cannot be equal, the same words once for all that they are about. */
function reasonsOf(rows: readonly Row[]): string[] {
  const unequal = rows.filter((row) => !isEqual(row) && row.why !== undefined);
  const bySentence = Map.groupBy(unequal, ({ why }) => why);
  return [...bySentence].flatMap(([why, about]) => ['', `${about.map(wordsOf).join(', ')}: ${why ?? ''}`]);
}

const count = (n: number, what: string): string => `${show(n)} ${what}${n === 1 ? '' : 's'}`;

/** What is shown of sub-agents, under the agent that they are counted in. */
function subAgentsOf(rows: readonly Row[]): string[] {
  return rows.flatMap((row) => {
    const { subAgents } = row;
    if (subAgents === undefined || subAgents.ledger.calls === 0) return [];
    const { ledger, product } = subAgents;
    const told = (sums: SubAgentSums): string =>
      `${count(sums.calls, 'call')}, ${show(sums.input)} tokens in, ${show(sums.output)} out, ${show(sums.cost)} µ$`;
    const isEqualTo = told(ledger) === told(product);
    const shown = isEqualTo ? 'the same is shown' : `**${told(product)}** is shown`;
    return [
      '',
      `${wordsOf(row)}: of these the sub-agent's are ${told(ledger)} by the ledger; ${shown} of the agents under it.`,
    ];
  });
}

function summariesOf(rows: readonly Row[]): string[] {
  const summary = (some: readonly Row[], how: string): string => {
    const untold = some.filter((row) => !isEqual(row) && row.why !== undefined).length;
    const equal = `${some.filter(isEqual).length} of ${some.length} runs ${how} are equal in every figure and in how they ended`;
    return untold === 0 ? `${equal}.` : `${equal}; of ${untold} the client cannot tell all.`;
  };
  return [
    summary(
      rows.filter(({ flag }) => flag !== '--no-proxy'),
      'as a person starts them, or with the proxy,',
    ),
    summary(
      rows.filter(({ flag }) => flag === '--no-proxy'),
      'with `--no-proxy`',
    ),
  ];
}

/** `docs/agents.md` of what was measured. */
export function pageOf(rows: readonly Row[], versions: ReadonlyMap<string, string>): string {
  const clients = [...new Set(rows.map(({ client }) => client))];
  const parts = clients.flatMap((client) => {
    const own = rows.filter((row) => row.client === client);
    return ['', `## ${client}`, '', `${versions.get(client) ?? ''}Read from ${own[0]?.by ?? ''}.`, '', ...tableOf(own)];
  });
  return [
    '# Agents, run against the product',
    '',
    'Made by `node tests/agents/src/main.ts`: each client was installed from its registry and run headless under `telltale run`',
    'against a scripted model server that keeps its own books. A cell is what both say; where they differ, the bold figure is',
    "the product's and the other the ledger's. Cost is that of the price list in millionths of a dollar. `failed` counts attempts",
    'that were refused or broke off; tokens and cost are those of all that was answered, until it broke off. Asked for: `tool` one',
    'use of a tool, `subagent` one sub-agent, `retry` a 529 before the first answer, `failed` a refusal for good, `cut` a first',
    'answer that breaks off.',
    '',
    'Each row is run as a person runs it. The proxy is on without being asked for programs that tell nothing of their calls or lose',
    'part of it, for Claude Code where it calls another address than Anthropic, and for programs that nobody knows and whose',
    'environment names a provider ([proxy.md](proxy.md)); Codex is shown as it tells of itself. Rows with `--no-proxy` show what a',
    'program tells by itself; where it cannot tell all, the words under its table say why.',
    '',
    ...summariesOf(rows),
    ...parts,
    '',
  ].join('\n');
}
