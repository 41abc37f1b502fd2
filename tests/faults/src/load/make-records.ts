import { lanes } from '@telltale/bench/mix';
import { createRandom, type Random } from '@telltale/bench/random';
import { fieldsOf } from '@telltale/bench/record-fields';
import type { RecordKind, TelemetryRecord } from '@telltale/contracts/records/record';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';

/** The bench's mix without the gateway's own kind, as cumulative parts. */
function shares(): { kind: RecordKind; upTo: number }[] {
  const { droppable, kept } = lanes();
  const dropped = droppable.at(-1)?.upTo ?? 0;
  const all = [...droppable, ...kept.map(({ kind, upTo }) => ({ kind, upTo: upTo + dropped }))];
  return all.filter(({ kind }) => kind !== 'endpoint_minute');
}

/** Values that break careless stores: other planes, separators of COPY, quotes, exact money. */
function awkward(random: Random, kind: RecordKind): object {
  const attributes = {
    note: `naïve ☃ 😀 "quoted" \\ \t tab, \r\n line, ${random.hex(6)}`,
    n: random.whole(0, 2 ** 40),
  };
  if (kind === 'llm_call' && random.chance(0.2))
    return { attributes, reported_cost_usd: random.whole(1, 999_999) / 1e9 };
  return random.chance(0.05) ? { attributes } : {};
}

/** Makes records of the written mix for a few agents of one producer. `now` is epoch ms. */
export function createRecordMaker(options: { seed: number; name: string; now: () => number }) {
  const { name, now } = options;
  const random = createRandom(options.seed);
  const nextId = createUuidV7();
  const table = shares();
  const most = table.at(-1)?.upTo ?? 1;
  let made = 0;
  return (): TelemetryRecord => {
    made += 1;
    const drawn = random.whole(1, most);
    const kind = table.find(({ upTo }) => drawn <= upTo)?.kind ?? 'log_entry';
    const agent = random.whole(0, 4);
    const fields: unknown = {
      v: 1,
      id: nextId(),
      kind,
      at: new Date(now()).toISOString(),
      agent_id: `${name}-${agent}`,
      session_id: `session-${name}-${agent}`,
      run_id: `run-${name}-${agent}`,
      task_id: `task-${name}-${agent}`,
      host: name,
      project: `project-${agent % 2}`,
      ...fieldsOf[kind](random, made),
      ...awkward(random, kind),
    };
    return fields as TelemetryRecord;
  };
}
