import { CreateVaultCommand, GlacierClient } from '@aws-sdk/client-glacier';
import type { Seeded } from 'glacier-sandbox';
import { CliError, ExitCode } from '../exit-codes';
import { listenForInterruption } from '../interruption';
import type { Output } from '../output';
import { safeText } from '../text/format';
import { folderFiles } from './folder-files';
import { uploadFiles } from './upload';

/**
 * Uploads the files of a folder into a vault of a sandbox; the vault is created if missing. Files that Glacier does
 * not accept are reported and skipped.
 * @param endpoint of the sandbox: given to the client itself, so that no setting can lead the files elsewhere
 */
export async function uploadFolder(
  output: Output,
  endpoint: string,
  vaultName: string,
  folder: string,
): Promise<Seeded> {
  const files = await folderFiles(folder);
  const glacier = new GlacierClient({ endpoint });
  const interruption = listenForInterruption();
  try {
    await glacier.send(new CreateVaultCommand({ accountId: '-', vaultName }));
    const { uploaded, leftOut } = await uploadFiles(glacier, vaultName, files, interruption.signal);
    for (const { file, why } of leftOut) output.message(`${safeText(file.name)} is skipped: ${why}.`);
    const sizes = uploaded.map(({ file }) => BigInt(file.sizeBytes));
    return { archives: uploaded.length, bytes: String(sizes.reduce((sum, sizeBytes) => sum + sizeBytes, 0n)) };
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    throw new CliError('Interrupted; archives uploaded so far stay in the vault.', ExitCode.Interrupted);
  } finally {
    interruption.dispose();
    glacier.destroy();
  }
}
