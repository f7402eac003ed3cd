import { describe, expect, it } from 'vitest';
import { complaintsAbout, readOne, domain, spec } from './reading.js';

const MI = 1024 ** 2;

describe('the shortest document', () => {
  const document = readOne(domain('memory: 64Mi\ndisks: [ { image: ./heartbeat.img } ]'));

  it('is complete after reading', () => {
    expect(document).toEqual({
      apiVersion: 'windlass/v1',
      kind: 'Domain',
      metadata: { name: 'hello', labels: {} },
      spec: {
        power: 'running',
        hypervisor: ['auto'],
        acceleration: 'prefer',
        cpu: { count: 1, max: 1, pinning: [] },
        memory: { size: 64 * MI, max: 64 * MI },
        boot: { secureBoot: false, order: [] },
        disks: [
          {
            name: 'disk0',
            image: '/etc/windlass/heartbeat.img',
            format: 'auto',
            readOnly: false,
            bus: 'auto',
            cache: 'writeback',
            discard: false,
            backend: 'auto',
          },
        ],
        shares: [],
        networks: [],
        serial: [{ name: 'console0', type: 'socket', log: true }],
        input: [],
        sound: false,
        rng: true,
        crypto: false,
        guestAgent: false,
        can: [],
        usb: [],
        pci: [],
        spoofing: false,
        smbios: { oemStrings: [] },
        acpiTables: [],
        restart: { policy: 'OnFailure', backoff: { initial: 1000, max: 300_000, factor: 2 }, stableAfter: 30_000 },
        onChange: 'restart',
        probes: { ready: { runState: true } },
        deadlines: {
          prepare: 60_000,
          launch: 10_000,
          connect: 10_000,
          boot: 10_000,
          ready: 60_000,
          suspend: 30_000,
          ask: 60_000,
          press: 60_000,
          quit: 5000,
          terminate: 5000,
          kill: 10_000,
          silence: 10_000,
        },
        limits: {},
        sandbox: true,
      },
    });
  });

  it('shares no default with another document', () => {
    expect(spec('memory: 64Mi').serial).not.toBe(spec('memory: 64Mi').serial);
    expect(spec('memory: 64Mi').limits).not.toBe(spec('memory: 64Mi').limits);
  });
});

describe('short forms mean the long ones', () => {
  it.each([
    ['cpu: 2', 'cpu: { count: 2 }'],
    ["cpu: { pinning: '0-2,8' }", 'cpu: { pinning: [8, 0-1, 2] }'],
    ['memory: 64Mi', 'memory: { size: 67108864, max: 65536KiB }'],
    ['hypervisor: qemu', 'hypervisor: [qemu]'],
    ['cdrom: ./a.iso', 'cdrom: { image: a.iso }'],
    ['tpm: true', 'tpm: { version: 2.0 }'],
    ['tpm: false', 'sound: false'],
    ['vsock: true', 'vsock: {}'],
    ['restart: Always', 'restart: { policy: Always, backoff: { initial: 1000ms } }'],
    ['serial: [ {} ]', 'serial: [ { name: console0, type: socket } ]'],
    ["usb: [ { vendor: 0x046D, product: 'c52b' } ]".replace('0x046D', "'0x046D'"), 'usb: [ { vendor: 046d, product: C52B } ]'],
    ["pci: [ { address: '03:00.0' } ]", "pci: [ { address: '0000:03:00.0' } ]"],
    ['networks: [ { mac: 52:54:00:AB:CD:EF } ]', 'networks: [ { name: net0, type: user, mac: 52:54:00:ab:cd:ef } ]'],
  ])('%s', (short, long) => {
    expect(spec(short)).toEqual(spec(long));
  });

  it('turn text into what a program wants', () => {
    expect(spec('display: { resolution: 1024x768, vnc: { password: { env: SECRET } } }').display).toEqual({
      resolution: { width: 1024, height: 768 },
      vnc: { address: '127.0.0.1', password: { env: 'SECRET' } },
    });
    expect(spec("cpu: { pinning: '3,0-1' }").cpu.pinning).toEqual([0, 1, 3]);
    expect(spec('cloudInit: { userData: { file: ./user.yaml } }').cloudInit?.userData).toEqual({ file: '/etc/windlass/user.yaml' });
    expect(spec('probes: { ready: { tcp: { port: 22 } }, live: { check: { guestAgent: true } } }\nguestAgent: true').probes).toEqual({
      ready: { tcp: { address: '127.0.0.1', port: 22 } },
      live: { check: { guestAgent: true }, interval: 10_000, timeout: 1000, failures: 3, onFailure: 'report' },
    });
    expect(spec('watchdog: reset').watchdog).toEqual({ model: 'i6300esb', onExpiry: 'reset' });
    expect(spec('watchdog: { model: ib700 }').watchdog).toEqual({ model: 'ib700', onExpiry: 'restart' });
  });
});

