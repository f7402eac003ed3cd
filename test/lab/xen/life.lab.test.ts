/** The contract scenarios of a domain's life, on a real Xen: one machine, one engine at a time, one domain a scenario. */
import { afterEach, describe, expect, test } from 'vitest';
import { stateDirectory, tiny } from './product.js';
import { productLab } from './product-lab.js';

const { lab, windlass } = productLab();

afterEach(() => windlass.clear());

const type = (name: string, line: string): Promise<unknown> => lab.exec(['sh', '-c', 'printf "%s\\r" "$1" > "$0"', `${stateDirectory}/xen/${name}/cons`, line]);
const beats = async (name: string): Promise<number> => {
  const { stdout } = await lab.exec(['sh', '-c', 'grep -c HEARTBEAT "$0" || true', `${stateDirectory}/xen/${name}/console.log`]);
  return Number(stdout);
};
const anchorOf = async (name: string): Promise<number> => Number((await lab.exec(['cat', `${stateDirectory}/xen/${name}/pid`])).stdout);

test('a document becomes a running guest, in the phases of the design, and goes with its document', async () => {
  await windlass.write({ hello: tiny() });
  const running = windlass.up();
  await running.untilRunning('hello');
  const phases = running.events.flatMap((event) => (event.type === 'windlass.domain.phase' && event.subject === 'hello' ? [event.data.to] : []));
  expect(phases).toEqual(['observing', 'pending', 'device-model-ready', 'booting', 'running']);
  expect(await windlass.domains()).toEqual(['hello']);

  await windlass.write({});
  const { data } = await running.until('windlass.domain.ended', 'hello', () => true);
  expect(data.end).toMatchObject({ cause: 'removed', rung: 'ask' });
  await running.until('windlass.domain.forgotten', 'hello', () => true);
  expect(await windlass.domains()).toEqual([]);
});

describe('what a guest does is told by its cause, and answered by the policy', () => {
  test('a crash is a panic, whose evidence is kept, and the guest is started again', async () => {
    await windlass.write({ crasher: tiny() });
    const running = windlass.up();
    await running.untilRunning('crasher');
    const before = running.events.length;
    await type('crasher', 'crash');
    const { data } = await running.until('windlass.domain.ended', 'crasher', () => true);
    expect(data.end).toMatchObject({ cause: 'panic', incarnation: 1 });
    const { stdout } = await lab.exec(['cat', `${data.end.evidence ?? ''}/console.log`]);
    expect(stdout).toContain('TINY doing crash');
    expect(await running.untilRunning('crasher', before)).toMatchObject({ data: { incarnation: 2 } });
  });

  test('a power-off is completed: OnFailure leaves it halted, and nothing of it on Xen', async () => {
    await windlass.write({ sleeper: tiny() });
    const running = windlass.up();
    await running.untilRunning('sleeper');
    await type('sleeper', 'poweroff');
    const { data } = await running.until('windlass.domain.ended', 'sleeper', () => true);
    expect(data.end).toMatchObject({ cause: 'guest-power-off', evidence: null });
    await running.until('windlass.domain.phase', 'sleeper', ({ to }) => to === 'halted');
    expect(await windlass.domains()).toEqual([]);
  });

  test('a reboot goes on at once in another incarnation, under Never too, and is no failure', async () => {
    await windlass.write({ rebooter: tiny('beat=500', { restart: { policy: 'Never' } }) });
    const running = windlass.up();
    await running.untilRunning('rebooter');
    const before = running.events.length;
    await type('rebooter', 'reboot');
    const { data } = await running.until('windlass.domain.ended', 'rebooter', () => true);
    expect(data.end).toMatchObject({ cause: 'guest-reboot' });
    expect(await running.untilRunning('rebooter', before)).toMatchObject({ data: { incarnation: 2 } });
    expect(running.events.some((event) => event.type === 'windlass.domain.phase' && event.subject === 'rebooter' && event.data.to === 'backoff')).toBe(false);
    expect(await windlass.domains()).toEqual(['rebooter']);
  });

  test('a guest that is deaf to its shutdown is destroyed after the ask deadline: it has no button', async () => {
    await windlass.write({ deaf: tiny('ignore beat=500', { deadlines: { ask: '2s', press: '1h', launch: '60s', connect: '120s', quit: '90s', kill: '90s' } }) });
    const running = windlass.up();
    await running.untilRunning('deaf');
    await windlass.write({});
    const { data } = await running.until('windlass.domain.ended', 'deaf', () => true);
    expect(data.end).toMatchObject({ cause: 'removed', rung: 'quit' });
  });
});

