import { credentialScope } from './route';

test('the Authorization header names the service', () => {
  const authorization =
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/eu-west-1/glacier/aws4_request, SignedHeaders=host, Signature=00';
  expect(credentialScope({ headers: { authorization }, url: '/-/vaults' })).toEqual({
    accessKeyId: 'AKIDEXAMPLE',
    region: 'eu-west-1',
    service: 'glacier',
  });
});

test('a presigned URL names the service', () => {
  const url =
    '/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test%2F20261123%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Expires=900';
  expect(credentialScope({ headers: {}, url })).toEqual({ accessKeyId: 'test', region: 'us-east-1', service: 's3' });
});

test.each(['/', '/?X-Amz-Credential=test'])('a request for %s without credentials names none', (url) => {
  expect(credentialScope({ headers: {}, url })).toBeNull();
});