describe('fields that contradict each other', () => {
  it.each([
    ['cpu: { count: 4, max: 2 }', 'spec.cpu.max: 2 is less than count (4)'],
    ['memory: { size: 2Mi, max: 1Mi }', 'spec.memory.max: is less than size (1048576 < 2097152 bytes)'],
    ['boot: { initrd: /i }', 'spec.boot.initrd: needs kernel, which is missing'],
    ['boot: { cmdline: quiet }', 'spec.boot.cmdline: needs kernel, which is missing'],
    ['boot: { secureBoot: true }', 'spec.boot.secureBoot: needs firmware: uefi'],
    ['boot: { kernel: /k, firmware: uefi }', 'spec.boot.firmware: cannot stand beside kernel, which starts without firmware'],
    ['boot: { order: [disk, disk] }', 'spec.boot.order[1]: "disk" is in the list already'],
    [
      'disks: [ { image: /a }, { image: /b, name: disk0 } ]',
      'spec.disks[1].name: "disk0" is already the name of item 0; each needs its own',
    ],
    ['disks: [ { image: /a }, { image: /a } ]', 'spec.disks[1].image: "/a" is already the writable image of item 0; each needs its own'],
    [
      'shares: [ { name: s, path: /a }, { name: s, path: /b } ]',
      'spec.shares[1].name: "s" is already the name of item 0; each needs its own',
    ],
    ['networks: [ { bridge: br0 } ]', 'spec.networks[0].bridge: needs type: tap'],
    ['networks: [ { vhost: require } ]', 'spec.networks[0].vhost: needs type: tap'],
    ['networks: [ { type: tap, forward: [ { host: 1, guest: 1 } ] } ]', 'spec.networks[0].forward: needs type: user'],
    [
      'networks: [ { forward: [ { host: 80, guest: 1 }, { host: 80, guest: 2 } ] } ]',
      'spec.networks[0].forward[1].host: 127.0.0.1:80/tcp is already forwarded; each host port leads to one place',
    ],
    ['serial: [ { type: device } ]', 'spec.serial[0]: type: device needs path'],
    ['serial: [ { path: /dev/ttyS0 } ]', 'spec.serial[0].path: needs type: device'],
    ['display: { vnc: { address: 0.0.0.0 } }', 'spec.display.vnc.address: 0.0.0.0 is open to the network, which needs a password'],
    [
      'display: { vnc: { password: { file: /a, env: B } } }',
      'spec.display.vnc.password: takes exactly one of file or env, not file and env',
    ],
    ['probes: { ready: {} }', 'spec.probes.ready: takes exactly one of runState, console, tcp, vsock or guestAgent, not none'],
    ['probes: { ready: { guestAgent: true } }', 'spec.probes.ready.guestAgent: needs guestAgent: true, which gives the agent its port'],
    ['probes: { live: { check: { guestAgent: true } } }', 'spec.probes.live.check.guestAgent: needs guestAgent: true, which gives the agent its port'],
    ['usb: [ { vendor: 046d } ]', 'spec.usb[0]: takes either vendor and product, or bus and port'],
    ['restart: { backoff: { initial: 2s, max: 1s } }', 'spec.restart.backoff.max: 1000 ms is shorter than initial (2000 ms)'],
    ['hypervisor: qemu\nxen: {}', 'spec.xen: has no effect, because hypervisor is qemu'],
    ['hypervisor: [qemu, qemu]', 'spec.hypervisor: names a hypervisor twice'],
    ['hypervisor: [auto, qemu]', 'spec.hypervisor: names a hypervisor after auto, which already means any'],
  ])('%s', (lines, complaint) => {
    expect(complaintsAbout(lines)).toEqual([complaint]);
  });

  it('may stand together where both have a use', () => {
    expect(spec('hypervisor: [xen, qemu]\nxen: { type: pvh }\nqemu: { machine: q35 }')).toMatchObject({
      xen: { type: 'pvh' },
      qemu: { machine: 'q35' },
    });
    expect(spec('disks: [ { image: /a, readOnly: true }, { image: /a, readOnly: true } ]').disks).toHaveLength(2);
  });
});

