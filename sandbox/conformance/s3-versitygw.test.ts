import { REGION } from './support/region';
import { describeWith } from './support/tool-cache';
import { GATEWAY_CREDENTIALS, startVersitygw, versitygw } from './support/versitygw';
import { runCases } from './s3/run-cases';

describeWith(versitygw, 'S3 cases against versitygw', () => {
  runCases('versitygw', GATEWAY_CREDENTIALS, () => startVersitygw(REGION));
});
