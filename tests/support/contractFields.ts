import { z } from 'zod';
import type { RequestDefinition } from '../../shared/contract/define.ts';

/** As much of a JSON Schema as the asks of the contract need. */
export interface FieldSchema {
  type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';
  properties?: Record<string, FieldSchema>;
  required?: string[];
  items?: FieldSchema;
  anyOf?: FieldSchema[];
  oneOf?: FieldSchema[];
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  minLength?: number;
  minimum?: number;
  maximum?: number;
}

/** What a request may be asked, as a tree that a test can walk. */
export function askSchema(definition: RequestDefinition): FieldSchema {
  return z.toJSONSchema(definition.ask, { io: 'input', unrepresentable: 'any' }) as FieldSchema;
}

/** The branches of a union; a schema that is none is its only branch. */
export function branches(schema: FieldSchema): FieldSchema[] {
  return schema.anyOf ?? schema.oneOf ?? [schema];
}
