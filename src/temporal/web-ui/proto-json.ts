import type { Field, ReflectionObject, Type } from 'protobufjs';

/** Fields as protobufjs decodes them. */
type Fields = Readonly<Record<string, unknown>>;
interface SecondsAndNanos {
  readonly seconds?: { toString(): string } | null;
  readonly nanos?: number | null;
}

const TIMESTAMP = '.google.protobuf.Timestamp';
const DURATION = '.google.protobuf.Duration';
const FIELD_MASK = '.google.protobuf.FieldMask';
const ANY = '.google.protobuf.Any';

/**
 * A decoded message in proto3 JSON (https://protobuf.dev/programming-guides/json/), without empty fields. Our own code,
 * because proto3-json-serializer cannot convert a map of bytes, which every payload has.
 * @param type the message's, resolved
 */
export function toJson(type: Type, message: object): unknown {
  const fields = message as Fields;
  switch (type.fullName) {
    case TIMESTAMP:
      return timestampText(message);
    case DURATION:
      return durationText(message);
    case FIELD_MASK:
      return (fields['paths'] as readonly string[]).join(',');
    case ANY:
      return anyToJson(type, fields);
    default:
      return Object.fromEntries(
        type.fieldsArray.flatMap((field) => {
          const value = Object.hasOwn(fields, field.name) ? fieldToJson(field, fields[field.name]) : undefined;
          return value === undefined ? [] : [[field.name, value]];
        }),
      );
  }
}

function fieldToJson(field: Field, value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (field.map) {
    const entries = Object.entries(value).map(([name, each]) => [name, valueToJson(field, each)]);
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  }
  if (!field.repeated) return valueToJson(field, value);
  const list = value as readonly unknown[];
  return list.length === 0 ? undefined : list.map((each) => valueToJson(field, each));
}

function valueToJson({ resolvedType }: Field, value: unknown): unknown {
  if (resolvedType === null) {
    if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
    // JSON numbers hold neither 64 bits nor NaN.
    const asText = typeof value === 'object' || (typeof value === 'number' && !Number.isFinite(value));
    return asText ? (value as { toString(): string }).toString() : value;
  }
  return isMessage(resolvedType)
    ? toJson(resolvedType, value as object)
    : (resolvedType.valuesById[value as number] ?? value);
}

function anyToJson(type: Type, { type_url: url, value }: Fields): unknown {
  const name = String(url).split('/').at(-1) ?? '';
  const inner = type.root.lookup(name);
  const bytes = value instanceof Uint8Array ? value : new Uint8Array();
  return inner !== null && isMessage(inner)
    ? { '@type': url, ...(toJson(inner, inner.decode(bytes)) as object) }
    : { '@type': url, value: Buffer.from(bytes).toString('base64') };
}

const isMessage = (object: ReflectionObject): object is Type => 'fieldsArray' in object;

const fraction = (nanos: number): string =>
  nanos === 0 ? '' : `.${String(nanos).padStart(9, '0')}`.replace(/(?:000){1,2}$/, '');

function timestampText({ seconds, nanos }: SecondsAndNanos): string {
  const whole = new Date(Number(String(seconds ?? 0)) * 1_000).toISOString().slice(0, -'.000Z'.length);
  return `${whole}${fraction(nanos ?? 0)}Z`;
}

function durationText({ seconds, nanos }: SecondsAndNanos): string {
  const whole = String(seconds ?? 0);
  const sign = whole.startsWith('-') || (nanos ?? 0) < 0 ? '-' : '';
  return `${sign}${whole.replace('-', '')}${fraction(Math.abs(nanos ?? 0))}s`;
}

/**
 * Converts proto3 JSON to the input of {@link Type.fromObject}, which itself reads enum names, base64 and 64-bit
 * strings.
 * @throws {Error} for unknown fields and invalid times or durations
 */
export function fromJson(type: Type, json: unknown): unknown {
  switch (type.fullName) {
    case TIMESTAMP:
      return timestampOf(json);
    case DURATION:
      return durationOf(json);
    case FIELD_MASK:
      return { paths: String(json).split(',').filter(Boolean) };
    default:
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new Error(`${type.name} is not an object`);
  return Object.fromEntries(
    Object.entries(json).flatMap(([name, value]: [string, unknown]) => {
      const field = fieldOf(type, name);
      if (field === null) throw new Error(`${type.name} has no field ${name}`);
      return value === null ? [] : [[field.name, fieldFromJson(field, value)]];
    }),
  );
}

/** The field with that name, in camelCase or as in the protocol; null if there is none. */
export function fieldOf(type: Type, name: string): Field | null {
  const camelCase = name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.hasOwn(type.fields, camelCase) ? (type.fields[camelCase]?.resolve() ?? null) : null;
}

function fieldFromJson(field: Field, value: unknown): unknown {
  const { resolvedType } = field;
  if (resolvedType === null || !isMessage(resolvedType)) return value;
  if (field.repeated) return (Array.isArray(value) ? value : [value]).map((each) => fromJson(resolvedType, each));
  if (!field.map) return fromJson(resolvedType, value);
  return Object.fromEntries(
    Object.entries(value as object).map(([name, each]) => [name, fromJson(resolvedType, each)]),
  );
}

function timestampOf(json: unknown): SecondsAndNanos {
  const millis = Date.parse(String(json));
  if (Number.isNaN(millis)) throw new Error(`${String(json)} is not a valid time`);
  const [, digits = ''] = /\.(\d{1,9})/.exec(String(json)) ?? [];
  return { seconds: Math.floor(millis / 1_000), nanos: Number(digits.padEnd(9, '0')) };
}

function durationOf(json: unknown): SecondsAndNanos {
  const [, sign, seconds, digits = ''] = /^(-?)(\d+)(?:\.(\d{1,9}))?s$/.exec(String(json)) ?? [];
  if (seconds === undefined) throw new Error(`${String(json)} is not a valid duration`);
  const factor = sign === '-' ? -1 : 1;
  return { seconds: factor * Number(seconds), nanos: factor * Number(digits.padEnd(9, '0')) };
}
