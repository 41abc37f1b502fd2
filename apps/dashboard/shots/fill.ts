import { demoRecords } from './demo-records.ts';

/** Sends the demonstration's records to a team and waits until they are stored. */
export async function fillTeam({ url, key, team }: { url: string; key: string; team: string }): Promise<void> {
  const now = Date.now();
  const records = demoRecords(now, now.toString(36));
  for (let from = 0; from < records.length; from += 1_000) {
    const answer = await fetch(`${url}/api/v1/telemetry?team_id=${team}&wait=stored`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ records: records.slice(from, from + 1_000) }),
    });
    const said: unknown = await answer.json();
    const refused: unknown = Reflect.get(said as object, 'rejected');
    if (!answer.ok || (Array.isArray(refused) && refused.length > 0))
      throw new Error(JSON.stringify(said).slice(0, 500));
  }
}
