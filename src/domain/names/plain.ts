import type { Decoder } from './decoder';

/** The description is the name: boto scripts, glacier-cli, free text, and JSON that holds no path. */
export const decodePlain: Decoder = (description) => ({ name: description, format: 'plain' });
