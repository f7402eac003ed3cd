import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildHeartbeat, canBuildHeartbeat } from '../../guests/heartbeat/build.js';
import { heartbeatDisk, heartbeatImage } from '../support/guest-image.js';

const committed = new Uint8Array(readFileSync(join(import.meta.dirname, '../../guests/heartbeat/heartbeat.img')));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('the heartbeat image', () => {
  test('is one boot sector', () => {
    expect(committed.length).toBe(512);
    expect([committed[510], committed[511]]).toEqual([0x55, 0xaa]);
  });

  const tools = canBuildHeartbeat();
  test(tools ? 'is what its source builds, byte for byte' : 'was not compared with its source: no as and ld for x86 here', () => {
    if (tools) expect(hex(buildHeartbeat())).toBe(hex(committed));
  });

  test('has its patch bytes where the README says', () => {
    expect([...committed.subarray(0x1f0, 0x1fe)]).toEqual([0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('a patched image for a test', () => {
  test('is padded to a size that SeaBIOS reads', () => {
    expect(statSync(heartbeatImage()).size).toBe(1024 * 1024);
  });

  test('carries what was asked for, and the rest of the sector is untouched', () => {
    const disk = heartbeatDisk({ action: 'reset', count: 3, ticks: 1, tag: 'web', ignoreButton: true, keepNumber: true, refuseUnplug: true });
    expect([...disk.subarray(0x1f0, 0x1f3)]).toEqual([1 | 8 | 16 | 32, 3, 1]);
    expect(Buffer.from(disk.subarray(0x1f4, 0x1fd)).toString('latin1')).toBe('web\0\0\0\0\0\0');
    expect(hex(disk.subarray(0, 0x1f0))).toBe(hex(committed.subarray(0, 0x1f0)));
    expect(disk.subarray(512).every((octet) => octet === 0)).toBe(true);
  });

  test.each([{ tag: 'ninechars' }, { count: 256 }, { ticks: 0 }, { mode: 1.5 }])('refuses %j', (options) => {
    expect(() => heartbeatDisk(options)).toThrow(RangeError);
  });
});
