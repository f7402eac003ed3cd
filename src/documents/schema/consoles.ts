import { z } from 'zod';
import { says } from '../wording.js';
import { closed, distinct, type Finding, numbered, repeats, whenSound } from './shapes.js';
import { count, hostPath, ipAddress, label } from './scalars.js';
import { secret } from './secrets.js';

const serialPort = closed({
  name: label(32).optional().describe('Name within the domain; the default is console0, console1, … by place.'),
  type: z
    .enum(['socket', 'pty', 'device'])
    .default('socket')
    .describe('Where the port leads: a unix socket, a pseudo terminal, or a device of the host.'),
  path: hostPath
    .optional()
    .describe('Device of the host; needs type: device.')
    .meta({ examples: ['/dev/ttyS0'] }),
  log: z.boolean().default(true).describe('Keep what the guest writes, for probes and as evidence of a crash.'),
}).check(
  whenSound(({ type, path }) => {
    if (type === 'device' && path === undefined) return [{ message: 'type: device needs path' }];
    return type !== 'device' && path !== undefined ? [{ path: ['path'], message: 'needs type: device' }] : [];
  }),
);

/** Serial ports; the first is the console. */
export const serial = z
  .array(serialPort)
  .max(4)
  .transform(numbered('console'))
  .check(whenSound(repeats('name', 'name', ({ name }) => name)), whenSound(repeats('device', 'path', ({ path }) => path)));

const resolution = z
  .string({ error: says('is not a resolution', 'write it as 1024x768') })
  .regex(/^[1-9]\d{2,3}x[1-9]\d{2,3}$/, { error: says('is not a resolution', 'write width x height from 100 to 9999, such as 1024x768') })
  .transform((written) => {
    const [width = 0, height = 0] = written.split('x').map(Number);
    return { width, height };
  });

const vnc = closed({
  address: ipAddress.default('127.0.0.1').describe('Address of the host that listens.'),
  display: count(0, 99).optional().describe('Display number: the port is 5900 + display; left out, the engine chooses a free one.'),
  password: secret.optional().describe('Where the password is; it must be given to listen on anything but loopback.'),
}).check(
  whenSound(({ address, password }): Finding[] => {
    const loopback = address.startsWith('127.') || address === '::1';
    return loopback || password !== undefined
      ? []
      : [{ path: ['address'], message: `${address} is open to the network, which needs a password` }];
  }),
);

/** A graphical display. */
export const display = closed({
  vnc: vnc.optional().describe('Serve the display over VNC.'),
  resolution: resolution
    .optional()
    .describe('Size in pixels.')
    .meta({ examples: ['1024x768'] }),
});

/** Input devices. */
export const input = distinct(z.enum(['keyboard', 'tablet', 'mouse']), 3);

/** A serial port. */
export type SerialSpec = z.output<typeof serial>[number];
/** A display; `resolution` is in pixels. */
export type DisplaySpec = z.output<typeof display>;
/** A display served over VNC. */
export type VncSpec = z.output<typeof vnc>;
/** An input device. */
export type InputDevice = z.output<typeof input>[number];
