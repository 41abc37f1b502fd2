import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProvider, type Provider } from '@telltale/testkit/fake-provider';
import { describe, expect, test } from 'vitest';
import { node, ofKind, plainEnvironment, watchCommand, type Watched } from '../test-support/watch-command.ts';
import { tellAgent, writeNotice } from './write-notice.ts';

const steps = ({ records }: Watched): string[] =>
  ofKind(records, 'run_event')
    .filter(({ step, event }) => step !== 'tell' && event !== 'started')
    .map(({ event, limit, step, reason }) => [event, limit, step, reason].filter(Boolean).join(' '));

/** For who does not end by itself. */
const short = { graceMs: 2_000, handBackMs: 500 };
const stays = 'setInterval(() => undefined, 1000);';

/** 150 tokens a call. */
const answer = JSON.stringify({
  type: 'message',
  id: 'msg',
  model: 'claude-sonnet-4-5',
  stop_reason: 'end_turn',
  usage: { input_tokens: 100, output_tokens: 50 },
});

/** Runs an agent that asks with `ask(words, headers)` until it is refused or `agent` ends it. */
async function runAgent(agent: string, options: Parameters<typeof watchCommand>[1] = {}) {
  await using provider = await startProvider((_asked, response) => void response.end(answer));
  const program = node(scriptOf(agent));
  return await runProgram(program, provider, options);
}

const scriptOf = (agent: string): string => `
    const ask = async (words, headers = {}) => {
      const body = JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 50, messages: [{ role: 'user', content: words.padEnd(150, 'x') }] });
      const got = await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', { method: 'POST', body, headers });
      const text = await got.text();
      return { status: got.status, text, word: got.headers.get('telltale-hand-back'), retry: got.headers.get('x-should-retry') };
    };
    ${agent}
  `;

async function runProgram(program: string[], provider: Provider, options: Parameters<typeof watchCommand>[1]) {
  const watched = await watchCommand(program, {
    env: { ...plainEnvironment, ANTHROPIC_BASE_URL: provider.url },
    limits: { tokens: 1_000 },
    // Who ends by itself needs none of it, however slow the machine is.
    graceMs: 30_000,
    handBackMs: 30_000,
    ...options,
  });
  return { ...watched, lines: watched.stdout.toString().trim().split('\n'), calls: provider.requests };
}
const offered = 'step tokens hand_back tokens';
const taken = 'step tokens handed_back tokens';

describe('an agent that says that it can hand back', () => {
  test('is told when one more call fits, makes that, and ends by itself: for its limit, and never beyond it', async () => {
    const it = await runAgent(`
      let got;
      do got = await ask('work', { 'telltale-hand-back': 'yes' }); while (got.word === null);
      got = await ask('what is done', { 'telltale-hand-back': got.word });
      console.log('handed back', got.status);
    `);
    expect(it.lines).toEqual(['handed back 200']);
    expect(steps(it)).toEqual([offered, taken, 'limit tokens tokens', 'ended tokens']);
    expect(it.result).toMatchObject({ endReason: 'tokens', exitCode: 124, signal: null });
    expect(it.calls.length * 150).toBeLessThanOrEqual(1_000);
    expect(it.calls.some(({ headers }) => 'telltale-hand-back' in headers)).toBe(false);
    const [step] = ofKind(it.records, 'run_event').filter((event) => event.step === 'hand_back');
    expect(step?.evidence).toEqual({ word: expect.stringMatching(/^hand-back-[0-9a-f]{8}$/) });
  });

  test('has one such call: what it asks for afterwards is refused', async () => {
    const it = await runAgent(`
      let got;
      do got = await ask('work', { 'telltale-hand-back': 'yes' }); while (got.word === null);
      const [first, second] = [await ask(got.word), await ask(got.word)];
      console.log(first.status, second.status, second.retry, second.word, JSON.parse(second.text).error.type);
    `);
    expect(it.lines).toEqual(['200 402 false null budget_exceeded']);
    expect(steps(it)).toEqual([offered, taken, 'limit tokens tokens', 'ended tokens']);
    expect(it.result).toMatchObject({ endReason: 'tokens', exitCode: 124 });
  });

  test('is ended after the grace when it stays, and after its time when it never hands back', async () => {
    const one = 'do got = await ask("work", { "telltale-hand-back": "yes" }); while (got.status === 200 && !stop());';
    const [handed, deaf] = await Promise.all([
      runAgent(`let got; const stop = () => got.word !== null; ${one} await ask(got.word); ${stays}`, short),
      runAgent(`let got; const stop = () => false; ${one} ${stays}`, short),
    ]);
    expect(steps(handed)).toEqual([offered, taken, 'limit tokens tokens', 'step tokens term tokens', 'ended tokens']);
    expect(steps(deaf)).toEqual([
      offered,
      'limit tokens warn',
      'limit tokens tokens',
      'step tokens term tokens',
      'ended tokens',
    ]);
    for (const { result } of [handed, deaf])
      expect(result).toMatchObject({ endReason: 'tokens', exitCode: 124, signal: 'SIGTERM' });
  });
});

