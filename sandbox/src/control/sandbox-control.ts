import { readFile } from 'node:fs/promises';
import type { Seeded } from '../glacier';
import { SettingsError } from '../settings-error';

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])$/;
const VAULT_NAME = /^[A-Za-z0-9_.-]{1,255}$/;

/** A client of the control endpoint of a running sandbox. */
export class SandboxControl {
  private constructor(readonly endpoint: string) {}

  /**
   * Checks that a sandbox answers at the endpoint, so that nothing meant for a sandbox is ever sent to AWS.
   * @throws SettingsError when none does
   */
  static async find(endpoint: string | undefined): Promise<SandboxControl> {
    const problem = 'AWS_ENDPOINT_URL does not name a running sandbox: run the export lines that the sandbox printed.';
    if (endpoint === undefined || !URL.canParse(endpoint) || !LOOPBACK.test(new URL(endpoint).hostname)) {
      throw new SettingsError(problem);
    }
    const control = new SandboxControl(endpoint);
    const { status } = await control.request('GET', 'clock').catch(() => ({ status: 0 }));
    if (status !== 200) throw new SettingsError(problem);
    return control;
  }

  /**
   * Fills a vault with generated archives.
   * @param file the specification, YAML
   * @throws SettingsError with every problem of the specification
   */
  async seed(vault: string, file: string): Promise<Seeded> {
    if (!VAULT_NAME.test(vault)) {
      throw new SettingsError(`${JSON.stringify(vault)} is not a valid vault name: use 1 to 255 of A-Z a-z 0-9 _ . -`);
    }
    const spec = await readFile(file, 'utf8').catch((error: unknown) => {
      throw new SettingsError(`${file} cannot be read: ${String(error)}`);
    });
    const { status, body } = await this.request('POST', `vaults/${vault}/seed`, spec);
    if (status !== 200) throw new SettingsError(String(body['error']));
    return { archives: Number(body['archives']), bytes: String(body['bytes']) };
  }

  private async request(method: string, path: string, body?: string) {
    const response = await fetch(new URL(`/_sandbox/${path}`, this.endpoint), {
      method,
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
  }
}
