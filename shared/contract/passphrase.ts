import { z } from 'zod';

/** Where the passphrase page of the desktop app sends what was typed. */
export const passphrasePath = '/passphrase';

/** Long enough that guessing it, at a second for each try, is hopeless. */
export const newPassphraseSchema = z
  .string()
  .min(12, 'a passphrase has at least 12 characters: four words are easy to keep')
  .max(1024, 'a passphrase has at most 1024 characters');

/** Null: the person gave up. */
export const passphraseAnswerSchema = z.strictObject({ passphrase: z.string().min(1).max(1024).nullable() });
