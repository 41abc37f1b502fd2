import { readFileSync } from 'node:fs';
import { ArtifactStoreClient } from '@telltale/clients/artifact-store-client';
import { LLMClient } from '@telltale/clients/llm-client';
import { TaskRegistryClient } from '@telltale/clients/task-registry-client';
import { systemClock as clock } from '@telltale/runtime/clock';
import { processEnvironment } from '@telltale/runtime/config';
import { createLog } from '@telltale/runtime/log';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { ServiceCallTracker } from '@telltale/sdk/metrics/service-call-tracker';
import { openRecorder } from '@telltale/sdk/open-recorder';
import { teamOfKey } from '@telltale/sdk/spool/team-of-key';
import { createHttpTransport } from '@telltale/sdk/transport/http-transport';
import { codegenSettings } from './settings.ts';
import { generate } from './generate.ts';
import { taskFile } from './inputs.ts';
import { findTestCommand } from './run-tests.ts';

// The program of the crew `codegen`: `main.ts INPUTS_FILE` in a slot of the task's repository.
const env = processEnvironment();
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const log = createLog({ service: 'codegen', level: 'silent' });
const task = taskFile.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
const settings = codegenSettings(env, task.inputs.model);
const { gateway } = settings;
const newId = createUuidV7(clock.now);
const identity = {
  agent_id: task.agent_id,
  task_id: task.task_id,
  run_id: task.run_id,
  ...(task.session_id === null ? {} : { session_id: task.session_id }),
};
const recorder = await openRecorder({
  transport: createHttpTransport({ ...gateway }),
  url: gateway.url,
  team: gateway.team ?? teamOfKey(gateway.key),
  spoolRoot: settings.spoolRoot,
  // What another one left is sent by the runner.
  replay: false,
  identity,
  newId,
  clock,
  log,
});
const tracker = new ServiceCallTracker({ sink: recorder });
const service = { baseUrl: gateway.url, apiKey: gateway.key, team: gateway.team, tracker };
try {
  await using llm = new LLMClient({ ...settings.llm, tracker, sink: recorder });
  await using registry = new TaskRegistryClient(service);
  await using store = new ArtifactStoreClient({ ...service, identity });
  const done = await generate(
    { llm, registry, store, workspace: process.cwd(), testsOf: findTestCommand, env, say },
    task,
  );
  process.exitCode = done ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await recorder.close();
}
