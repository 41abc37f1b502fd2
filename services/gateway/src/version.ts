import manifest from '../package.json' with { type: 'json' };

/** Of the product; all workspaces carry the same. */
export const { version } = manifest;
