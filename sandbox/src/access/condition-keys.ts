import type { IncomingHttpHeaders } from 'node:http';
import type { ServiceName } from '../service';
import type { Principal } from './principal';

/** The facts of a call that conditions of policies can test. */
interface ConditionFacts {
  readonly service: ServiceName;
  readonly principal: Principal;
  readonly region: string;
  readonly headers: IncomingHttpHeaders;
  readonly query: URLSearchParams;
  readonly nowMs: number;
}

const FROM_S3_HEADERS: Readonly<Record<string, string>> = {
  'if-match': 's3:if-match',
  'if-none-match': 's3:if-none-match',
  'x-amz-acl': 's3:x-amz-acl',
  'x-amz-content-sha256': 's3:x-amz-content-sha256',
  'x-amz-object-lock-legal-hold': 's3:object-lock-legal-hold',
  'x-amz-object-lock-mode': 's3:object-lock-mode',
  'x-amz-object-lock-retain-until-date': 's3:object-lock-retain-until-date',
  'x-amz-server-side-encryption': 's3:x-amz-server-side-encryption',
  'x-amz-storage-class': 's3:x-amz-storage-class',
};
const FROM_S3_QUERY: Readonly<Record<string, string>> = {
  delimiter: 's3:delimiter',
  'max-keys': 's3:max-keys',
  prefix: 's3:prefix',
  versionId: 's3:versionid',
};

/** The condition keys of a call. The Glacier service adds `glacier:archiveageindays`. */
export function conditionKeysOf(facts: ConditionFacts): Map<string, string> {
  const { service, principal, region, headers, query, nowMs } = facts;
  const keys = new Map([
    ['aws:currenttime', new Date(nowMs).toISOString()],
    ['aws:epochtime', String(Math.floor(nowMs / 1000))],
    ['aws:principalaccount', principal.accountId],
    ['aws:principalarn', principal.arn],
    ['aws:requestedregion', region],
    // On AWS these calls come over TLS, so the sandbox's plain HTTP must not make them fail.
    ['aws:securetransport', 'true'],
    ['aws:sourceip', '127.0.0.1'],
    ['aws:useragent', headers['user-agent'] ?? ''],
  ]);
  const user = /:user\/(?:.*\/)?([^/]+)$/.exec(principal.arn)?.[1];
  if (user !== undefined) keys.set('aws:username', user);
  if (service === 'sns') keys.set('aws:sourceowner', principal.accountId);
  if (service !== 's3') return keys;
  for (const [header, key] of Object.entries(FROM_S3_HEADERS)) {
    const value = headers[header];
    if (value !== undefined) keys.set(key, [value].flat().join(','));
  }
  for (const [parameter, key] of Object.entries(FROM_S3_QUERY)) {
    const value = query.get(parameter);
    if (value !== null) keys.set(key, value);
  }
  return keys;
}
