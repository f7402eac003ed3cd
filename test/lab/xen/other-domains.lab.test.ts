/** Devices that other domains serve. Nobody here has such back ends: what is seen is how far a guest and xl come without them. */
import { afterEach, expect, test } from 'vitest';
import { terminalOf } from './guest-terminal.js';
import { tiny } from './product.js';
import { productLab } from './product-lab.js';
import { wholeLinux } from './whole-linux.js';

const { lab, windlass } = productLab();

afterEach(() => windlass.clear());

/**
 * Says for the domain `helper`, which is a guest that knows of nothing, what a back end says of itself in the store: 1 becomes 2, for which
 * xl waits ten seconds, and of pvcalls the engine five, and 5 becomes 6. The keyboard is said to be connected when its driver is, or the guest's kernel waits half a minute.
 */
const answers = `while :; do
  xenstore-ls -f "/local/domain/$(xl domid helper)/backend" 2> /dev/null | sed -n 's#^\\(/[a-z0-9/]*/p*v[a-z]*/[0-9/]*\\)/state = .\\([125]\\).*#\\1 \\2#p' | while read -r device state; do
    case $state$device in
      [15]*) xenstore-write "$device/state" $((state + 1)) ;;
      2*vinput*) [ "$(xenstore-read "$(xenstore-read "$device/frontend")/state")" != 4 ] || xenstore-write "$device/state" 4 ;;
    esac
  done
  sleep 0.2
done`;

test('a Linux guest finds its vTPM, sockets, display and sound card, whose back ends are in the domain that its document names', async () => {
  const stop = new AbortController();
  const backEnds = lab.exec(['sh', '-c', answers], { signal: stop.signal, timeout: 30 * 60_000 });
  const xen = { type: 'pv', tpmBackend: 'helper', pvcalls: 'helper', displayBackend: 'helper', soundBackend: 'helper' } as const;
  await windlass.write({ helper: tiny() });
  const engine = windlass.up();
  await engine.untilRunning('helper');
  await windlass.write({ helper: tiny(), served: wholeLinux({ tpm: { version: '1.2' }, display: {}, sound: true, xen }) });
  await engine.untilRunning('served');
  const [helper = '', served = ''] = (await Promise.all(['helper', 'served'].map((name) => lab.exec(['xl', 'domid', name])))).map(({ stdout }) => stdout.trim());
  for (const [device, backEnd] of Object.entries({ vtpm: 'vtpm', pvcalls: 'pvcalls', vdispl: 'vdispl', vkbd: 'vinput', vsnd: 'vsnd' })) {
    const { stdout } = await lab.exec(['xenstore-read', `/local/domain/${served}/device/${device}/0/backend`]);
    expect(stdout.trim()).toBe(`/local/domain/${helper}/backend/${backEnd}/${served}/0`);
  }

  const guest = terminalOf(lab, 'served');
  await guest.untilSaid(/GUEST-UP/);
  const said = await guest.ask('cd /sys/bus/xen/devices; for d in *; do echo "$d by $(basename "$(readlink $d/driver)")."; done; echo LIS""TED', /LISTED/);
  // Debian builds pvcalls for no kernel; and a driver for the vTPM would wait for its answers.
  expect([...said.matchAll(/^([a-z]+-0) by ([a-z]*)\./gm)].map(([, device, driver]) => `${device ?? ''} ${driver ?? ''}`)).toEqual(['pvcalls-0 ', 'vdispl-0 vdispl', 'vkbd-0 vkbd', 'vsnd-0 vsnd', 'vtpm-0 ']);

  await windlass.clear();
  stop.abort();
  await backEnds;
});
