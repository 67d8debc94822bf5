import { credentialScope } from './server';

test('the Authorization header names the service', () => {
  const authorization =
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/eu-west-1/glacier/aws4_request, SignedHeaders=host, Signature=00';
  expect(credentialScope({ headers: { authorization } })).toEqual({
    accessKeyId: 'AKIDEXAMPLE',
    region: 'eu-west-1',
    service: 'glacier',
  });
});

test('a request without an Authorization header names no service', () => {
  expect(credentialScope({ headers: {} })).toBeNull();
});
