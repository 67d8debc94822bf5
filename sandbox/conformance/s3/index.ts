import { buckets } from './buckets';
import { checksums } from './checksums';
import { classes } from './classes';
import { completing } from './completing';
import { conditions } from './conditions';
import { encryption } from './encryption';
import { lifecycle } from './lifecycle';
import { listing } from './listing';
import { locks } from './locks';
import { metadata } from './metadata';
import { multipart } from './multipart';
import { objects } from './objects';
import { policies } from './policies';
import { ranges } from './ranges';
import { tags } from './tags';
import { versioning } from './versioning';
import type { S3Cases } from './case';
import { openUploads } from './open-uploads';

/** Every case about S3, by theme. */
export const themes: Readonly<Record<string, S3Cases>> = {
  buckets,
  objects,
  metadata,
  ranges,
  conditions,
  checksums,
  multipart,
  completing,
  'open-uploads': openUploads,
  listing,
  tags,
  classes,
  encryption,
  versioning,
  lifecycle,
  locks,
  policies,
};