test('an agent that was told and was done anyway ends as what it did', async () => {
  const it = await runAgent(`
    let got;
    do got = await ask('work', { 'telltale-hand-back': 'yes' }); while (got.word === null);
  `);
  expect(steps(it)).toEqual([offered, 'ended completed']);
  expect(it.result).toMatchObject({ endReason: 'completed', exitCode: 0 });
});

test('an agent that never hears of it has no such call, and is ended after the grace', async () => {
  const it = await runAgent(`while ((await ask('work')).status === 200); ${stays}`, { ...short, handBackMs: 30_000 });
  expect(steps(it)).toEqual(['limit tokens warn', 'limit tokens tokens', 'step tokens term tokens', 'ended tokens']);
});

test('an agent that reads why it was refused may hand back with what still fits', async () => {
  const it = await runAgent(
    `
    let got;
    do got = await ask('work '.repeat(120)); while (got.status === 200);
    const word = /hand-back-[0-9a-f]+/.exec(JSON.parse(got.text).error.message)[0];
    console.log((await ask('short ' + word)).status, (await ask(word)).status);
  `,
    { limits: { tokens: 1_010 } },
  );
  expect(it.lines).toEqual(['200 402']);
  expect(steps(it)).toEqual(['limit tokens warn', 'limit tokens tokens', taken, 'ended tokens']);
});

test('what a hook of its client reads reaches the agent, whose next call is its last', async () => {
  const it = await runAgent(`
    const { spawnSync } = process.getBuiltinModule('node:child_process');
    const hook = (event) => {
      const { stdout } = spawnSync('sh', [${JSON.stringify(tellAgent)}], { input: JSON.stringify({ hook_event_name: event }) });
      return stdout.length === 0 ? '' : JSON.parse(stdout).hookSpecificOutput.additionalContext;
    };
    let said = hook('UserPromptSubmit');
    const statuses = [];
    while (statuses.length < 20 && !said.includes('Hand back now')) {
      statuses.push((await ask(said)).status);
      said = hook('PostToolUse');
    }
    console.log(new Set(statuses).size, (await ask(said)).status, hook('PostToolUse') === '');
  `);
  expect(it.lines).toEqual(['1 200 true']);
  expect(steps(it).at(-1)).toBe('ended tokens');
  expect(steps(it)).toContain(taken);
});

test('Claude Code in a run whose tokens are limited is told by a hook of the run, whatever its own settings are', async () => {
  await using provider = await startProvider((_asked, response) => void response.end(answer));
  const folder = mkdtempSync(join(tmpdir(), 'claude-'));
  const file = join(folder, 'claude');
  // What its client does with settings that are laid over its own: their environment counts, and their hooks are called.
  const client = scriptOf(`
    const { execSync } = process.getBuiltinModule('node:child_process');
    const { readFileSync } = process.getBuiltinModule('node:fs');
    const { env, hooks } = JSON.parse(readFileSync(process.argv[process.argv.indexOf('--settings') + 1], 'utf8'));
    Object.assign(process.env, env);
    const call = (event) => {
      const said = hooks[event].map(({ hooks: [{ command }] }) => execSync(command, { input: JSON.stringify({ hook_event_name: event }) }).toString());
      return said.filter((text) => text !== '').map((text) => JSON.parse(text).hookSpecificOutput.additionalContext).join();
    };
    let told = call('UserPromptSubmit');
    const statuses = [];
    while (statuses.length < 20 && !told.includes('Hand back now')) {
      statuses.push((await ask(told)).status);
      told = call('PostToolUse');
    }
    console.log(new Set(statuses).size, (await ask(told)).status);
  `);
  writeFileSync(file, `#!${process.execPath}\n// As @anthropic-ai/claude-code.\n(async () => {${client}})();\n`, {
    mode: 0o755,
  });
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ env: { ANTHROPIC_BASE_URL: provider.url } }));
  const env = { ...plainEnvironment, CLAUDE_CONFIG_DIR: folder };
  const it = await runProgram([file, '-p', 'hi'], provider, { env });
  rmSync(folder, { recursive: true });
  expect(it.lines).toEqual(['1 200']);
  expect(steps(it)).toContain(taken);
  expect(it.calls.length * 150).toBeLessThanOrEqual(1_000);
});

