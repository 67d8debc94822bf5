import { basename, join, resolve } from 'node:path';

/** This file's room is `<package>/dist/src/temporal` when compiled and `<package>/src/temporal` under jest. */
const compiledOrSource = resolve(__dirname, '../..');

/** Folder that holds package.json and temporal-dev.yaml. */
export const packageRoot = basename(compiledOrSource) === 'dist' ? resolve(compiledOrSource, '..') : compiledOrSource;

/** Folder of the compiled output. */
export const outputRoot = join(packageRoot, 'dist');
