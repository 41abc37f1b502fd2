import { textOf, type Attributes } from '../attributes.ts';
import type { Source } from '../signals.ts';
import type { Draft } from './draft.ts';
import { clip, known } from './draft.ts';

type Identity = Pick<
  Draft,
  'agent_id' | 'session_id' | 'task_id' | 'run_id' | 'parent_agent_id' | 'user_id' | 'host' | 'project'
>;

/**
 * Which conversation an item belongs to, in the order in which sources are believed. `telltale run` sets its own name
 * as a resource attribute; a coding agent's sub-agents carry their own conversation but the session of the whole.
 */
const sessionKeys = [
  'gen_ai.conversation.id',
  'session.id',
  'langfuse.session.id',
  'ai.telemetry.metadata.sessionId',
  'ai.telemetry.metadata.session_id',
  'traceloop.association.properties.session_id',
  'traceloop.association.properties.thread_id',
  'langsmith.metadata.thread_id',
  'langsmith.metadata.session_id',
  'langsmith.metadata.conversation_id',
  'conversation.id',
  'gcp.vertex.agent.session_id',
  'genkit:sessionId',
  // Azure's agents.
  'gen_ai.thread.id',
] as const;

function sessionOf({ resource, scope }: Source, attributes: Attributes): string | undefined {
  const ours = textOf(attributes, 'telltale.session_id') ?? textOf(resource, 'telltale.session_id');
  if (ours !== undefined) return ours;
  // Claude Code gives each sub-agent a conversation of its own within the one session.
  const root = scope.startsWith('com.anthropic.claude_code') ? textOf(attributes, 'session.id') : undefined;
  return root ?? textOf(attributes, ...sessionKeys) ?? textOf(resource, 'session.id');
}

const agentKeys = ['telltale.agent_id', 'agent.id', 'ai.telemetry.metadata.agentId'] as const;

/** The service of an agent that the item alone names: there may be several of them in its process. */
export function serviceOfAgent({ resource }: Source, attributes: Attributes): string | undefined {
  const isNamed = textOf(resource, ...agentKeys) === undefined && textOf(attributes, ...agentKeys) !== undefined;
  return isNamed ? clip(textOf(resource, 'service.name') ?? 'unknown') : undefined;
}

/** Who an item is about. Resource attributes that `telltale run` added win over what a client calls itself. */
export function identityOf(source: Source, attributes: Attributes): Identity {
  const { resource } = source;
  const either = (...keys: readonly string[]) => textOf(attributes, ...keys) ?? textOf(resource, ...keys);
  return {
    agent_id:
      clip(textOf(resource, ...agentKeys) ?? textOf(attributes, ...agentKeys) ?? textOf(resource, 'service.name')) ??
      'unknown',
    ...known({
      session_id: clip(sessionOf(source, attributes)),
      task_id: clip(either('telltale.task_id')),
      run_id: clip(either('telltale.run_id')),
      parent_agent_id: clip(either('telltale.parent_agent_id')),
      user_id: clip(either('enduser.id', 'langfuse.user.id', 'ai.telemetry.metadata.userId', 'user.id')),
      host: clip(textOf(resource, 'host.name')),
      project: clip(either('telltale.project', 'service.namespace')),
    }),
  };
}
