import { usageError } from './exit-codes';

export interface Seeded {
  readonly archives: number;
  readonly bytes: bigint;
}

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])$/;

/** The control endpoint of a running sandbox. */
export class SandboxControl {
  private constructor(readonly endpoint: string) {}

  /**
   * Makes sure that there is a sandbox, so that nothing meant for one ever reaches the real AWS.
   * @throws CliError with the usage code when there is none at that address
   */
  static async find(endpoint: string | undefined): Promise<SandboxControl> {
    const problem = 'AWS_ENDPOINT_URL does not name a running sandbox: export the lines that the sandbox has printed.';
    if (endpoint === undefined || !URL.canParse(endpoint) || !LOOPBACK.test(new URL(endpoint).hostname)) {
      throw usageError(problem);
    }
    const control = new SandboxControl(endpoint);
    const { status } = await control.ask('GET', 'clock').catch(() => ({ status: 0 }));
    if (status !== 200) throw usageError(problem);
    return control;
  }

  /**
   * Fills a vault with made-up archives.
   * @param spec YAML
   * @throws CliError with the usage code and every problem of the specification
   */
  async seed(vault: string, spec: string): Promise<Seeded> {
    const { status, body } = await this.ask('POST', `vaults/${vault}/seed`, spec);
    if (status !== 200) throw usageError(String(body['error']));
    return { archives: Number(body['archives']), bytes: BigInt(String(body['bytes'])) };
  }

  private async ask(method: string, path: string, body?: string) {
    const response = await fetch(new URL(`/_sandbox/${path}`, this.endpoint), {
      method,
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
  }
}
