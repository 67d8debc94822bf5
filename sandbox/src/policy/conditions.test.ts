import { areMet, notUnderstood } from './conditions';

const keys = new Map([
  ['aws:sourceip', '127.0.0.1'],
  ['aws:currenttime', '2026-11-23T10:00:00Z'],
  ['aws:securetransport', 'true'],
  ['aws:principalarn', 'arn:aws:iam::111122223333:user/planner'],
  ['glacier:archiveageindays', '90'],
  ['s3:x-amz-storage-class', 'DEEP_ARCHIVE'],
]);

const CLASS = 's3:x-amz-storage-class';
const AGE = 'glacier:ArchiveAgeInDays';
const TIME = 'aws:CurrentTime';
const ADDRESS = 'aws:SourceIp';
const ABSENT = 's3:prefix';

it.each<[string, string, string[], boolean]>([
  ['StringEquals', CLASS, ['GLACIER', 'DEEP_ARCHIVE'], true],
  ['StringEquals', CLASS, ['deep_archive'], false],
  ['StringEqualsIgnoreCase', CLASS, ['deep_archive'], true],
  ['StringNotEquals', CLASS, ['GLACIER', 'STANDARD'], true],
  ['StringNotEquals', CLASS, ['GLACIER', 'DEEP_ARCHIVE'], false],
  ['StringNotEqualsIgnoreCase', CLASS, ['deep_archive'], false],
  ['StringLike', CLASS, ['DEEP_*'], true],
  ['StringNotLike', CLASS, ['*_ARCHIVE'], false],
  ['ArnLike', 'aws:PrincipalArn', ['arn:aws:iam::*:user/pl?nner'], true],
  ['ArnNotLike', 'aws:PrincipalArn', ['arn:aws:iam::*:user/*'], false],
  ['ArnNotEquals', 'aws:PrincipalArn', ['arn:aws:iam::111122223333:user/copier'], true],
  ['Bool', 'AWS:SecureTransport', ['True'], true],
  ['NumericEquals', AGE, ['90.0'], true],
  ['NumericNotEquals', AGE, ['90'], false],
  ['NumericLessThan', AGE, ['90'], false],
  ['NumericLessThan', AGE, ['365'], true],
  ['NumericLessThanEquals', AGE, ['90'], true],
  ['NumericGreaterThan', AGE, ['9'], true],
  ['NumericGreaterThanEquals', AGE, ['91'], false],
  ['DateLessThan', TIME, ['2026-11-23T10:00:01Z'], true],
  ['DateGreaterThan', TIME, ['2026-11-23T10:00:01Z'], false],
  ['DateGreaterThanEquals', TIME, ['1795428000'], true],
  ['IpAddress', ADDRESS, ['10.0.0.0/8', '127.0.0.0/8'], true],
  ['IpAddress', ADDRESS, ['127.0.0.2'], false],
  ['NotIpAddress', ADDRESS, ['192.0.2.0/24', '2001:db8::/32'], true],
  ['StringEquals', ABSENT, ['a'], false],
  ['StringEqualsIfExists', ABSENT, ['a'], true],
  ['StringEqualsIfExists', CLASS, ['a'], false],
  ['StringNotEquals', ABSENT, ['a'], true],
  ['NumericLessThan', ABSENT, ['1'], false],
  ['Null', ABSENT, ['true'], true],
  ['Null', ABSENT, ['false'], false],
  ['Null', CLASS, ['false'], true],
])('%s on %s with %j: %s', (operator, key, values, met) => {
  expect(notUnderstood({ [operator]: { [key]: values } })).toBeNull();
  expect(areMet({ [operator]: { [key]: values } }, keys)).toBe(met);
});

it('requires all operators and all keys to match', () => {
  const both = (age: string) => ({ StringEquals: { [CLASS]: ['DEEP_ARCHIVE'] }, NumericEquals: { [AGE]: [age] } });
  expect(areMet(both('90'), keys)).toBe(true);
  expect(areMet(both('91'), keys)).toBe(false);
  expect(areMet({}, keys)).toBe(true);
});

it.each<[string, string, string, string]>([
  ['ForAllValues:StringEquals', CLASS, 'a', 'condition operator ForAllValues:StringEquals'],
  ['StringEquals', 'aws:PrincipalTag/team', 'a', 'condition key aws:PrincipalTag/team'],
  ['NumericLessThan', AGE, 'ninety', 'value ninety of condition NumericLessThan on glacier:ArchiveAgeInDays'],
  ['DateLessThan', TIME, 'soon', 'value soon of condition DateLessThan on aws:CurrentTime'],
  ['IpAddress', ADDRESS, '127.0.0.1/33', 'value 127.0.0.1/33 of condition IpAddress on aws:SourceIp'],
  ['Bool', 'aws:SecureTransport', 'yes', 'value yes of condition Bool on aws:SecureTransport'],
  ['Null', CLASS, 'yes', 'value yes of condition Null on s3:x-amz-storage-class'],
  ['StringLike', ABSENT, '${aws:username}/*', 'value ${aws:username}/* of condition StringLike on s3:prefix'],
])('does not understand %s on %s with %s', (operator, key, value, reason) => {
  expect(notUnderstood({ [operator]: { [key]: [value] } })).toBe(reason);
});
