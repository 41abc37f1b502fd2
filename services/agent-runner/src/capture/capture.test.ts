import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { describe, expect, test } from 'vitest';
import { captureDraft } from './capture-draft.ts';
import { secretsOfEnvironment } from './environment-secrets.ts';
import { createPrivateKeyLines } from './private-key-lines.ts';
import { createRedactor } from '@telltale/sdk/capture/redactor';

const plain = createRedactor({ secrets: [] });
const letters = 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0';

/** Put together here, so that no scanner takes this file for a leak. */
const planted: [string, string, string][] = [
  ['anthropic_key', `sk-ant-api03-${letters}`, 'key: %s'],
  ['openai_key', `sk-proj-${letters}`, 'using %s now'],
  ['openrouter_key', `sk-or-v1-${letters}`, '%s'],
  ['github_token', `ghp_${letters.slice(0, 36)}`, 'git clone with %s'],
  ['github_token', `github_pat_${letters}`, '(%s)'],
  ['gitlab_token', `glpat-${letters.slice(0, 20)}`, '%s'],
  ['aws_key_id', `AKIAIOSFODNN7EXAMPLE`, 'id=%s'],
  ['aws_secret_key', letters, 'aws_secret_access_key = %s'],
  ['slack_token', `xoxb-123456789012-${letters.slice(0, 12)}`, '%s'],
  ['stripe_key', `sk_live_${letters.slice(0, 24)}`, '%s'],
  ['google_key', `AIza${letters.slice(0, 35)}`, 'https://maps.example.org/?key=%s'],
  ['npm_token', `npm_${letters.slice(0, 36)}`, '//registry.example.org/:_authToken=%s'],
  ['hugging_face_token', `hf_${letters.slice(0, 34)}`, '%s'],
  ['telltale_key', `tt_${letters.slice(0, 12)}_${letters}abc`, '%s'],
  ['jwt', `eyJ${letters}.eyJ${letters}.${letters}`, 'cookie %s'],
  ['url_credentials', 'ada:hunter2hunter2', 'https://%s@example.org/x.git'],
  ['url_credentials', 'x-oauth-token-very-long', 'https://%s@example.org/x.git'],
  ['bearer', letters, 'Authorization: Bearer %s'],
  ['authorization', 'YWRhOmh1bnRlcjI=', 'Authorization: Basic %s'],
  ['api_key_header', letters, 'x-api-key: %s'],
  ['assigned_secret', letters, 'DEPLOY_TOKEN=%s ./deploy'],
  ['assigned_secret', letters, '{"password": "%s"}'],
  ['assigned_secret', letters, 'password=%s&user=ada'],
  ['secret_flag', 'correcthorse', 'login --password %s'],
];

describe('known shapes of keys', () => {
  test.each(planted)('%s is replaced and counted', (_, secret, line) => {
    const { text, count } = plain.redact(line.replace('%s', secret));
    expect(text).not.toContain(secret);
    expect(text).toContain('‹redacted:');
    expect(count).toBeGreaterThan(0);
  });

  test('what stands around a secret stays', () => {
    expect(plain.redact('see https://ada:hunter2@example.org/x.git now').text).toBe(
      'see https://‹redacted:url_credentials›@example.org/x.git now',
    );
    expect(plain.redact(`Bearer ${letters}, ok`).text).toBe('Bearer ‹redacted:bearer›, ok');
  });

  test.each([
    'Token usage: 1200 input, 34 output',
    'total tokens: 123456789',
    'https://example.org/a/b@c?x=1:2',
    'git@github.com:ada/x.git',
    'ssh://git@example.org/x.git',
    'commit 0b061359220508a95adc5e335790e4ca1343d564',
    'error: unknown option --password-file',
    'id 01a1fbbe-448a-78b0-8af2-caa3b4456cf7 ok',
    'const tokenizer = createTokenizer({ keep: true });',
    'desk-top-publishing-and-some-more-words-to-go',
    'task-management-system-with-many-long-words',
  ])('%s is left alone', (line) => {
    expect(plain.redact(line)).toEqual({ text: line, count: 0 });
  });

  test.each([
    ['eyJ', 'eyJ'.repeat(22_000)],
    ['eyJ-', 'eyJ-'.repeat(16_000)],
    ['capitals', 'KEY_'.repeat(16_000)],
    ['urls', 'https://a:'.repeat(6_500)],
    ['keys', '-----BEGIN PRIVATE KEY-----'.repeat(2_400)],
    ['spaces', `authorization: ${' '.repeat(64_000)}`],
    ['dashes', 'sk-'.repeat(21_000)],
    ['quotes', 'token"'.repeat(10_000)],
  ])('a hostile line of %s costs no more than its length', (_, line) => {
    const before = process.cpuUsage();
    plain.redact(line);
    const { user, system } = process.cpuUsage(before);
    // A few milliseconds; what grows with the square of the length takes minutes.
    expect((user + system) / 1_000).toBeLessThan(2_000);
  });
});

