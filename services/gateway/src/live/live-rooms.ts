import type { CommittedRecord, LiveDelta } from '@telltale/contracts/live-entry';
import { agentsOfRecord } from './agents-of-record.ts';
import type { LiveEntry } from '@telltale/stream/live-entries';
import type { LiveRoom } from './live-room.ts';
import type { LiveTarget } from './ports.ts';
import { viewRecord } from './pending-updates.ts';

type Index = Map<string, Set<LiveRoom>>;
type TeamRooms = { agent: Index; session: Index; run: Index; team: Set<LiveRoom> };

const addTo = (index: Index, key: string, room: LiveRoom): void => {
  const rooms = index.get(key);
  if (rooms === undefined) index.set(key, new Set([room]));
  else rooms.add(room);
};

const removeFrom = (index: Index, key: string, room: LiveRoom): void => {
  const rooms = index.get(key);
  rooms?.delete(room);
  if (rooms?.size === 0) index.delete(key);
};

/** The rooms of this gateway by what they hear; each entry of a live shard is handed to the rooms it concerns. */
export function createLiveRooms() {
  const byKey = new Map<string, { room: LiveRoom; target: LiveTarget }>();
  const teams = new Map<string, TeamRooms>();

  const roomsOfTeam = (team: string): TeamRooms => {
    let rooms = teams.get(team);
    if (rooms === undefined) {
      rooms = { agent: new Map(), session: new Map(), run: new Map(), team: new Set() };
      teams.set(team, rooms);
    }
    return rooms;
  };

  const register = (target: LiveTarget, room: LiveRoom): void => {
    const rooms = roomsOfTeam(target.team);
    if (target.kind === 'team') rooms.team.add(room);
    else addTo(rooms[target.kind], target.id, room);
  };

  const unregister = (target: LiveTarget, room: LiveRoom): void => {
    const rooms = roomsOfTeam(target.team);
    if (target.kind === 'team') rooms.team.delete(room);
    else removeFrom(rooms[target.kind], target.id, room);
    if (rooms.team.size + rooms.agent.size + rooms.session.size + rooms.run.size === 0) teams.delete(target.team);
  };

  const concerned = (rooms: TeamRooms, record: CommittedRecord): LiveRoom[] => [
    ...rooms.team,
    ...agentsOfRecord(record).flatMap((id) => [...(rooms.agent.get(id) ?? [])]),
    ...(record.session_id === undefined ? [] : (rooms.session.get(record.session_id) ?? [])),
    ...(record.run_id === undefined ? [] : (rooms.run.get(record.run_id) ?? [])),
  ];

  const takeIn = (
    rooms: TeamRooms,
    entry: LiveEntry,
    delta: LiveDelta,
    touched: Set<LiveRoom>,
    nowMs: number,
  ): void => {
    if ('records' in delta) {
      for (const record of delta.records) {
        const view = viewRecord(entry.team, record, entry.id);
        for (const room of concerned(rooms, record)) {
          room.add(view, nowMs);
          touched.add(room);
        }
      }
      return;
    }
    const { agents, team } = delta.totals;
    const atMs = Number(entry.id.slice(0, entry.id.indexOf('-')));
    for (const { agent_id, token_usage, under } of agents) {
      for (const room of [...(under === undefined ? rooms.team : []), ...(rooms.agent.get(agent_id) ?? [])]) {
        room.addUsage(agent_id, token_usage, entry.id, atMs, nowMs);
        touched.add(room);
      }
    }
    if (team === null) return;
    for (const room of rooms.team) {
      room.addTotals(team, entry.id, atMs, nowMs);
      touched.add(room);
    }
  };

  return {
    /** The room of a key, made when it is not there. */
    obtain(key: string, target: LiveTarget, make: () => LiveRoom): LiveRoom {
      const known = byKey.get(key);
      if (known !== undefined) return known.room;
      const room = make();
      byKey.set(key, { room, target });
      register(target, room);
      return room;
    },

    /** Takes a member out, and forgets the room when it was the last. */
    leave(key: string, socketId: string): void {
      const known = byKey.get(key);
      if (known === undefined) return;
      known.room.leave(socketId);
      if (known.room.members.size > 0) return;
      byKey.delete(key);
      unregister(known.target, known.room);
    },

    /** Hands an entry to the rooms it concerns and gives those back; the entry of a team nobody hears is not even parsed. */
    dispatch(entry: LiveEntry, nowMs: number): Set<LiveRoom> {
      const touched = new Set<LiveRoom>();
      const rooms = teams.get(entry.team);
      if (rooms !== undefined) takeIn(rooms, entry, entry.delta(), touched, nowMs);
      return touched;
    },

    all: (): Iterable<LiveRoom> => byKey.values().map(({ room }) => room),
    ofTeam: (team: string): { key: string; room: LiveRoom }[] =>
      [...byKey].filter(([, { target }]) => target.team === team).map(([key, { room }]) => ({ key, room })),
  };
}
export type LiveRooms = ReturnType<typeof createLiveRooms>;
