import { type Policy, readPolicy } from '../policy/document';
import type { Incoming } from '../server';
import type { Admission, ResourcePolicies, Refusal, Reply } from '../service';
import { authorize, type ConditionKeys } from './authorize';
import { conditionKeysOf } from './condition-keys';
import type { AccessKey } from './credentials';
import type { Permission } from './permission';
import { permissionsFor } from './permissions';
import { type Principal, rootOf } from './principal';
import { refuseAccess, refuseSignature } from './refusals';
import { bucketArn } from './s3-permissions';
import { verifySignature } from './signature';

interface AccessControlOptions {
  readonly accountId: string;
  /** By access key id. Null: any credentials are accepted, and the caller is the account itself. */
  readonly keys: ReadonlyMap<string, AccessKey> | null;
}

/** The next step for an authorized call. */
type Next = (incoming: Incoming) => Promise<Reply | null>;

const MOST_POLICIES = 1000;

/** Passes a call on to its service if its signature is valid and its caller is authorized. */
export class AccessControl {
  private readonly policies = new Map<string, Policy>();

  constructor(private readonly options: AccessControlOptions) {}

  /** @param resource the policies of what the call is about */
  async answer(incoming: Incoming, resource: ResourcePolicies, next: Next): Promise<Reply | null> {
    const { call, recognised } = incoming;
    const principal = this.callerOf(incoming);
    if (!('arn' in principal)) return recognised.refuse(principal);
    const denialOf = this.judge(incoming, principal, resource);
    const message = denialOf(...(permissionsFor(call.service, call.operation, this.factsOf(incoming)) ?? []));
    if (message !== null) return recognised.refuse(refuseAccess(call.service, { message }));
    const reply = await next(admitted(incoming, { denialOf }));
    if (reply === null || !hasLearnt(incoming, reply)) return reply;
    // S3 API reference, GetObject and HeadObject, "Permissions": a caller without ListBucket does not learn whether an object exists.
    const listing = { action: 's3:ListBucket', resource: bucketArn(String(call.detail['bucket'])) };
    return denialOf(listing) === null ? reply : recognised.refuse(refuseAccess('s3', { message: 'Access Denied' }));
  }

  /** Returns a function that explains why the caller is denied a permission; null if it has all of them. */
  private judge(
    incoming: Incoming,
    principal: Principal,
    resource: ResourcePolicies,
  ): (...asked: Permission[]) => string | null {
    if (principal.policy === null && resource.policies.length === 0) return () => null;
    const policies = resource.policies.map((text) => this.read(text));
    const keys = this.conditionKeys(incoming, principal, resource);
    return (...asked) => authorize(principal, asked, policies, keys)?.message ?? null;
  }

  private callerOf({ request, call, recognised }: Incoming): Principal | Refusal {
    const { accountId, keys } = this.options;
    if (keys === null) return rootOf(accountId);
    const { method = '', url: target = '', rawHeaders } = request;
    const signed = { method, target, rawHeaders, bodySha256: recognised.bodySha256 ?? null };
    const verdict = verifySignature(signed, keys, Date.now());
    if (verdict.kind !== 'valid') return refuseSignature(call.service, verdict);
    return verdict.key.principal;
  }

  private factsOf({ request, call }: Incoming) {
    const versionId = queryOf(request.url).get('versionId');
    return {
      accountId: this.options.accountId,
      region: call.region,
      headers: request.headers,
      ...(versionId === null ? {} : { versionId }),
      ...Object.fromEntries(Object.entries(call.detail).map(([name, value]) => [name, String(value)])),
    };
  }

  private conditionKeys({ request, call }: Incoming, principal: Principal, resource: ResourcePolicies): ConditionKeys {
    const keys = conditionKeysOf({
      service: call.service,
      principal,
      region: call.region,
      headers: request.headers,
      query: queryOf(request.url),
      nowMs: Date.now(),
    });
    for (const [key, value] of Object.entries(resource.conditionKeys ?? {})) keys.set(key, value);
    return keys;
  }

  private read(text: string): Policy {
    const known = this.policies.get(text);
    if (known !== undefined) return known;
    if (this.policies.size >= MOST_POLICIES) this.policies.clear();
    const policy = readPolicy(text, 'resource');
    this.policies.set(text, policy);
    return policy;
  }
}

const admitted = ({ recognised, ...incoming }: Incoming, admission: Admission): Incoming => ({
  ...incoming,
  recognised: { ...recognised, answer: (signal) => recognised.answer(signal, admission) },
});

const queryOf = (url = ''): URLSearchParams =>
  new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');

/** Whether the reply reveals that S3 has no such object. */
const hasLearnt = ({ call }: Incoming, { status }: Reply): boolean =>
  call.service === 's3' && status === 404 && call.detail['errorCode'] === 'NoSuchKey';
