import { z } from 'zod';
import { notText, says } from '../wording.js';
import { exactlyOne } from './shapes.js';
import { hostPath } from './scalars.js';

const variable = z
  .string({ error: notText('the name of an environment variable') })
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, { error: says('is not the name of an environment variable', 'write letters, digits and _') });

/** Where a secret is. A document never holds the secret itself. */
export const secret = exactlyOne({
  file: hostPath.describe('File whose content is the secret.'),
  env: variable.describe('Environment variable of the engine that holds the secret.'),
});

/** `{file}` or `{env}`: where the engine reads a secret. */
export type SecretReference = z.output<typeof secret>;
