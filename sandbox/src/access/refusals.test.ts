import { refuseSignature } from './refusals';

it.each([
  ['glacier', 'bad-signature', '403 InvalidSignatureException'],
  ['s3', 'bad-signature', '403 SignatureDoesNotMatch'],
  ['s3', 'skewed', '403 RequestTimeTooSkewed'],
  ['sns', 'expired-token', '403 ExpiredToken'],
  ['sqs', 'malformed', '403 IncompleteSignatureException'],
] as const)('%s rejects the signature problem %s with %s', (service, kind, expected) => {
  const { status, code } = refuseSignature(service, { kind, detail: 'why' });
  expect(`${status} ${code}`).toBe(expected);
});

it('rejections have the Query codes of SQS and the messages of AWS', () => {
  expect(refuseSignature('sqs', { kind: 'unknown-key', detail: 'why' })).toEqual({
    code: 'UnrecognizedClientException',
    queryCode: 'InvalidClientTokenId',
    status: 403,
    message: 'The security token included in the request is invalid.',
  });
  expect(refuseSignature('s3', { kind: 'unsigned-headers', detail: 'x-amz-acl' }).message).toBe(
    'There were headers present in the request which were not signed: x-amz-acl',
  );
  expect(refuseSignature('glacier', { kind: 'skewed', detail: 'Signature expired: …' }).message).toBe(
    'Signature expired: …',
  );
});
