/** Set to `true` by `--insecure`, so that worker processes of our own inherit it. */
export const INSECURE_VARIABLE = 'GLACIER_TRANSFER_INSECURE';
