import packageJson from '../package.json';

/** Version of the software, as receipts and `--version` name it. */
export const VERSION = packageJson.version;
