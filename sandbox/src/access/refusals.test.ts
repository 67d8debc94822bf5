import { refuseSignature } from './refusals';
import type { SignatureProblem } from './signature';

const KINDS: readonly SignatureProblem['kind'][] = [
  'bad-signature',
  'expired-token',
  'invalid-token',
  'malformed',
  'skewed',
  'unknown-key',
];

it.each([
  [
    'glacier',
    [
      '403 InvalidSignatureException',
      '403 ExpiredTokenException',
      '400 UnrecognizedClientException',
      '400 IncompleteSignatureException',
      '403 InvalidSignatureException',
      '400 UnrecognizedClientException',
    ],
  ],
  [
    's3',
    [
      '403 SignatureDoesNotMatch',
      '400 ExpiredToken',
      '400 InvalidToken',
      '400 AuthorizationHeaderMalformed',
      '403 RequestTimeTooSkewed',
      '403 InvalidAccessKeyId',
    ],
  ],
  [
    'sns',
    [
      '403 SignatureDoesNotMatch',
      '403 ExpiredToken',
      '403 InvalidClientTokenId',
      '403 IncompleteSignature',
      '403 SignatureDoesNotMatch',
      '403 InvalidClientTokenId',
    ],
  ],
  [
    'sqs',
    [
      '403 InvalidSignatureException',
      '403 ExpiredTokenException',
      '403 UnrecognizedClientException',
      '403 IncompleteSignatureException',
      '403 InvalidSignatureException',
      '403 UnrecognizedClientException',
    ],
  ],
] as const)('%s rejects invalid signatures with its own codes and statuses', (service, expected) => {
  const refusals = KINDS.map((kind) => refuseSignature(service, { kind, detail: 'why' }));
  expect(refusals.map(({ status, code }) => `${status} ${code}`)).toEqual(expected);
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
