/**
 * The operator's team keeps what belongs to the instance and to no team: no key can write there, so that nobody but the
 * services themselves can say how they fare.
 */
export const systemTeam = '*';
/** The agent of the system's team whose one record a second times the whole path. */
export const canaryAgent = 'canary';
