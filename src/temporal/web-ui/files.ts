/** The folder with everything that the page loads, and the files that browsers request in addition. */
const FOLDER = '/_app/';
const ICON = '/favicon.ico';
const PARALLEL = 16;

export interface WebFile {
  readonly contentType: string;
  readonly body: Buffer;
}

export interface WebFiles {
  /** The page for every path that is not a file. */
  readonly index: string;
  /** By path. */
  readonly files: ReadonlyMap<string, WebFile>;
  /** The page's first request: which features are enabled. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * Reads all files of the Web UI that is served at an address.
 * @param origin such as http://127.0.0.1:8233
 * @throws {Error} when it does not respond, or is not Temporal's Web UI
 */
export async function readWebFiles(origin: string): Promise<WebFiles> {
  const index = (await get(origin, '/')).body.toString('utf8');
  const settings = JSON.parse((await get(origin, '/api/v1/settings')).body.toString('utf8')) as Record<string, unknown>;
  const listed = await listing(origin, FOLDER);
  if (listed.length === 0) throw new Error(`the Web UI at ${origin} does not list its files`);
  const files = new Map<string, WebFile>();
  const paths = [ICON, ...listed];
  const work = async (): Promise<void> => {
    for (let path = paths.pop(); path !== undefined; path = paths.pop()) files.set(path, await get(origin, path));
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return { index, files, settings };
}

/** All files below a folder, from the listings of Go's file server. */
async function listing(origin: string, folder: string): Promise<readonly string[]> {
  const { body } = await get(origin, folder);
  const names = [...body.toString('utf8').matchAll(/<a href="([^"?/]+\/?)">/g)].map(([, name = '']) => name);
  const below = names.map(async (name) =>
    name.endsWith('/') ? await listing(origin, `${folder}${name}`) : [`${folder}${name}`],
  );
  return (await Promise.all(below)).flat();
}

async function get(origin: string, path: string): Promise<WebFile> {
  const response = await fetch(`${origin}${path}`);
  if (!response.ok) throw new Error(`${origin}${path} answered ${response.status}`);
  return {
    contentType: response.headers.get('content-type') ?? 'application/octet-stream',
    body: Buffer.from(await response.arrayBuffer()),
  };
}
