import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { hostClock as clock } from '../../src/effects/clock.js';
import { accountIn, hostFacts as host, lockedMemoryLimit } from '../../src/effects/host-facts.js';
import { runCommand } from '../../src/effects/run-command.js';

describe('host facts', () => {
  it('are those of this host', async () => {
    const facts = await host.facts();
    expect(facts.bootId).toBe(readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim());
    expect(await host.bootId()).toBe(facts.bootId);
    expect(facts.architecture).toMatch(/^(x86_64|aarch64|riscv64)$/);
    expect(facts.availableMemoryBytes).toBeGreaterThan(0);
    expect(facts.availableMemoryBytes).toBeLessThan(facts.memoryBytes);
    expect(facts.uid).toBe(process.geteuid?.());
  });

  it('know the accounts', async () => {
    expect(await host.user('root')).toEqual({ uid: 0, gid: 0 });
    expect(await host.user(0)).toEqual({ uid: 0, gid: 0 });
    expect(await host.user('--version')).toBeUndefined();
    expect(await host.user(4_000_000_001)).toEqual({ uid: 4_000_000_001, gid: 4_000_000_001 });
    expect(accountIn('a:x:1\nqemu:x:107:64055::/:/bin/false\n', 'qemu')).toEqual({ uid: 107, gid: 64_055 });
  });
});

describe('how much memory a process may lock', () => {
  it('is the soft limit, or nothing where there is none', () => {
    const limits = (soft: string): string => `Max processes             15000                31000                processes\nMax locked memory         ${soft}              16777216             bytes     \n`;
    expect(lockedMemoryLimit(limits('8388608'))).toBe(8_388_608);
    expect(lockedMemoryLimit(limits('unlimited'))).toBeNull();
  });

  it('is told of this process', async () => {
    const { stdout } = await runCommand('sh', ['-c', 'ulimit -l'], { timeout: 5_000 });
    const { lockedMemoryLimit: told } = await host.facts();
    expect(told === null ? 'unlimited' : String(told / 1024)).toBe(stdout.trim());
  });
});

describe('clock', () => {
  it('sleeps, and wakes when aborted', async () => {
    const began = performance.now();
    await clock.sleep(10);
    expect(performance.now() - began).toBeGreaterThanOrEqual(9);
    await expect(clock.sleep(60_000, AbortSignal.timeout(5))).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(clock.sleep(1, AbortSignal.abort('done'))).rejects.toBe('done');
  });

  it('sleeps longer than one timer can', async () => {
    vi.useFakeTimers();
    try {
      let awake = false;
      const year = 365 * 24 * 3_600_000;
      void clock.sleep(year).then(() => (awake = true));
      await vi.advanceTimersByTimeAsync(year - 1);
      expect(awake).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(awake).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('run', () => {
  it('returns what a command said, whatever its code', async () => {
    const result = await runCommand('sh', ['-c', 'cat; echo no >&2; exit 3'], { timeout: 5_000, input: 'given\n' });
    expect(result).toEqual({ code: 3, signal: null, stdout: 'given\n', stderr: 'no\n', timedOut: false });
  });

  it('gives the environment that it is told, and no input', async () => {
    const result = await runCommand('/usr/bin/env', [], { timeout: 5_000, env: { ONLY: 'this' } });
    expect(result.stdout).toBe('ONLY=this\n');
    expect((await runCommand('cat', [], { timeout: 5_000 })).stdout).toBe('');
  });

  it('keeps its deadline, also when a grandchild holds the pipe', async () => {
    const began = performance.now();
    const result = await runCommand('sh', ['-c', 'echo begun; sleep 2 & wait'], { timeout: 50 });
    expect(result).toMatchObject({ timedOut: true, code: null, signal: 'SIGTERM', stdout: 'begun\n' });
    expect(performance.now() - began).toBeLessThan(1_500);
  });

  it('rejects when there was no command, or nobody wants it', async () => {
    await expect(runCommand('no-such-command', [], { timeout: 100 })).rejects.toMatchObject({ code: 'COMMAND_NOT_FOUND' });
    await expect(runCommand('/etc/passwd', [], { timeout: 100 })).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    const wanted = runCommand('sleep', ['5'], { timeout: 10_000, signal: AbortSignal.timeout(20) });
    await expect(wanted).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