describe('values out of bounds', () => {
  it.each([
    ['memory: 1Ki', 'spec.memory: "1Ki" is less than 1Mi'],
    ['memory: 0', 'spec.memory: 0 is less than 1Mi'],
    ['memory: -5', 'spec.memory: -5 is not a size; write a number of bytes or a number with Ki, Mi, Gi, Ti, K, M, G, T, such as 64Mi'],
    ['cpu: 0', 'spec.cpu: 0 is not a whole number from 1 to 1024'],
    ['cpu: 1.5', 'spec.cpu: 1.5 is not a number of CPUs; write a number, or a map with count, max, pinning'],
    ["cpu: { pinning: '3-1' }", 'spec.cpu.pinning: "3-1" is not a range of host CPUs from 0 to 4095'],
    ['deadlines: { kill: 0s }', 'spec.deadlines.kill: "0s" is shorter than 1ms'],
    ['deadlines: { kill: 10 }', 'spec.deadlines.kill: 10 is not a duration; write a number with ms, s, m, h or d, such as 10s'],
    ['networks: [ { mtu: 9 } ]', 'spec.networks[0].mtu: 9 is not a whole number from 68 to 65535'],
    ['networks: [ { type: tap, tap: a-name-too-long-for-linux } ]', expect.stringContaining('write at most 15 letters')],
    ['networks: [ { mac: 01:00:5e:00:00:01 } ]', expect.stringContaining('is not the MAC address of one device')],
    ['pci: [ { address: 0000:03:00 } ]', expect.stringContaining('spec.pci[0].address: "0000:03:00" is not a PCI address')],
    ['user: "root:wheel"', 'spec.user: "root:wheel" is not a user of the host; write a user name or number'],
    ['serial: {}', 'spec.serial: a map is not a list'],
    [
      'restart: always',
      'spec.restart: "always" is not a restart policy; write Always, OnFailure or Never, or a map with policy, backoff, stableAfter',
    ],
    ['disks: [ { image: /a, format: qcow } ]', 'spec.disks[0].format: "qcow" is not allowed here; did you mean "qcow2"?'],
    ['disks: [ {} ]', 'spec.disks[0].image: is missing'],
    ['cpu: { cuont: 1 }', 'spec.cpu.cuont: unknown field "cuont"; did you mean "count"?'],
    ['cdrom: { path: /a }', expect.stringContaining('spec.cdrom.')],
  ])('%s', (lines, complaint) => {
    expect(complaintsAbout(lines)).toContainEqual(complaint);
  });

  it('names all fields of a place where none comes close', () => {
    expect(complaintsAbout('limits: { bandwidth: 3 }')).toEqual([
      'spec.limits.bandwidth: unknown field "bandwidth"; this place takes cpu, memory or pids',
    ]);
  });
});
