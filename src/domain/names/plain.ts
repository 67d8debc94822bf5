import type { DecodedName } from './decoder';

/** The description is the name: boto scripts, glacier-cli, free text, and JSON that holds no path. */
export const plainName = (description: string): DecodedName => ({ name: description, format: 'plain' });
