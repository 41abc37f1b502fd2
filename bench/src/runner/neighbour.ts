import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * An agent beside a flood: asks its model again and again, and writes down when each answer was there and how long it took
 * (epoch ms, ms), one line each.
 */
const [file = ''] = process.argv.slice(2);
const address = `${process.env['ANTHROPIC_BASE_URL'] ?? ''}/v1/messages`;
const body = JSON.stringify({
  model: 'claude-sonnet-4-5',
  max_tokens: 9,
  messages: [{ role: 'user', content: 'go on' }],
});
for (;;) {
  const from = performance.now();
  const answer = await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  await answer.text();
  appendFileSync(file, `${Date.now()} ${performance.now() - from}\n`);
  await delay(30);
}
