import type { Attributes } from '../attributes.ts';
import type { Group, MetricPoint, Source } from '../signals.ts';
import { clip, known, type Draft, type DraftOf } from './draft.ts';
import { identityOf } from './identity.ts';
import { processOf } from './process-of.ts';
import type { Reading } from './reading.ts';
import { standInsOf, type ToldPoint } from './stand-ins.ts';
import { isoOf } from './times.ts';

/** Attributes that the record's own fields tell, or that repeat with every point of a client. */
const told = new Set(['session.id', 'user.id', 'terminal.type', 'agent.id', 'conversation.id']);
const mostAttributes = 16;

/** A point's own dimensions, bounded: names and short values. */
function dimensionsOf(attributes: Attributes, source: Source, count: number | undefined): Record<string, unknown> {
  const kept = Object.entries(attributes)
    .filter(
      ([key, value]) =>
        value !== null &&
        typeof value !== 'object' &&
        !told.has(key) &&
        source.resource[key] === undefined &&
        !key.startsWith('__'),
    )
    .slice(0, mostAttributes)
    .map(
      ([key, value]) =>
        [
          key.slice(0, 100).toWellFormed().replaceAll('\u0000', ''),
          typeof value === 'string' ? (clip(value) ?? '') : value,
        ] as const,
    );
  return {
    ...Object.fromEntries(kept),
    ...(count === undefined ? {} : { count }),
    ...known({ scope: clip(source.scope), process: processOf(source.resource) }),
  };
}

function draftOf(point: MetricPoint, source: Source, receivedAt: string): DraftOf<'metric'> | null {
  const name = clip(point.name);
  if (name === undefined || !Number.isFinite(point.value)) return null;
  return {
    kind: 'metric',
    at: isoOf(receivedAt, point.timeMs),
    ...identityOf(source, point.attributes),
    name,
    value: point.value,
    ...known({
      unit: clip(point.unit),
      temporality: point.temporality,
      started_at: point.startMs > 0 ? isoOf(receivedAt, point.startMs) : undefined,
    }),
    attributes: dimensionsOf(point.attributes, source, point.count),
  };
}

/**
 * Every data point as a `metric` record; a point without a name or a finite value tells nothing. `standIns`: usage that
 * metrics tell comes as calls besides, which count where nobody else tells of it.
 */
export function readMetrics(
  groups: readonly Group<MetricPoint>[],
  { receivedAt, standIns = false }: { receivedAt: string; standIns?: boolean | undefined },
): Reading {
  const kept: ToldPoint[] = [];
  let items = 0;
  for (const { source, items: points } of groups) {
    items += points.length;
    for (const point of points) {
      const draft = draftOf(point, source, receivedAt);
      if (draft !== null) kept.push({ point: draft, resource: source.resource });
    }
  }
  const drafts: Draft[] = [...kept.map(({ point }) => point), ...(standIns ? standInsOf(kept) : [])];
  return { drafts, items, unused: items - kept.length };
}
