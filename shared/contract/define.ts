import type { z } from 'zod';

/** Who may do what: a viewer looks, an operator works, an owner decides. Each may also do what those before may. */
export const roles = ['viewer', 'operator', 'owner'] as const;
export type Role = (typeof roles)[number];

/** One request of the contract: what is asked, what is answered, and who may ask. */
export interface RequestDefinition<Ask extends z.ZodType = z.ZodType, Answer extends z.ZodType = z.ZodType> {
  ask: Ask;
  answer: Answer;
  role: Role;
  /** Whether the PIN must have been given within the last minutes, where there is one. */
  freshPin: boolean;
  /** Whether it changes something, and so goes into the audit log. */
  changes: boolean;
}

/** A request that only reads. */
export function reading<Ask extends z.ZodType, Answer extends z.ZodType>(
  ask: Ask,
  answer: Answer,
  role: Role = 'viewer',
): RequestDefinition<Ask, Answer> {
  return { ask, answer, role, freshPin: false, changes: false };
}

/** A request that changes something or starts a job. */
export function changing<Ask extends z.ZodType, Answer extends z.ZodType>(
  role: Role,
  ask: Ask,
  answer: Answer,
): RequestDefinition<Ask, Answer> {
  return { ask, answer, role, freshPin: false, changes: true };
}

/** A request that destroys, replaces something live, or gives away a secret: for an owner with a fresh PIN. */
export function grave<Ask extends z.ZodType, Answer extends z.ZodType>(
  ask: Ask,
  answer: Answer,
): RequestDefinition<Ask, Answer> {
  return { ask, answer, role: 'owner', freshPin: true, changes: true };
}
