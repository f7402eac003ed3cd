import { describe, expect, test } from 'vitest';
import type { Admission } from '../../src/actors/admission.js';
import { createAdmission } from '../../src/actors/admission.js';

const gibi = 2 ** 30;

/** Asks for memory; the order in which domains were let in is kept. */
function asking(admission: Admission, admitted: string[]) {
  return (name: string, memoryBytes: number, signal = new AbortController().signal) => {
    const waits: string[] = [];
    const done = admission.admit({ name, memoryBytes, signal, onWait: (reason) => waits.push(reason) }).then(() => admitted.push(name));
    return { done, waits };
  };
}

describe('admission', () => {
  test('lets in what fits, and makes the rest wait for memory with a reason', async () => {
    const admission = createAdmission({ memoryBytes: 4 * gibi, starting: 10 });
    const admitted: string[] = [];
    const ask = asking(admission, admitted);
    await ask('a', 3 * gibi).done;
    const b = ask('b', 2 * gibi);
    expect(b.waits).toEqual(['INSUFFICIENT_MEMORY']);
    admission.release('a');
    await b.done;
    expect(admitted).toEqual(['a', 'b']);
  });

  test('refuses at once what can never fit', async () => {
    const admission = createAdmission({ memoryBytes: gibi, starting: 1 });
    await expect(asking(admission, [])('huge', 2 * gibi).done).rejects.toMatchObject({ code: 'ADMISSION_NEVER', domain: 'huge' });
  });

  test('gives a domain that runs more where that is free, and what it gives back to those who wait', async () => {
    const admission = createAdmission({ memoryBytes: 4 * gibi, starting: 10 });
    const admitted: string[] = [];
    const ask = asking(admission, admitted);
    await ask('a', gibi).done;
    admission.resize('a', 3 * gibi);
    expect(() => admission.resize('a', 5 * gibi)).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_MEMORY', domain: 'a', retryable: true }));
    const b = ask('b', 2 * gibi);
    expect(b.waits).toEqual(['INSUFFICIENT_MEMORY']);
    expect(() => admission.resize('a', 4 * gibi)).toThrow('for which 1 domains wait');
    admission.resize('a', 2 * gibi);
    await b.done;
    expect(admitted).toEqual(['a', 'b']);
  });

  test('lets only so many start at one time', async () => {
    const admission = createAdmission({ memoryBytes: 9 * gibi, starting: 1 });
    const admitted: string[] = [];
    const ask = asking(admission, admitted);
    await ask('a', gibi).done;
    const b = ask('b', gibi);
    expect(b.waits).toEqual(['STARTING_OTHERS']);
    admission.started('a');
    await b.done;
    expect(admitted).toEqual(['a', 'b']);
  });

  test('keeps the place of a large domain that asks again, so that small ones cannot starve it', async () => {
    const admission = createAdmission({ memoryBytes: 4 * gibi, starting: 10 });
    const admitted: string[] = [];
    const ask = asking(admission, admitted);
    await ask('first', 2 * gibi).done;
    const deadline = new AbortController();
    const large = ask('large', 4 * gibi, deadline.signal);
    const small = ask('small', 3 * gibi);
    deadline.abort(new Error('asked again'));
    await expect(large.done).rejects.toThrow('asked again');
    const again = ask('large', 4 * gibi);
    admission.release('first');
    await again.done;
    admission.release('large');
    await small.done;
    expect(admitted).toEqual(['first', 'large', 'small']);
  });

  test('a domain that gives up holds nothing and blocks nobody', async () => {
    const admission = createAdmission({ memoryBytes: 4 * gibi, starting: 10 });
    const admitted: string[] = [];
    const ask = asking(admission, admitted);
    await ask('a', 3 * gibi).done;
    const gone = new AbortController();
    const large = ask('large', 4 * gibi, gone.signal);
    const small = ask('small', gibi);
    gone.abort(new Error('given up'));
    await expect(large.done).rejects.toThrow('given up');
    await small.done;
    expect(admitted).toEqual(['a', 'small']);
  });
});