describe('what happens behind the engine’s back', () => {
  test('xl destroy is published within 250 ms of the watch, and the guest is started again', async () => {
    await windlass.write({ victim: tiny() });
    const running = windlass.up();
    await running.untilRunning('victim');
    let fired = '';
    const watching = new AbortController();
    const watch = lab.exec(['node', '/project/dist/released.js'], { signal: watching.signal, onStdout: (text) => (fired += text) });
    while (!fired.includes('look')) await new Promise((resolve) => setTimeout(resolve, 50));
    const before = running.events.length;
    await lab.exec(['xl', 'destroy', 'victim']);
    const halting = await running.until('windlass.domain.phase', 'victim', ({ to }) => to === 'halting', before);
    await running.untilRunning('victim', before);
    watching.abort();
    await watch;
    const first = Number(/^(\d+) changed$/m.exec(fired)?.[1]);
    const late = Date.parse(halting.time) - first;
    console.log(`xl destroy: published ${late} ms after the watch fired`);
    expect(late).toBeLessThan(250);
    const { data } = await running.until('windlass.domain.ended', 'victim', () => true);
    expect(data.end).toMatchObject({ cause: 'vmm-quit' });
  });

  test('killing xl’s monitor loses nothing: the guest beats on, and its end is still collected', async () => {
    await windlass.write({ bereft: tiny() });
    const running = windlass.up();
    await running.untilRunning('bereft');
    await lab.exec(['kill', '-KILL', String(await anchorOf('bereft'))]);
    const beaten = await beats('bereft');
    await expect.poll(() => beats('bereft'), { timeout: 30_000 }).toBeGreaterThan(beaten + 2);
    expect(running.events.filter(({ subject, type: kind }) => subject === 'bereft' && kind === 'windlass.domain.ended')).toEqual([]);
    const before = running.events.length;
    await type('bereft', 'crash');
    const { data } = await running.until('windlass.domain.ended', 'bereft', () => true);
    expect(data.end).toMatchObject({ cause: 'panic' });
    expect(await running.untilRunning('bereft', before)).toMatchObject({ data: { incarnation: 2 } });
  });

  test('a pause and its end by an operator are seen, and an engine that is told to go on goes on', async () => {
    await windlass.write({ still: tiny('beat=500', { power: 'paused' }) });
    const running = windlass.up();
    await running.until('windlass.domain.condition', 'still', ({ condition }) => condition.type === 'AsDesired' && condition.status === 'True');
    expect(await beats('still').catch(() => 0)).toBe(0);
    await windlass.write({ still: tiny() });
    await running.untilRunning('still');
    await expect.poll(() => beats('still'), { timeout: 30_000 }).toBeGreaterThan(0);
  });
});

describe('another engine', () => {
  test('takes a running guest over: same monitor, same incarnation, no beat lost', async () => {
    await windlass.write({ stayer: tiny() });
    const first = windlass.up();
    await first.untilRunning('stayer');
    const anchor = await anchorOf('stayer');
    await first.crash();
    const second = windlass.up();
    expect(await second.untilRunning('stayer')).toMatchObject({ data: { incarnation: 1 } });
    expect(await anchorOf('stayer')).toBe(anchor);
    const { stdout } = await lab.exec(['cat', `${stateDirectory}/xen/stayer/console.log`]);
    const numbers = Array.from(stdout.matchAll(/HEARTBEAT (\d+)/g), ([, number]) => Number(number));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  test('takes over a guest whose monitor was killed while nobody watched', async () => {
    await windlass.write({ orphan: tiny() });
    const first = windlass.up();
    await first.untilRunning('orphan');
    await first.crash();
    await lab.exec(['kill', '-KILL', String(await anchorOf('orphan'))]);
    const second = windlass.up();
    expect(await second.untilRunning('orphan')).toMatchObject({ data: { incarnation: 1 } });
    expect(await windlass.domains()).toEqual(['orphan']);
  });

  test('sets right what a crash in the middle of a build left', async () => {
    await windlass.write({ half: tiny() });
    const first = windlass.up();
    await first.until('windlass.domain.phase', 'half', ({ to }) => to === 'device-model-ready');
    await first.crash();
    await lab.exec(['pkill', '-KILL', '-x', 'xl']);
    const second = windlass.up();
    await second.untilRunning('half');
    expect(await windlass.domains()).toEqual(['half']);
  });
});
