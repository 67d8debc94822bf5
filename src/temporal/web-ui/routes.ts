import * as proto from '@temporalio/proto';
import type { Field, Method, Root, Service, Type } from 'protobufjs';
import { fieldOf } from './proto-json';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = { [name: string]: Json };

const SERVICES = {
  workflowService: 'temporal.api.workflowservice.v1.WorkflowService',
  operatorService: 'temporal.api.operatorservice.v1.OperatorService',
} as const;

/** A call to Temporal's gRPC API. */
export interface Call {
  readonly service: keyof typeof SERVICES;
  /** The client's method name: describeWorkflowExecution. */
  readonly method: string;
  readonly requestType: Type;
  readonly responseType: Type;
  /** The request in proto3 JSON. */
  readonly request: JsonObject;
}

interface Route {
  readonly verb: string;
  readonly path: RegExp;
  /** The field of each path group, such as execution.workflow_id. */
  readonly fields: readonly string[];
  /** `*`, a field, or null for a route without a body. */
  readonly body: string | null;
  readonly service: keyof typeof SERVICES;
  readonly method: Method;
}

/** google.api.http, as parsed by protobufjs. */
type HttpRule = { readonly [verb: string]: string } & { readonly body?: string };
type HttpOption = HttpRule & { readonly additional_bindings?: HttpRule | readonly HttpRule[] };

const VERBS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const PREFIX = '/api/v1/';

/** The messages are built by reflection, which their types do not show. */
const root = proto as unknown as Root;

let cached: readonly Route[] | undefined;

/** Routes with fewer fields come first: a literal segment is more specific than a field. */
const routes = (): readonly Route[] =>
  (cached ??= (Object.keys(SERVICES) as (keyof typeof SERVICES)[])
    .flatMap((service) =>
      Object.values(serviceOf(service).methods).flatMap((method) =>
        rulesOf(method).flatMap((rule) => routeOf(rule, service, method)),
      ),
    )
    .toSorted((a, b) => a.fields.length - b.fields.length));

function serviceOf(service: keyof typeof SERVICES): Service {
  const found = root.lookupService(SERVICES[service]);
  found.resolveAll();
  return found;
}

function rulesOf(method: Method): readonly HttpRule[] {
  const options = (method.parsedOptions ?? []) as readonly Record<string, HttpOption>[];
  return options.flatMap((option) => {
    const http = option['(google.api.http)'];
    return http === undefined ? [] : [http, ...[http.additional_bindings ?? []].flat()];
  });
}

function routeOf(rule: HttpRule, service: keyof typeof SERVICES, method: Method): readonly Route[] {
  const verb = VERBS.find((verb) => rule[verb] !== undefined);
  const template = verb === undefined ? '' : (rule[verb] ?? '');
  if (verb === undefined || !template.startsWith(PREFIX)) return [];
  const fields = [...template.matchAll(/\{([^}]+)\}/g)].map(([, field = '']) => field);
  const path = new RegExp(`^${template.replaceAll('.', String.raw`\.`).replaceAll(/\{[^}]+\}/g, '([^/]+)')}$`);
  return [{ verb: verb.toUpperCase(), path, fields, body: rule.body ?? null, service, method }];
}

/**
 * The call for an HTTP request, by the google.api.http rules of Temporal's API; null if there is none.
 * @param path percent-encoded, without its query: an encoded slash is part of an id
 * @param body parsed JSON, or null
 * @throws {Error} for a path with invalid percent-encoding
 */
export function callOf(verb: string, path: string, query: URLSearchParams, body: Json): Call | null {
  for (const route of routes()) {
    const match = route.verb === verb ? route.path.exec(path) : null;
    if (match === null) continue;
    const { name, resolvedRequestType: requestType, resolvedResponseType: responseType } = route.method;
    if (requestType === null || responseType === null) continue;
    const request: JsonObject = {};
    if (route.body === '*' && body !== null) Object.assign(request, body);
    else if (route.body !== null && body !== null) request[route.body] = body;
    if (route.body !== '*') {
      for (const name of new Set(query.keys())) setField(requestType, request, name, query.getAll(name));
    }
    route.fields.forEach((field, index) =>
      setField(requestType, request, field, [decodeURIComponent(match[index + 1] ?? '')]),
    );
    const method = `${name[0]?.toLowerCase()}${name.slice(1)}`;
    return { service: route.service, method, requestType, responseType, request };
  }
  return null;
}

function setField(requestType: Type, request: JsonObject, name: string, values: readonly string[]): void {
  let type: Type | null = requestType;
  let target = request;
  const parts = name.split('.');
  for (const [index, part] of parts.entries()) {
    const field: Field | null = type === null ? null : fieldOf(type, part);
    // As in Temporal's gateway: the Web UI sends some to calls that do not have them.
    if (field === null) return;
    if (index === parts.length - 1) {
      const converted = values.map((value): Json => (field.type === 'bool' ? value === 'true' : value));
      target[field.name] = field.repeated ? converted : (converted.at(-1) ?? null);
    } else {
      type = field.resolvedType !== null && 'fields' in field.resolvedType ? field.resolvedType : null;
      target = (target[field.name] ??= {}) as JsonObject;
    }
  }
}
