import type { FormErrors, UseFormReturnType } from '@mantine/form';
import { zod4Resolver } from 'mantine-form-zod-resolver';
import type { z } from 'zod';
import { sentence } from '../act.ts';

/** Says what is wrong with the values of a form, by the paths of its fields, in the sentences of the schema. */
export function fieldErrors(schema: z.ZodType): (values: object) => FormErrors {
  const resolve = zod4Resolver(schema);
  return (values) =>
    Object.fromEntries(
      Object.entries(resolve({ ...values })).map(([path, message]) => [path, inWords(String(message))]),
    );
}

/** Where the schema says nothing of its own, a person reads of types: an empty number, a choice not made. */
function inWords(message: string): string {
  return /^(Invalid|Too)\b/.test(message) ? 'This is needed' : sentence(message);
}

/** Puts the cursor into the first field that is wrong, in the order in which they stand on the screen. */
export function focusFirstError<Values>(
  errors: FormErrors,
  form: Pick<UseFormReturnType<Values>, 'getInputNode'>,
): void {
  const nodes = Object.keys(errors)
    .map((path) => form.getInputNode<HTMLElement, never>(path as never))
    .filter((node) => node !== null);
  nodes
    .toSorted((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1))
    .at(0)
    ?.focus();
}
