import { STATUS_CODES } from 'node:http';

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ECONNABORTED: 'connection aborted',
  EPIPE: 'connection closed',
  ETIMEDOUT: 'connection timed out',
  TimeoutError: 'no response in time',
  ENOTFOUND: 'name not found (DNS)',
  EAI_AGAIN: 'name not resolved (DNS)',
  EAI_FAIL: 'name not resolved (DNS)',
  EHOSTUNREACH: 'no route to the host',
  EHOSTDOWN: 'host down',
  ENETUNREACH: 'network unreachable',
  ENETDOWN: 'network down',
  EPROTO: 'TLS failed',
  EMFILE: 'no file descriptor left on the worker',
  ENFILE: 'no file descriptor left on the worker',
};

interface RawError {
  readonly code?: unknown;
  readonly name?: unknown;
  readonly message?: unknown;
  readonly hostname?: unknown;
  readonly errors?: readonly unknown[];
}

/** Why a request got no response, in a few words for people. */
export function networkWords(error: unknown): string {
  const { code, name, message, hostname, errors } = (error ?? {}) as RawError;
  const known = [code, name].find((one): one is string => typeof one === 'string' && one in WORDS);
  if (known !== undefined) {
    const words = WORDS[known] as string;
    // Only a failed name lookup needs the name: other errors are about one of many addresses.
    return words.endsWith('(DNS)') && typeof hostname === 'string' ? `${words}: ${hostname}` : words;
  }
  // Node has tried several addresses of one name.
  if (Array.isArray(errors) && errors.length > 0) return networkWords(errors[0]);
  const inMessage = Object.keys(WORDS).find((word) => new RegExp(`\\b${word}\\b`).test(String(message)));
  if (inMessage !== undefined) return WORDS[inMessage] as string;
  const said = typeof message === 'string' && message !== '' ? message : String(error);
  return typeof code === 'string' && !said.includes(code) ? `${code}: ${said}` : said;
}

/** `HTTP 503 Service Unavailable`. */
export const statusWords = (status: number): string => `HTTP ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
