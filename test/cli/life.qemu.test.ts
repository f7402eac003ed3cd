/** The examples from beginning to end, each command a process of its own. */
import { expect, it } from 'vitest';
import { anchorsOf, stateDirectory } from '../support/state-directory.js';
import { run, start } from './command.js';

interface Json {
  readonly [key: string]: unknown;
}

it('up examples --once, get, describe, plan, console, logs, watch, up again, down', { timeout: 90_000 }, async () => {
  const root = stateDirectory();
  const env = { WINDLASS_STATE_DIR: root };

  const up = await run(['up', 'examples', '--once', '-o', 'json'], { env });
  expect(up).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(up.out)).toMatchObject({ ok: true, reasons: [], domains: [{ phase: 'running' }, { phase: 'running' }, { phase: 'running' }] });
  expect(up.milliseconds).toBeLessThan(10_000);
  expect(anchorsOf(root)).toHaveLength(3);

  const [names, got, plan, described] = await Promise.all([
    run(['get', '-o', 'name'], { env }),
    run(['get', 'hello'], { env }),
    run(['plan', 'examples', '--no-devices'], { env }),
    run(['describe', 'hello', '-o', 'json'], { env }),
  ]);
  expect(names).toMatchObject({ code: 0, out: 'hello\nweb\nworker\n' });
  expect(got.out).toMatch(/^NAME +PHASE.*\nhello +running .*qemu\/tcg +\d+ +1\nno engine runs here/);
  expect(plan.out).toContain('hello is as desired');
  expect(plan.out).toContain('Plan: 0 to create, 0 to change, 0 to restart, 0 to remove.');
  const description = JSON.parse(described.out) as { domain: Json; usage: Json; events: Json[]; paths: { path: string }[] };
  expect(description.domain).toMatchObject({ name: 'hello', phase: 'running', incarnation: 1 });
  expect(description.usage).toMatchObject({ accountedBy: 'anchor' });
  expect(description.paths.map(({ path }) => path)).toContain(`${root}/qemu/hello/cons`);
  expect(description.events.at(-1)).toMatchObject({ subject: 'hello', type: 'windlass.domain.condition' });

  const guest = start(['console', 'hello', '--tail', '1'], { env, end: false });
  await guest.says('Ctrl-] or the end of the input leaves');
  // The tail is one line; the others come from the guest itself.
  await guest.says(/(HEARTBEAT \d+[^]*){3}/);
  guest.child.stdin?.write('\u001d');
  const left = await guest.finished;
  expect(left).toMatchObject({ code: 0 });
  expect(left.err).toContain('left the console of hello');

  const [console, consoleJson, events, evidence] = await Promise.all([
    run(['logs', 'hello', '--tail', '2'], { env }),
    run(['logs', 'hello', '--tail', '1', '-o', 'json'], { env }),
    run(['logs', 'hello', '--events'], { env }),
    run(['logs', 'hello', '--evidence'], { env }),
  ]);
  expect(console.out).toMatch(/^HEARTBEAT \d+\r?\nHEARTBEAT \d+\r?\n/);
  expect(consoleJson.out).toMatch(/^\{"line":"HEARTBEAT \d+"\}\n/);
  expect(events.out).toMatch(/hello: booting -> running\n/);
  expect(evidence).toMatchObject({ code: 1 });
  expect(evidence.err).toContain('nothing has failed there');

  const watch = start(['watch', '-o', 'json'], { env });
  await watch.says('"snapshot"');
  const engine = start(['up', 'examples'], { env });
  await engine.says('worker: as desired');
  await watch.says('windlass.documents.applied');
  watch.child.kill('SIGINT');
  expect(await watch.finished).toMatchObject({ code: 130, err: '' });

  const [locked, halting] = await Promise.all([run(['up', 'examples', '--once', '-o', 'json'], { env }), run(['down', 'hello'], { env })]);
  expect(locked.code).toBe(3);
  expect(locked.err).toContain(`(pid ${String(engine.child.pid)})`);
  expect(JSON.parse(locked.out)).toMatchObject({ ok: false, error: { code: 'ENGINE_LOCKED' } });
  expect(halting.code).toBe(3);
  expect(halting.err).toContain(`kill ${String(engine.child.pid)}; its guests run on`);

  const before = anchorsOf(root).filter((pid) => pid !== engine.child.pid);
  engine.child.kill('SIGINT');
  const stopped = await engine.finished;
  expect(stopped.code).toBe(130);
  expect(stopped.err).toContain('leaving 3 guests running');
  expect(anchorsOf(root)).toEqual(before);

  const down = await run(['down', 'examples'], { env });
  expect(down).toMatchObject({ code: 0, err: '' });
  expect(down.out).toMatch(/hello: ended \(removed\).*by its rung press/);
  expect(down.out).toContain('3 domains are gone');
  expect(anchorsOf(root)).toEqual([]);
  expect(await run(['get'], { env })).toMatchObject({ code: 0, out: `no domains in ${root}\n` });
});
