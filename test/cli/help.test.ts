import { describe, expect, it } from 'vitest';
import { say } from './fake-terminal.js';

const commands = ['validate', 'plan', 'up', 'schema', 'get', 'describe', 'watch', 'console', 'logs', 'down', 'doctor', 'diagram'];

describe('help', () => {
  it('is the same as before', async () => {
    const { code, err, out } = await say(['--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    await expect(out).toMatchFileSnapshot('golden/help.txt');
  });

  it.each(commands)('of %s teaches by example', async (command) => {
    const { code, out } = await say([command, '--help']);
    expect(code).toBe(0);
    expect(out).toContain(`Examples:\n  windlass ${command}`);
    expect(out).toContain('--state-dir');
  });

  it('prints the version of the package', async () => {
    expect(await say(['--version'])).toEqual({ code: 0, out: '0.1.0\n', err: '' });
  });
});

describe('a command line that is wrong', () => {
  it.each([
    [['bogus'], "unknown command 'bogus'"],
    [[], 'Usage: windlass'],
    [['up'], "missing required argument 'path'"],
    [['get', '-o', 'xml'], "argument 'xml' is invalid"],
    [['get', '--frob'], "unknown option '--frob'"],
    [['up', 'x.yaml', '--timeout', '5s'], '--timeout needs --once'],
    [['up', 'x.yaml', '--once', '--timeout', 'soon'], '--timeout wants a duration'],
    [['down'], 'name domains or documents, or say --all'],
    [['down', 'web', '--all'], '--all leaves no choice'],
    [['logs', 'web', '--anchor', '--events'], 'cannot be used with'],
    [['logs', 'web', '--tail', '-1'], '--tail wants a whole number'],
    [['watch', '--since', 'yesterday'], '--since wants a whole number'],
    [['get', '--log-level', 'loud'], 'is invalid'],
  ])('%j ends with 2 and says why', async (argv, why) => {
    const { code, err, out } = await say(argv, { env: { WINDLASS_STATE_DIR: '/nonexistent/windlass' } });
    expect(err).toContain(why);
    expect(err).not.toMatch(/^ +at /m);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it.each([
    [['get', '--frob', '-o', 'json'], "unknown option '--frob'"],
    [['up', '-ojson'], "missing required argument 'path'"],
    [['bogus', '--output=json'], "unknown command 'bogus'\n(Did you mean logs?)"],
    [['down', '-o', 'json'], 'name domains or documents, or say --all'],
  ])('%j says so in one JSON value, too', async (argv, message) => {
    const { code, out } = await say(argv, { env: { WINDLASS_STATE_DIR: '/nonexistent/windlass' } });
    expect(code).toBe(2);
    expect(JSON.parse(out)).toEqual({ ok: false, error: { code: 'USAGE', message } });
  });

  it('takes no -o json out of what is an argument', async () => {
    expect((await say(['get', '--frob', '--', '-o', 'json'])).out).toBe('');
  });
});
