import { basename, relative } from 'node:path';

/** How the person calls this program: by its name where it is installed, as a script in a checkout. */
export function invocation(script = process.argv[1] ?? ''): string {
  const isInstalled = basename(script) === 'glacier-transfer';
  return isInstalled ? 'glacier-transfer' : `node ${relative(process.cwd(), script)}`;
}
