import { describe, expect, it } from 'vitest';
import { zoneOffsets } from './zone-offsets.ts';

const hour = 3_600_000;
const offsetsOf = (zone: string, from: string, to: string) => {
  const { edges, offsets } = zoneOffsets(zone, [{ from: Date.parse(from), to: Date.parse(to) }]);
  return { edges: edges.map((edge) => new Date(edge).toISOString()), hours: offsets.map((offset) => offset / hour) };
};

describe('what clocks are ahead of UTC by', () => {
  it('is one offset where no clock is set', () => {
    expect(offsetsOf('Asia/Kathmandu', '2025-01-01T00:00:00Z', '2026-12-31T00:00:00Z')).toEqual({
      edges: [],
      hours: [5.75],
    });
  });

  it('changes at the quarter hour at which clocks are set', () => {
    expect(offsetsOf('Europe/Berlin', '2026-01-01T00:00:00Z', '2026-12-31T00:00:00Z')).toEqual({
      edges: ['2026-03-29T01:00:00.000Z', '2026-10-25T01:00:00.000Z'],
      hours: [1, 2, 1],
    });
    expect(offsetsOf('Australia/Lord_Howe', '2026-03-01T07:07:00Z', '2026-05-01T00:00:00Z')).toEqual({
      edges: ['2026-04-04T15:00:00.000Z'],
      hours: [11, 10.5],
    });
  });

  it('is asked for only where something is, however far apart', () => {
    const days = ['1970-01-01', '2026-03-29', '2100-07-01'].map((day) => Date.parse(day));
    const spans = days.map((from) => ({ from, to: from + 24 * hour }));
    const { edges, offsets } = zoneOffsets('Europe/Berlin', spans);
    expect(edges.map((edge) => new Date(edge).toISOString())).toEqual(['2026-03-29T01:00:00.000Z']);
    expect(offsets.map((offset) => offset / hour)).toEqual([1, 2]);
  });

  it('is found for every zone that a question may name, also those a database does not know', () => {
    const zones = [...Intl.supportedValuesOf('timeZone'), 'US/Pacific-New', 'America/Buenos_Aires', 'Asia/Calcutta'];
    for (const zone of zones) {
      const { edges, offsets } = zoneOffsets(zone, [{ from: Date.UTC(2026, 2, 20), to: Date.UTC(2026, 3, 10) }]);
      expect(offsets).toHaveLength(edges.length + 1);
      expect(edges).toEqual(edges.toSorted((a, b) => a - b));
    }
  });
});