test('Claude Code whose calls are left alone hears of every other limit by that hook', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'claude-'));
  const file = join(folder, 'claude');
  const heard = join(folder, 'heard');
  const client = `
    const { execSync } = require('node:child_process');
    const { readFileSync, writeFileSync } = require('node:fs');
    const { env, hooks } = JSON.parse(readFileSync(process.argv[process.argv.indexOf('--settings') + 1], 'utf8'));
    process.stdout.write('x'.repeat(900));
    const [{ hooks: [{ command }] }] = hooks.PostToolUse;
    let said = '';
    while (said === '') said = execSync(command, { input: JSON.stringify({ hook_event_name: 'PostToolUse' }) }).toString();
    writeFileSync(${JSON.stringify(heard)}, JSON.stringify({ led: env?.ANTHROPIC_BASE_URL ?? process.env.ANTHROPIC_BASE_URL ?? null, said: JSON.parse(said) }));
  `;
  writeFileSync(file, `#!${process.execPath}\n// As @anthropic-ai/claude-code.\n${client}`, { mode: 0o755 });
  const env = { ...plainEnvironment, CLAUDE_CONFIG_DIR: folder };
  const { result } = await watchCommand([file, '-p', 'hi'], { env, limits: { output: 1_000 } });
  const { led, said } = JSON.parse(readFileSync(heard, 'utf8')) as { led: string | null; said: unknown };
  rmSync(folder, { recursive: true });
  expect([result.endReason, led]).toEqual(['completed', null]);
  expect(said).toMatchObject({
    hookSpecificOutput: { hookEventName: 'PostToolUse', additionalContext: expect.stringContaining('output 90%') },
  });
});

test('a program that listens by the SDK hands back too', async () => {
  const it = await runAgent(`
    const { createRunNotices } = await import(${JSON.stringify(import.meta.resolve('@telltale/sdk/monitor/run-notice'))});
    const notices = createRunNotices(process.env);
    for (let calls = 0; calls < 20; calls += 1) {
      await ask('work');
      const word = notices.read()?.handBack ?? null;
      if (word === null) continue;
      console.log((await ask('done', { 'telltale-hand-back': word })).status);
      break;
    }
  `);
  expect(it.lines).toEqual(['200']);
  expect(steps(it)).toContain(taken);
  expect(it.result.endReason).toBe('tokens');
});

test('the hook marks that somebody listens, tells a notice once and holds nobody up without one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'notice-'));
  const file = join(folder, 'notice');
  writeNotice(file, [{ limit: 'memory', value: 9, cap: 10 }]);
  const it = await runAgent(`
    const { spawnSync } = process.getBuiltinModule('node:child_process');
    const { existsSync } = process.getBuiltinModule('node:fs');
    const hook = (TELLTALE_NOTICE_FILE, more = {}) => {
      const { stdout, status } = spawnSync('sh', [${JSON.stringify(tellAgent)}], { input: JSON.stringify({ session_id: 's', ...more, hook_event_name: 'PostToolUse', tool_input: { agent_id: 'x', hook_event_name: 'Stop', long: 'y'.repeat(300000) } }), env: { PATH: process.env.PATH, TELLTALE_NOTICE_FILE } });
      return status + ' ' + stdout.toString().trim();
    };
    console.log(hook(${JSON.stringify(file)}, { agent_id: 'of-a-sub-agent' }));
    for (const file of [${JSON.stringify(file)}, ${JSON.stringify(file)}, '/nowhere/x', '']) console.log(hook(file));
    console.log(existsSync(${JSON.stringify(`${file}.heard`)}));
  `);
  rmSync(folder, { recursive: true });
  expect(it.lines[0]).toBe('0 ');
  expect(it.lines[1]).toMatch(
    /^0 \{"hookSpecificOutput":\{"hookEventName":"PostToolUse","additionalContext":"This run has used most of what it may: memory 90%/,
  );
  expect(it.lines.slice(2)).toEqual(['0 ', '0 ', '0 ', 'true']);
});