describe('secrets of the environment', () => {
  const secrets = secretsOfEnvironment({
    OPENAI_API_KEY: 'not-a-known-shape',
    DB_PASSWORD: 'pa$$ "word"',
    SHORT_TOKEN: 'abc',
    PWD: '/home/ada/work',
    SSH_AUTH_SOCK: '/run/user/0/agent.sock',
    GIT_AUTHOR_NAME: 'Ada Lovelace',
    TOKENIZERS_PARALLELISM: 'disabled',
    NODE_AUTH_TOKEN_FILE: '/run/secrets/token',
    MULTI_SECRET: 'first-line-of-it\nsecond-line-of-it',
  });
  const redactor = createRedactor({ secrets });

  test('their values are replaced by the name of the variable, in any of their forms', () => {
    expect(redactor.redact('using not-a-known-shape').text).toBe('using ‹redacted:OPENAI_API_KEY›');
    expect(redactor.redact(`{"p":${JSON.stringify('pa$$ "word"')}}`).text).not.toContain('word');
    expect(redactor.redact(`?p=${encodeURIComponent('pa$$ "word"')}`).text).not.toContain('word');
    expect(redactor.redact('> second-line-of-it').text).toBe('> ‹redacted:MULTI_SECRET›');
  });

  test('ordinary variables are no secrets', () => {
    const line = 'cd /home/ada/work; Ada Lovelace; abc; /run/user/0/agent.sock; disabled; /run/secrets/token';
    expect(redactor.redact(line)).toEqual({ text: line, count: 0 });
  });
});

test('the body of a private key is known line by line, and a cut one does not hide the rest', () => {
  const isBody = createPrivateKeyLines();
  const lines = ['x', '-----BEGIN RSA PRIVATE KEY-----', 'MIIE', 'abcd', '-----END RSA PRIVATE KEY-----', 'y'];
  expect(lines.map(isBody)).toEqual([false, false, true, true, true, false]);
  isBody('-----BEGIN PRIVATE KEY-----');
  const hidden = Array.from({ length: 1_000 }, (_, at) => isBody(`line ${at}`)).filter(Boolean);
  expect(hidden.length).toBe(400);
});

describe('capture modes', () => {
  const redactor = createRedactor({ secrets: [{ name: 'API_TOKEN', value: 'correct-horse' }] });
  const drafts: RecordDraft[] = [
    { kind: 'log_entry', level: 'info', source: 'stdout', message: 'it is correct-horse' },
    { kind: 'run_event', event: 'started', command: 'deploy --with correct-horse' },
    {
      kind: 'git_activity',
      operation: 'commit',
      success: true,
      origin: 'refs',
      message: 'add correct-horse',
      files_changed: 1,
    },
    { kind: 'tool_call', tool_name: 'Bash', success: true, input_preview: 'echo correct-horse', input_size_bytes: 18 },
    { kind: 'task_event', event_type: 'status', inputs: { deep: [{ x: 'correct-horse' }] } },
  ];

  test('redacted: text leaves without secrets, and their number is kept', () => {
    for (const draft of drafts) {
      const captured = captureDraft(draft, { default: 'redacted' }, redactor);
      expect(JSON.stringify(captured)).not.toContain('correct-horse');
      expect(JSON.stringify(captured)).toContain('‹redacted:API_TOKEN›');
      expect(captured.attributes).toEqual({ redactions: 1 });
    }
  });

  test('metadata: no text leaves, sizes and names do', () => {
    const captured = drafts.map((draft) => captureDraft(draft, { default: 'metadata' }, redactor));
    expect(JSON.stringify(captured)).not.toMatch(/correct-horse|redacted/);
    expect(captured[0]).toMatchObject({ message: '' });
    expect(captured[1]).toMatchObject({ command: 'deploy' });
    expect(captured[2]).toMatchObject({ files_changed: 1 });
    expect(captured[3]).toMatchObject({ tool_name: 'Bash', input_size_bytes: 18 });
  });

  test('full leaves text as it is, and a kind may have a mode of its own', () => {
    const [log, event] = drafts;
    if (log === undefined || event === undefined) throw new Error('two drafts are needed');
    expect(captureDraft(log, { default: 'full' }, redactor)).toEqual(log);
    expect(captureDraft(event, { default: 'full', run_event: 'metadata' }, redactor)).toMatchObject({
      command: 'deploy',
    });
  });
});
