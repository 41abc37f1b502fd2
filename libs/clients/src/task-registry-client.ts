import { randomUUID } from 'node:crypto';
import {
  taskArtifactAnswer,
  taskEventAnswer,
  taskOrder,
  type putTaskStatusBody,
  type TaskOrder,
} from '@telltale/contracts/http/task-orders';
import type { z } from 'zod';
import {
  createServiceCaller,
  type HealthResult,
  type ServiceCaller,
  type ServiceClientOptions,
} from './service-caller.ts';

type Attributes = Readonly<Record<string, unknown>>;
type TaskStatus = z.output<typeof putTaskStatusBody>['status'];

export type GatewayClientOptions = ServiceClientOptions & {
  /** Chooses the team of an operator's key; every other key has its own. */
  team?: string | undefined;
};

/** The state of tasks, as the gateway knows it. */
export class TaskRegistryClient implements AsyncDisposable {
  readonly #caller: ServiceCaller;
  readonly #query: Readonly<Record<string, string | undefined>>;

  constructor(options: GatewayClientOptions) {
    this.#caller = createServiceCaller('task-registry', options);
    this.#query = { team_id: options.team };
  }

  /** The same status again changes nothing; one that may not follow is refused, and the answer says which may. */
  updateTaskStatus(taskId: string, status: TaskStatus, metadata?: Attributes): Promise<TaskOrder> {
    return this.#caller.call(
      {
        operation: 'updateTaskStatus',
        method: 'PUT',
        path: pathOf(taskId, '/status'),
        query: this.#query,
        json: { status, metadata },
      },
      taskOrder,
    );
  }

  addEvent(taskId: string, eventType: string, data: Attributes): Promise<z.output<typeof taskEventAnswer>> {
    // The same id in each try: it is stored once.
    const json = { event_type: eventType, data, id: randomUUID() };
    const path = pathOf(taskId, '/events');
    return this.#caller.call(
      { operation: 'addEvent', method: 'POST', path, query: this.#query, json },
      taskEventAnswer,
    );
  }

  /** Names an artifact that lies elsewhere; those of the artifact store name themselves. */
  addArtifact(
    taskId: string,
    artifactType: string,
    uri: string,
    sizeBytes: number,
    metadata?: Attributes,
  ): Promise<z.output<typeof taskArtifactAnswer>> {
    const json = { artifact_type: artifactType, uri, size_bytes: sizeBytes, metadata, id: randomUUID() };
    const path = pathOf(taskId, '/artifacts');
    return this.#caller.call(
      { operation: 'addArtifact', method: 'POST', path, query: this.#query, json },
      taskArtifactAnswer,
    );
  }

  getTask(taskId: string): Promise<TaskOrder> {
    const path = pathOf(taskId, '');
    return this.#caller.call({ operation: 'getTask', method: 'GET', path, query: this.#query }, taskOrder);
  }

  healthCheck(): Promise<HealthResult> {
    return this.#caller.health('/readyz');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#caller[Symbol.asyncDispose]();
  }
}

const pathOf = (taskId: string, rest: string): string => `/api/v1/tasks/${encodeURIComponent(taskId)}${rest}`;
