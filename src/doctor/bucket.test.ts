import type { LifecycleRule } from '@aws-sdk/client-s3';
import { lifecycleChecks } from './bucket';

const rule = (rest: Partial<LifecycleRule>): LifecycleRule => ({ ID: 'r', Status: 'Enabled', ...rest });
const ABORT = { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 6 } };
const MOVE: Partial<LifecycleRule> = { Transitions: [{ Days: 1, StorageClass: 'GLACIER' }] };

test.each<[string, LifecycleRule, string, readonly RegExp[]]>([
  ['uploads of six days', rule(ABORT), 'in/', [/aborts uploads after 6 days/]],
  ['uploads of a week', rule({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }), 'in/', []],
  ['a disabled rule', rule({ ...ABORT, Status: 'Disabled' }), 'in/', []],
  ['another folder', rule({ ...ABORT, Filter: { Prefix: 'out/' } }), 'in/', []],
  ['a folder below', rule({ ...ABORT, Filter: { Prefix: 'in/deep/' } }), 'in/', [/aborts uploads/]],
  [
    'a folder and a size',
    rule({ ...ABORT, Filter: { And: { Prefix: 'in/', ObjectSizeLessThan: 9 } } }),
    'in/',
    [/aborts/],
  ],
  ['the old form of a rule', { ...rule(ABORT), Prefix: 'in/' }, 'in/', [/aborts uploads/]],
  ['tagged objects', rule({ ...ABORT, Filter: { Tag: { Key: 'a', Value: 'b' } } }), '', []],
  ['records only', rule({ ...MOVE, Filter: { Prefix: '.glacier-transfer/' } }), 'in/', [/moves the records of runs/]],
  ['everything', rule(MOVE), '', [/moves objects of the destination/, /moves the records of runs/]],
  ['noncurrent versions', rule({ NoncurrentVersionExpiration: { NoncurrentDays: 1 } }), '', []],
])('the lifecycle warnings for %s', (_what, one, prefix, expected) => {
  const messages = lifecycleChecks([one], prefix).filter(({ verdict }) => verdict === 'warning');
  expect(messages.map(({ message }) => message)).toEqual(expected.map((text) => expect.stringMatching(text) as string));
});
