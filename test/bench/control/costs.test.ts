import { costsOf } from './costs';

test('puts, parts and listings at the price of a put, looks at the price of a get', () => {
  const calls = { 's3:PutObject': 1, 's3:UploadPart': 60, 's3:HeadObject': 1, 'glacier:InitiateJob': 1 };
  const costs = costsOf(100_000, { actions: 10, calls: { ...calls, 'sqs:ReceiveMessage': 0.1 } });
  expect(costs).toEqual({
    s3Requests: 30.54,
    sqsAndSns: 0.05,
    total: 30.59,
    s3RequestsDeepArchive: 305.04,
    temporalCloud: 50,
  });
});
