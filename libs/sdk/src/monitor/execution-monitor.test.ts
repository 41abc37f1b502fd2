import { createManualClock } from '@telltale/testkit/manual-clock';
import { until } from '@telltale/testkit/until';
import { expect, onTestFinished, test } from 'vitest';
import { createExecutionMonitor, ExecutionLimitError, type ExecutionMonitorOptions } from './execution-monitor.ts';
import type { Usage } from './process-usage.ts';

function setUp(options: ExecutionMonitorOptions) {
  const clock = createManualClock();
  const usage: Usage = { memoryBytes: 100 * 1024 * 1024, cpuMs: 0 };
  const monitor = createExecutionMonitor(options, { clock, usage: () => ({ ...usage }) });
  onTestFinished(() => monitor.stop());
  monitor.start();
  return { clock, usage, monitor };
}

test('a time limit aborts the work, makes check throw and shows in the status', async () => {
  const { clock, monitor } = setUp({ timeoutSeconds: 10 });
  clock.advance(4_000);
  monitor.check();
  expect(monitor.getStatus()).toMatchObject({
    running: true,
    elapsed_seconds: 4,
    timeout: { limit_seconds: 10, remaining_seconds: 6, exceeded: false },
  });
  await until(() => {
    clock.advance(500);
    return monitor.signal.aborted;
  });
  expect(monitor.signal.reason).toBeInstanceOf(ExecutionLimitError);
  expect(() => monitor.check()).toThrow(expect.objectContaining({ code: 'TIMEOUT' }));
  expect(monitor.getStatus().timeout).toMatchObject({ remaining_seconds: 0, exceeded: true });
});

test('memory over its limit is seen without asking, and its peak is kept', async () => {
  const { clock, usage, monitor } = setUp({ maxMemoryMb: 200 });
  usage.memoryBytes = 300 * 1024 * 1024;
  await until(() => {
    clock.advance(500);
    return monitor.signal.aborted;
  });
  usage.memoryBytes = 50 * 1024 * 1024;
  expect(monitor.getStatus().resources).toEqual({
    memory_mb: 50,
    peak_memory_mb: 300,
    cpu_percent: 0,
    exceeded: true,
  });
  expect(() => monitor.check()).toThrow(expect.objectContaining({ code: 'RESOURCE_LIMIT' }));
});

test('CPU is a share of one core over the time between two looks', () => {
  const { clock, usage, monitor } = setUp({ maxCpuPercent: 150 });
  expect(monitor.getStatus().resources?.cpu_percent).toBeNull();
  clock.advance(1_000);
  usage.cpuMs = 1_200;
  expect(monitor.getStatus().resources).toMatchObject({ cpu_percent: 120, exceeded: false });
  clock.advance(1_000);
  usage.cpuMs = 3_000;
  expect(() => monitor.check()).toThrow(/maxCpuPercent: 180.0 %/);
});

test('without limits nothing ends the work, and what is not known is null', () => {
  const monitor = createExecutionMonitor();
  expect(monitor.getStatus()).toMatchObject({ running: false, resources: null });
  monitor.start();
  monitor.check();
  monitor.stop();
  const status = monitor.getStatus();
  expect(status).toMatchObject({ running: false, timeout: { limit_seconds: null, remaining_seconds: null } });
  expect(status.resources?.memory_mb).toBeGreaterThan(10);
});

test('null, as JSON says it, is no limit', () => {
  const monitor = createExecutionMonitor({ timeoutSeconds: null, maxMemoryMb: null, maxCpuPercent: null });
  monitor.start();
  monitor.check();
  monitor.stop();
  expect(monitor.getStatus().timeout).toEqual({ limit_seconds: null, remaining_seconds: null, exceeded: false });
});

test('service calls are tracked unless that is switched off', () => {
  const call = { serviceName: 'openai', operation: 'chat', durationMs: 5, success: true };
  const on = createExecutionMonitor();
  on.recordServiceCall(call);
  expect(on.getStatus().service_calls).toMatchObject({ total_calls: 1 });
  const off = createExecutionMonitor({ trackServiceCalls: false });
  expect(off.recordServiceCall(call)).toBeNull();
  expect(off.getStatus().service_calls).toBeNull();
});

test('stopping keeps the last status, and a new start begins from zero', () => {
  const { clock, monitor } = setUp({ timeoutSeconds: 1 });
  clock.advance(1_500);
  monitor.stop();
  clock.advance(5_000);
  expect(monitor.getStatus()).toMatchObject({ running: false, elapsed_seconds: 1.5, timeout: { exceeded: true } });
  monitor.start();
  monitor.check();
  expect(monitor.getStatus()).toMatchObject({ running: true, elapsed_seconds: 0, timeout: { exceeded: false } });
});

test.each([
  ['timeoutSeconds', Number.NaN],
  ['timeoutSeconds', -1],
  ['maxMemoryMb', '512' as unknown as number],
  ['maxCpuPercent', Number.POSITIVE_INFINITY],
])('a limit that is no number above 0 is refused: %s %s', (name, limit) => {
  expect(() => createExecutionMonitor({ [name]: limit })).toThrow(`${name} is not a number above 0`);
});
