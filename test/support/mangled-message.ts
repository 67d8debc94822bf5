import * as fc from 'fast-check';

const STRANGE = [null, -1, 1e300, [], {}, '', 'x'.repeat(3_000), '\u202e', '../..', '__proto__', true] as const;
const nested = (body: string): string => `${'['.repeat(2_000)}${body}${']'.repeat(2_000)}`;

/** A message of Glacier's with something wrong with it, or nothing; SQS takes all of them. */
export function mangledMessage(body: string): fc.Arbitrary<string> {
  const fields = JSON.parse(body) as Record<string, unknown>;
  const position = fc.nat(body.length - 1);
  const strange = fc.constantFrom(...STRANGE);
  const name = fc.constantFrom(...Object.keys(fields));
  const letter = fc.string({ minLength: 1, maxLength: 1 });
  return fc.oneof(
    fc.constant(body),
    position.map((at) => body.slice(0, at + 1)),
    fc.tuple(position, letter).map(([at, other]) => `${body.slice(0, at)}${other}${body.slice(at + 1)}`),
    fc.tuple(name, strange).map(([member, value]) => JSON.stringify({ ...fields, [member]: value })),
    fc.constant(`{"__proto__":${body},"constructor":{"prototype":${body}}}`),
    name.map((topic) => JSON.stringify({ Type: 'Notification', TopicArn: `arn:aws:sns:x:y:${topic}`, Message: body })),
    fc.constant(nested(body)),
    fc.tuple(strange, fc.integer()).map(([value, index]) => {
      return JSON.stringify({ ...fields, JobDescription: `gt1:payments${JSON.stringify(value)}:${index}` });
    }),
  );
}
