import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generatedPath, introspect, renderQmpTypes } from '../../../../scripts/generate-qmp-types.js';

const introspection = await introspect('qemu-system-x86_64');
const comparable = introspection.version === '7.2';

test(
  comparable
    ? 'the committed types are what QEMU 7.2 tells of itself'
    : `the committed types were not compared: they are of QEMU 7.2, and here is ${introspection.version}`,
  () => {
    if (comparable) expect(renderQmpTypes(introspection)).toBe(readFileSync(generatedPath('7.2'), 'utf8'));
  },
);
