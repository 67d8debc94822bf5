import { type Decoder, withoutOuterQuotes, parseJsonObject, usableText } from './decoder';

/** QNAP: a JSON object with the file's `path`. QNAP runs Linux, so a backslash is part of the file name. */
export const decodeQnap: Decoder = (description) => {
  const path = usableText(parseJsonObject(withoutOuterQuotes(description))?.['path']);
  return path === null ? null : { name: path, format: 'qnap' };
};
