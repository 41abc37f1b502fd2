import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { artifactsAnswer } from '@telltale/contracts/http/artifacts';
import { slotsAnswer } from '@telltale/contracts/http/repo-pool';
import { until } from '@telltale/testkit/until';
import type { ModelLedger } from './scripted-model.ts';

type Ask = (path: string) => Promise<Response>;

/** Slots of a runner's pool that somebody still has. */
async function slotsInUse(dataDir: string): Promise<string[]> {
  const [urlFile, keyFile] = [join(dataDir, 'repo-pool', 'url'), join(dataDir, 'repo-pool', 'key')];
  if (!existsSync(urlFile) || !existsSync(keyFile)) return [];
  const [url, key] = [urlFile, keyFile].map((file) => readFileSync(file, 'utf8').trim());
  const response = await fetch(`${url}/slots`, { headers: { authorization: `Bearer ${key}` } });
  const { slots } = slotsAnswer.parse(await response.json());
  return slots.filter(({ state }) => state === 'allocated' || state === 'cleaning').map(({ slot_id }) => slot_id);
}

/** What is wrong with the slots of all runners, once they had time to be cleaned. */
export async function judgeSlots(dataDirs: readonly string[]): Promise<string[]> {
  const leaked = async (): Promise<string[]> => (await Promise.all(dataDirs.map(slotsInUse))).flat();
  return until(async () => ((await leaked()).length === 0 ? [] : null), { timeoutMs: 60_000, everyMs: 500 }).catch(
    async () => [`slots are left: ${(await leaked()).join(', ')}`],
  );
}

/** Every artifact of a task has the content that its sha256 and size say; how many there are. */
export async function judgeArtifacts(ask: Ask, taskId: string): Promise<{ count: number; problems: string[] }> {
  const listed = await ask(`/artifacts?task_id=${taskId}&limit=100`);
  const { artifacts } = artifactsAnswer.parse(await listed.json());
  const problems: string[] = [];
  for (const { artifact_id, artifact_type, sha256, size_bytes } of artifacts) {
    const content = Buffer.from(await (await ask(`/artifacts/${artifact_id}`)).arrayBuffer());
    const isWhole = content.length === size_bytes && createHash('sha256').update(content).digest('hex') === sha256;
    if (!isWhole) problems.push(`task ${taskId}: its ${artifact_type} is not what was kept`);
  }
  return { count: artifacts.length, problems };
}

/** What a task's calls came to is what the model counted, or where that is not known for sure no more. */
export async function judgeTotals(ask: Ask, taskId: string, ledger: ModelLedger, isWhole: boolean): Promise<string[]> {
  const wanted = ledger.get(taskId) ?? { calls: 0, tokens: 0 };
  let shown = 'nothing';
  const isSame = async (): Promise<boolean> => {
    const task = (await (await ask(`/monitoring/tasks/${taskId}`)).json()) as Record<string, unknown>;
    shown = `${String(task['llm_calls'])} calls, ${String(task['total_tokens'])} tokens`;
    const [calls, tokens] = [Number(task['llm_calls']), Number(task['total_tokens'])];
    return isWhole
      ? calls === wanted.calls && tokens === wanted.tokens
      : calls <= wanted.calls && tokens <= wanted.tokens;
  };
  return until(async () => ((await isSame()) ? [] : null), { timeoutMs: 20_000, everyMs: 500 }).catch(() => [
    `task ${taskId}: ${shown}, and the model counted ${wanted.calls} calls, ${wanted.tokens} tokens`,
  ]);
}
