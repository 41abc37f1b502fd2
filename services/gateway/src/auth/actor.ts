import type { Access } from './access.ts';

/** Who acts, for audit rows. */
export const actorOf = ({ principal, keyId }: Access): string => `${principal.kind}:${principal.id} (key ${keyId})`;
