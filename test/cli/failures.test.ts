import { describe, expect, it } from 'vitest';
import { failureOf, Interrupted, UsageError } from '../../src/cli/failures.js';
import { WindlassError } from '../../src/index.js';

const command = 'windlass up';

describe('what was thrown', () => {
  it('tells the holder of a locked directory, with its own exit code', () => {
    const { exitCode, text } = failureOf(new WindlassError('ENGINE_LOCKED', '/run belongs to another engine (pid 12)', { cure: 'stop it' }), { command, debug: false });
    expect({ exitCode, text }).toEqual({ exitCode: 3, text: 'windlass up: /run belongs to another engine (pid 12) (ENGINE_LOCKED)\n  to mend it: stop it\n' });
  });

  it('leaves lines with positions as they are, for editors to jump to', () => {
    const position = { file: 'a.yaml', line: 1, column: 2 };
    const { exitCode, json, text } = failureOf(new WindlassError('PLAN_REFUSED', 'a.yaml:1:2 spec.x: no', { position }), { command, debug: false });
    expect({ exitCode, text }).toEqual({ exitCode: 1, text: 'a.yaml:1:2 spec.x: no\n' });
    expect(json.error).toEqual({ code: 'PLAN_REFUSED', message: 'a.yaml:1:2 spec.x: no', position });
  });

  it('is told as a defect when nobody expected it, with a stack only for those who ask', () => {
    const quiet = failureOf(new TypeError('x is not a function'), { command, debug: false });
    expect(quiet.exitCode).toBe(70);
    expect(quiet.text).toContain('please report it');
    expect(quiet.text).not.toMatch(/^ +at /m);
    expect(failureOf(new Error('outer', { cause: new Error('inner') }), { command, debug: true }).text).toMatch(/Error: outer[^]*at [^]*caused by Error: inner/);
  });

  it.each([
    [new UsageError('no'), 2],
    [new Interrupted('SIGINT'), 130],
    [new Interrupted('SIGTERM'), 143],
    ['a string', 70],
  ])('%s ends with %d', (thrown, exitCode) => expect(failureOf(thrown, { command, debug: false }).exitCode).toBe(exitCode));

  it('lets no control character through', () => {
    const { text } = failureOf(new WindlassError('X', 'bad \u001b[2J', { cure: '\u0007' }), { command, debug: false });
    expect(text).toBe('windlass up: bad \\x1b[2J (X)\n  to mend it: \\x07\n');
  });
});
