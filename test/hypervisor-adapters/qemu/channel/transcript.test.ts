import { describe, expect, test } from 'vitest';
import { createTranscript, redact } from '../../../../src/hypervisor-adapters/qemu/channel/transcript.js';

describe('secrets', () => {
  const secret = 'hun"ter\\2';
  const requests: Record<string, object> = {
    'the password of VNC': { execute: 'set_password', arguments: { protocol: 'vnc', password: secret } },
    'the password of VNC, the old way': { execute: 'change-vnc-password', arguments: { password: secret }, id: 3 },
    'anything named secret': { execute: 'x', arguments: { nested: [{ 'key-secret': secret, b: 1 }] } },
    'anything whose name contains it': { execute: 'x', arguments: { proxy_password_file: secret } },
    'the data of a secret object': { execute: 'object-add', arguments: { data: secret, 'qom-type': 'secret', id: 's' } },
    'a property that is set': { execute: 'qom-set', arguments: { path: '/objects/s', property: 'data', value: secret } },
    'the human monitor': { execute: 'human-monitor-command', arguments: { 'command-line': `set_password vnc ${secret}` } },
  };
  test.each(Object.entries(requests))('%s is not told', (_, request) => {
    const line = JSON.stringify(request);
    expect(redact(line)).not.toMatch(/hun|ter/);
    expect(redact(line)).toContain('***');
  });

  test.each(Object.entries(requests))('%s is not told by a line that was cut off anywhere', (_, request) => {
    const line = JSON.stringify(request);
    for (let end = 1; end < line.length; end += 1) expect(redact(line.slice(0, end))).not.toMatch(/hun/);
  });

  test('what is no secret stays', () => {
    const line = '{"execute":"device_add","arguments":{"driver":"virtio-net-pci","id":"n0"},"id":4}';
    expect(redact(line)).toBe(line);
    expect(redact('{"return": {"password": true, "status": "running"}}')).toBe('{"return": {"password": "***", "status": "running"}}');
  });
});

describe('the ring', () => {
  test('keeps the last lines, oldest first', () => {
    const transcript = createTranscript(3, 10);
    for (const n of [1, 2, 3, 4]) transcript.add('>', `line ${n}`, 0);
    expect(transcript.lines()).toEqual([2, 3, 4].map((n) => `1970-01-01T00:00:00.000Z > line ${n}`));
  });

  test('cuts what is long', () => {
    const transcript = createTranscript(3, 10);
    transcript.add('<', 'x'.repeat(100), 0);
    expect(transcript.lines()).toEqual(['1970-01-01T00:00:00.000Z < xxxxxxxxxx…']);
  });
});
