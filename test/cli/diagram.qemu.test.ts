/** A picture that is lit by an engine in another process. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stateDirectory } from '../support/state-directory.js';
import { run, start } from './command.js';

it('lights the state that a guest is in, while its engine runs elsewhere and after that', { timeout: 90_000 }, async () => {
  const root = stateDirectory();
  const env = { WINDLASS_STATE_DIR: root };
  const lit = async (name: string): Promise<{ readonly err: string; readonly states: readonly string[] }> => {
    const file = join(root, `${name}.svg`);
    const { err } = await run(['diagram', '--live', 'hello', '--out', file], { env });
    const rule = /<style data-lit="">(.*?)<\/style>/s.exec(await readFile(file, 'utf8'))?.[1] ?? '';
    return { err: err.replace(file, 'FILE'), states: [...rule.matchAll(/\[id="state:([^"]*)"\]/g)].map(([, id = '']) => id) };
  };

  const engine = start(['up', 'examples/hello.yaml'], { env });
  await engine.says('hello: as desired');
  const running = ['domain', 'domain.anchored', 'domain.anchored.running', 'domain.anchored.running.healthy'];
  expect(await lit('running')).toEqual({ err: 'wrote FILE\n', states: running });

  engine.child.kill('SIGINT');
  await engine.finished;
  expect(await lit('left')).toEqual({ err: 'no engine runs here: the state is the last that one wrote down\nwrote FILE\n', states: running });

  expect(await run(['down', '--all'], { env })).toMatchObject({ code: 0 });
  const { code, err } = await run(['diagram', '--live', 'hello', '--out', '-'], { env });
  expect({ code, err }).toMatchObject({ code: 1 });
  expect(err).toContain('there is no domain "hello" (DOMAIN_UNKNOWN)');
});
