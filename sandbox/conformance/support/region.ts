/** Of every server that conformance tests talk to. Not us-east-1, which S3 treats as a special case. */
export const REGION = 'eu-west-1';
