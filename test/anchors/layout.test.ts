import { describe, expect, it } from 'vitest';
import { defaultStateRoot, layoutOf } from '../../src/anchors/layout.js';

describe('layout', () => {
  it('is the promised one', () => {
    expect(layoutOf('/run/hypervisor', 'qemu', 'hello')).toEqual({
      root: '/run/hypervisor',
      directory: '/run/hypervisor/qemu/hello',
      pid: '/run/hypervisor/qemu/hello/pid',
      cons: '/run/hypervisor/qemu/hello/cons',
      consoleLog: '/run/hypervisor/qemu/hello/console.log',
      consoleStart: '/run/hypervisor/qemu/hello/console.start',
      anchorLog: '/run/hypervisor/qemu/hello/anchor.log',
      record: '/run/hypervisor/qemu/hello/anchor.json',
    });
  });

  it.each(['', '.', '..', 'a/b', '../x', 'Upper', '-a', 'a-', 'a b', 'a\n', 'ä', 'x'.repeat(64)])('refuses %j as a name', (name) => {
    expect(() => layoutOf('/run', 'qemu', name)).toThrow(expect.objectContaining({ code: 'DOMAIN_NAME_INVALID' }) as Error);
  });
});

describe('default state root', () => {
  it('follows the user', () => {
    expect(defaultStateRoot({ HOME: '/root', XDG_RUNTIME_DIR: '/run/user/0' }, 0)).toBe('/run/hypervisor');
    expect(defaultStateRoot({ HOME: '/home/a', XDG_RUNTIME_DIR: '/run/user/1000' }, 1000)).toBe('/run/user/1000/windlass');
    expect(defaultStateRoot({ HOME: '/home/a', XDG_RUNTIME_DIR: 'relative' }, 1000)).toBe('/home/a/.local/state/windlass/run');
    expect(() => defaultStateRoot({}, 1000)).toThrow(expect.objectContaining({ code: 'STATE_ROOT_UNKNOWN' }) as Error);
  });
});
