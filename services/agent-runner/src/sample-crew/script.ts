export type ToolUse = { type: 'tool_use'; id: string; name: 'Write' | 'Bash' | 'Read'; input: Record<string, string> };
export type Block = { type: 'text'; text: string } | ToolUse;

export type Answer = {
  content: readonly Block[];
  /** Before the first word. */
  thinkMs: number;
  /** The first request for it is refused as overloaded. */
  overloadedOnce?: boolean;
};

/** What the model answers to a role, step by step. */
export type Script = Readonly<Record<string, readonly Answer[]>>;

const text = (words: string): Block => ({ type: 'text', text: words });
const tool = (id: string, name: ToolUse['name'], input: Record<string, string>): Block => ({
  type: 'tool_use',
  id: `toolu_sample_${id}`,
  name,
  input,
});

const plan = `# Plan

1. \`greet(name)\` returns a greeting and refuses an empty name.
2. A test for both.
3. Review, then merge.
`;

const firstCode = `export function greet(name) {
  return 'Hello, ' + name;
}
`;

const code = `/** A greeting for a person. Throws a RangeError when the name is empty. */
export function greet(name) {
  if (name.trim() === '') throw new RangeError('a name is needed');
  return \`Hello, \${name.trim()}!\`;
}
`;

const check = `import assert from 'node:assert/strict';
import { greet } from './greet.mjs';

assert.equal(greet(' Ada '), 'Hello, Ada!');
assert.throws(() => greet(' '), RangeError);
console.log('2 checks passed');
`;

/**
 * A small crew at work: a planner writes a plan, a coder writes code on a branch (its first run dies of an overloaded
 * model, its second corrects a failing check), a reviewer reads and merges.
 */
export const crewScript: Script = {
  planner: [
    {
      thinkMs: 200,
      content: [text('I will write the plan down.'), tool('plan', 'Write', { path: 'PLAN.md', content: plan })],
    },
    {
      thinkMs: 120,
      content: [tool('plan_commit', 'Bash', { command: "git add PLAN.md && git commit -qm 'Plan the greeter'" })],
    },
    { thinkMs: 100, content: [text('The plan is written: one function, one test, one review.')] },
  ],
  coder: [
    {
      thinkMs: 250,
      content: [
        text('First the function and its check.'),
        tool('branch', 'Bash', { command: 'git checkout -q -B greeter' }),
        tool('code', 'Write', { path: 'greet.mjs', content: firstCode }),
        tool('check', 'Write', { path: 'greet.check.mjs', content: check }),
      ],
    },
    { thinkMs: 150, overloadedOnce: true, content: [tool('run', 'Bash', { command: 'node greet.check.mjs' })] },
    {
      thinkMs: 250,
      content: [
        text('The check fails. I will correct the function.'),
        tool('fix', 'Write', { path: 'greet.mjs', content: code }),
      ],
    },
    { thinkMs: 120, content: [tool('rerun', 'Bash', { command: 'node greet.check.mjs' })] },
    {
      thinkMs: 120,
      content: [
        tool('commit', 'Bash', {
          command:
            "git add greet.mjs && git commit -qm 'Greet a person by name' && git add greet.check.mjs && git commit -qm 'Check the greeting'",
        }),
      ],
    },
    { thinkMs: 100, content: [text('The greeter works and is checked, on branch greeter.')] },
  ],
  reviewer: [
    {
      thinkMs: 200,
      content: [
        text('I read the change.'),
        tool('diff', 'Bash', { command: 'git diff --stat main greeter' }),
        tool('read', 'Read', { path: 'greet.mjs' }),
      ],
    },
    {
      thinkMs: 150,
      content: [
        tool('merge', 'Bash', {
          command: "git checkout -q main && git merge -q --no-ff greeter -m 'Merge the greeter' && git tag v0.1.0",
        }),
      ],
    },
    { thinkMs: 100, content: [text('Reviewed and merged; tagged v0.1.0.')] },
  ],
};
