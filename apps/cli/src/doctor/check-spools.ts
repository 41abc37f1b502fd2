import { formatBytes } from '@telltale/contracts/format/bytes';
import { formatCount } from '@telltale/contracts/format/count';
import { listSpools, type SpoolInfo } from '@telltale/sdk/spool/list-spools';
import { scanSpool } from '@telltale/sdk/spool/scan-spool';
import { ok, problem, warning, type Finding } from './finding.ts';

const unsettledOf = async ({ folder, settled_seq }: SpoolInfo): Promise<number> => {
  const scanned = await scanSpool(folder).catch(() => null);
  const seqs = scanned?.segments.flatMap(({ frames }) => frames.map(({ head }) => head.seq)) ?? [];
  return new Set(seqs.filter((seq) => seq > settled_seq)).size;
};

/** Runs with a key of their own name that key instead of its team. */
const keyOf = (team: string): string | undefined => /^key (.+)$/.exec(team)?.[1];

function sender({ url, team }: SpoolInfo): string {
  const key = keyOf(team);
  if (key !== undefined) return `\`telltale run --url ${url} --api-key-file <file> -- true\` with the key tt_${key}_…`;
  return `\`telltale run --url ${url}${team === '' ? '' : ` --team ${team}`} -- true\``;
}

const sameOrigin = (one: string, other: string): boolean => {
  try {
    return new URL(one).origin === new URL(other).origin;
  } catch {
    return one === other;
  }
};

/**
 * What lies on this machine and is not known to be stored: for which gateway and team, and whether anybody will send it.
 * `own` is the gateway that commands here talk to.
 */
export async function checkSpools(root: string, own: string | undefined): Promise<Finding[]> {
  const spools = await listSpools(root);
  const findings: Finding[] = [];
  for (const spool of spools) {
    const unsettled = await unsettledOf(spool);
    if (unsettled === 0) continue;
    const whose = keyOf(spool.team) === undefined ? `team ${spool.team || 'of the key'}` : spool.team;
    const what = `${formatCount(unsettled)} unsettled batches (${formatBytes(spool.bytes)}) for ${spool.url}, ${whose}`;
    const name = `spool ${spool.producer_id}`;
    if (spool.held_by !== null) {
      findings.push(ok(name, `${what}, of process ${spool.held_by}`));
    } else if (own !== undefined && sameOrigin(spool.url, own)) {
      const key = keyOf(spool.team);
      const by = key === undefined ? 'for that team' : `with the key tt_${key}_…`;
      findings.push(warning(name, what, `the next \`telltale run\` ${by} sends them`));
    } else {
      findings.push(problem(name, what, `nobody sends them: ${sender(spool)} does, or remove ${spool.folder}`));
    }
  }
  if (findings.length > 0) return findings;
  return [ok('spools', `${root}: ${spools.length === 0 ? 'none' : `${spools.length}, all stored`}`)];
}
