import { openTerminal } from '@telltale/agent-runner/test-support/open-terminal';
import { expect, test } from 'vitest';

const file = new URL('confirm.ts', import.meta.url).href;
const script = `import(${JSON.stringify(file)})
  .then(({ confirm }) => confirm('type 3 to stop them: ', '3'))
  .then(() => 'done 0', (error) => error.message + ' ' + error.exitCode)
  .then((said) => console.log('<' + said + '>'))`;

test.each([
  ['the word itself', '3\r', '<done 0>'],
  ['another word', '4\r', '<nothing was stopped: that was not 3 2>'],
  ['Ctrl-C', '\u0003', '<nothing was stopped 130>'],
  ['Ctrl-D', '\u0004', '<nothing was stopped 130>'],
])('a person who types %s is understood', async (_, typed, said) => {
  const terminal = openTerminal(process.execPath, ['-e', script]);
  await terminal.shows('to stop them: ');
  terminal.type(typed);
  await terminal.shows(said);
  expect(await terminal.ended()).toBe(0);
});
