import type { BucketSettings } from './bucket-settings';
import { S3Error, type S3ErrorCode } from './errors';
import { xmlReply, type Handler } from './s3-call';
import { s3Document, type XmlNode } from './xml';

/** Deletes one of the bucket's configurations; succeeds whether or not there was one. */
export function deletes(setting: keyof BucketSettings): Handler {
  return (call) => {
    const { settings } = call.store.bucket(call.bucket);
    if (settings[setting] !== null) {
      call.store.commit({ type: 'bucket-changed', bucket: call.bucket, changes: { [setting]: null } });
    }
    return { status: 204 };
  };
}

/** Deletes a configuration that the sandbox never has, since putting it is refused. */
export const deletesNothing: Handler = (call) => {
  call.store.bucket(call.bucket);
  return { status: 204 };
};

/** Reads a configuration that the sandbox never has, where S3 answers with an error. */
export function neverSet(code: S3ErrorCode, message: string): Handler {
  return (call) => {
    call.store.bucket(call.bucket);
    throw new S3Error(code, message, { BucketName: call.bucket });
  };
}

/** Reads a configuration that the sandbox never changes, where S3 answers with a document. */
export function alwaysAsNew(root: string, content: XmlNode = {}): Handler {
  return (call) => {
    call.store.bucket(call.bucket);
    return xmlReply(s3Document(root, content));
  };
}
