import { expect, test } from 'vitest';
import { callerOf } from './caller.ts';

test('a client tells its conversation, and which of its sub-agents a call is of, each in headers of its own', () => {
  expect(callerOf({})).toEqual({});
  expect(callerOf({ 'x-claude-code-session-id': 's' })).toEqual({ client_session_id: 's' });
  expect(callerOf({ 'x-claude-code-session-id': 's', 'x-claude-code-agent-id': 'a1' })).toEqual({
    client_session_id: 's',
    client_agent_id: 'a1',
  });
  expect(callerOf({ 'x-session-id': 'ses_1', 'x-session-affinity': 'ses_1' })).toEqual({ client_session_id: 'ses_1' });
  expect(callerOf({ 'x-parent-session-id': 'ses_1', 'x-session-id': 'ses_2' })).toEqual({
    client_session_id: 'ses_1',
    client_agent_id: 'ses_2',
  });
  expect(callerOf({ 'session-id': 't1', 'thread-id': 't1' })).toEqual({ client_session_id: 't1' });
  expect(callerOf({ 'session-id': 't1', 'thread-id': 't2' })).toEqual({
    client_session_id: 't1',
    client_agent_id: 't2',
  });
  expect(callerOf({ 'x-initiator': 'agent', 'x-interaction-type': 'conversation-subagent' })).toEqual({
    client_agent_id: 'subagent',
  });
  expect(callerOf({ 'x-interaction-type': 'conversation-user' })).toEqual({});
});
