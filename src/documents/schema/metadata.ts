import { z } from 'zod';
import { notText, says } from '../wording.js';
import { closed } from './shapes.js';
import { label } from './scalars.js';

const labelKey = z.string().regex(/^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/, {
  error: says('is not a label key', 'write at most 63 letters, digits and _ . -, with an optional prefix such as example.com/'),
});

const labelValue = z.string({ error: notText() }).regex(/^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/, {
  error: says('is not a label value', 'write at most 63 letters, digits and _ . -'),
});

const MOST_LABELS = 64;

/** Who the domain is. */
export const metadata = closed({
  name: label(63)
    .describe('Unique name of the domain on its node; also the name of its state directory.')
    .meta({ examples: ['hello'] }),
  labels: z
    .record(labelKey, labelValue)
    .refine((labels) => Object.keys(labels).length <= MOST_LABELS, { error: `takes at most ${MOST_LABELS} labels` })
    .default({})
    .describe('Words to select domains by, as in Kubernetes.')
    .meta({ examples: [{ app: 'web', 'example.com/tier': 'front' }] }),
});

/** Name and labels of a domain. */
export type DomainMetadata = z.output<typeof metadata>;
