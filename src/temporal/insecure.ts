/** Set to `true` by `--insecure`, so that child worker processes inherit it. */
export const INSECURE_VARIABLE = 'GLACIER_TRANSFER_INSECURE';
